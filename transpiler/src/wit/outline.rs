//! A component without what its WIT does not depend on, so that it need not be
//! copied and validated a second time: nearly all bytes of a real component.

use wasm_encoder::{ComponentSectionId, Encode, SectionId};
use wasmparser::{Encoding, Parser, Payload, Result};

use crate::index::position;

/// A component or core module that is being written.
struct Open {
    encoding: Encoding,
    bytes: Vec<u8>,
}

/// The component `bytes` with core modules that have nothing to run: their functions are
/// empty, and there is no data, element or start.
///
/// # Errors
///
/// When the bytes are no component.
pub(super) fn outline(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut open: Vec<Open> = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        let section = payload.as_section();
        match (payload, open.last_mut()) {
            (Payload::Version { encoding, range, .. }, _) => {
                let bytes = bytes[position(range.start)..position(range.end)].to_vec();
                open.push(Open { encoding, bytes });
            }
            (Payload::End(_), Some(_)) => {
                let Some(Open { encoding, bytes }) = open.pop() else { break };
                let Some(around) = open.last_mut() else { return Ok(bytes) };
                around.push(
                    match encoding {
                        Encoding::Module => ComponentSectionId::CoreModule.into(),
                        Encoding::Component => ComponentSectionId::Component.into(),
                    },
                    &bytes,
                );
            }
            (Payload::CodeSectionStart { count, .. }, Some(module)) => {
                // Each function has a body, if one of no bytes.
                let mut contents = Vec::new();
                count.encode(&mut contents);
                contents.resize(contents.len() + count as usize, 0);
                module.push(SectionId::Code.into(), &contents);
            }
            (
                Payload::StartSection { .. }
                | Payload::ElementSection(_)
                | Payload::DataCountSection { .. }
                | Payload::DataSection(_)
                | Payload::CustomSection(_),
                Some(Open { encoding: Encoding::Module, .. }),
            ) => {}
            // Their contents come next.
            (Payload::ModuleSection { .. } | Payload::ComponentSection { .. }, _) => {}
            (_, Some(open)) => {
                if let Some((id, range)) = section {
                    open.push(id, &bytes[position(range.start)..position(range.end)]);
                }
            }
            (_, None) => {}
        }
    }
    Ok(Vec::new())
}

impl Open {
    fn push(&mut self, id: u8, contents: &[u8]) {
        self.bytes.push(id);
        contents.encode(&mut self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::outline;

    const WAT: &str = r#"(component
        (import "log" (func $log (param "message" string)))
        (component $inner
            (core module $m
                (memory (export "memory") 1)
                (data (i32.const 0) "some bytes that nobody looks at")
                (data "and some more")
                (table 1 funcref)
                (elem (i32.const 0) func $f)
                (func $f (export "f") (param i32 i32)
                    (memory.init 1 (i32.const 0) (i32.const 0) (i32.const 4))))
            (core instance $i (instantiate $m))
            (type $r (resource (rep i32)))
            (export "r" (type $r)))
        (core module $n
            (import "" "log" (func (param i32 i32)))
            (memory (export "memory") 1)
            (func (export "g") (result i32) (i32.const 1)))
        (core module $memory (memory (export "memory") 1))
        (core instance $memory (instantiate $memory))
        (core func $lowered (canon lower (func $log) (memory (core memory $memory "memory"))))
        (core instance $j (instantiate $n
            (with "" (instance (export "log" (func $lowered))))))
        (func (export "g") (result u32) (canon lift (core func $j "g"))))"#;

    #[test]
    fn has_the_same_wit() {
        let bytes = wat::parse_str(WAT).expect("it is text");
        let outline = outline(&bytes).expect("it is a component");
        let text = |bytes: &[u8]| {
            let decoded = wit_component::decode(bytes).expect("it has a WIT spelling");
            let mut printer = wit_component::WitPrinter::default();
            printer.print(decoded.resolve(), decoded.package(), &[]).expect("it can be printed");
            printer.output.to_string()
        };
        assert_eq!(text(&outline), text(&bytes));
        assert!(text(&outline).contains("export g: func() -> u32;"));
    }

    #[test]
    fn has_no_data_and_no_bodies() {
        let of_size = |bytes: usize| {
            let text = format!(
                r#"(component (core module (memory 2) (data (i32.const 0) "{}") (func {})))"#,
                "a".repeat(bytes),
                "nop ".repeat(bytes),
            );
            let bytes = wat::parse_str(text).expect("it is text");
            outline(&bytes).expect("it is a component").len()
        };
        assert_eq!(of_size(10_000), of_size(10));
    }

    #[test]
    fn is_nothing_without_a_component() {
        assert!(outline(b"\0asm\x0d\0\x01\0\xff").is_err());
    }
}
