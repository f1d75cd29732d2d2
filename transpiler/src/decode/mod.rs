//! Bytes come in; typed index spaces go out, with the validator's types.
//! This is the only reader of wasm bytes. Afterwards everything is validated.

mod body;
mod component;
mod definitions;
mod module;

use std::ops::Range;
use std::thread;

use indexmap::IndexSet;
use wasmparser::types::Types;
use wasmparser::{Encoding, Parser, Payload, ValidPayload, Validator, WasmFeatures};

pub use component::{
    CaptureSource, Component, ComponentId, Decoded, Definition, ItemRef, Module, ModuleId, Operand,
    Options, Section,
};

use self::body::{Bodies, Body, Queue};
use crate::error::{Code, Error, Result};
use crate::index::{position, to_u32};

/// Captured modules and components in all components together; a real file has a handful.
const MAX_CAPTURES: usize = 1_000_000;

/// Proposals that engines run, and everything of the component model that the
/// spec has released or gates behind a feature it describes, values excepted.
fn features() -> WasmFeatures {
    WasmFeatures::default()
        | WasmFeatures::LEGACY_EXCEPTIONS
        | WasmFeatures::CM_ASYNC_STACKFUL
        | WasmFeatures::CM_MORE_ASYNC_BUILTINS
        | WasmFeatures::CM_THREADING
        | WasmFeatures::CM_ERROR_CONTEXT
        | WasmFeatures::CM_FIXED_LENGTH_LISTS
        | WasmFeatures::CM64
        | WasmFeatures::CM_CANON_NAMES
        | WasmFeatures::CM_FORWARD
}

/// Reads and validates a component, the function bodies of its core modules included.
///
/// # Errors
///
/// [`Code::NotWasm`] and [`Code::CoreModule`] when the bytes are something else,
/// [`Code::InvalidComponent`] when they are no valid component, and
/// [`Code::Unsupported`] for start functions and value imports and exports.
///
/// ```
/// let bytes = wat::parse_str("(component (core module))")?;
/// let decoded = windlass::decode::decode(&bytes)?;
/// assert_eq!(decoded.modules.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>> {
    check_preamble(bytes)?;
    let queue = Queue::default();
    thread::scope(|scope| {
        let mut decoder = Decoder::new(bytes, Bodies::new(&queue, scope, bytes.len()));
        let whole = decoder.payloads();
        // An error in a body lies before all other errors.
        decoder.bodies.finish().map_err(|e| invalid(&e))?;
        Ok(Decoded {
            types: whole?,
            components: decoder.components,
            modules: decoder.modules,
            sections: decoder.sections,
        })
    })
}

fn check_preamble(bytes: &[u8]) -> Result<()> {
    let Some(version) = bytes.strip_prefix(b"\0asm") else {
        return Err(Error::new(Code::NotWasm, "this is not WebAssembly")
            .offset(0)
            .help("pass the bytes of a component; WAT text is converted by `wasm-tools parse`"));
    };
    if version.starts_with(&[1, 0, 0, 0]) {
        return Err(Error::new(Code::CoreModule, "this is a core module, not a component")
            .offset(4)
            .help("make a component of it with `windlass new` or `wasm-tools component new`"));
    }
    Ok(())
}

fn invalid(error: &wasmparser::Error) -> Error {
    let offset = usize::try_from(error.offset()).unwrap_or(usize::MAX);
    if error.missing_wasm_feature().is_some() {
        return Error::new(Code::Unsupported, error.message())
            .offset(offset)
            .help("this belongs to a proposal that is not released");
    }
    Error::new(Code::InvalidComponent, error.message()).offset(offset)
}

/// A component or core module whose end is still to come.
enum Open {
    Component(ComponentId),
    Module(ModuleId),
}

struct Decoder<'scope, 'a> {
    bytes: &'a [u8],
    validator: Validator,
    components: Vec<Component<'a>>,
    /// Capture slots by source, one set per component.
    captures: Vec<IndexSet<CaptureSource>>,
    captured: usize,
    /// Static core modules by their index in each component, for its name section.
    local_modules: Vec<Vec<Option<ModuleId>>>,
    modules: Vec<Module<'a>>,
    sections: Vec<Section<'a>>,
    open: Vec<Open>,
    /// The bytes of the nested component or module whose version comes next.
    nested: Option<Range<usize>>,
    bodies: Bodies<'scope, 'a>,
}

impl<'scope, 'a> Decoder<'scope, 'a> {
    fn new(bytes: &'a [u8], bodies: Bodies<'scope, 'a>) -> Self {
        Self {
            bytes,
            validator: Validator::new_with_features(features()),
            components: Vec::new(),
            captures: Vec::new(),
            captured: 0,
            local_modules: Vec::new(),
            modules: Vec::new(),
            sections: Vec::new(),
            open: Vec::new(),
            nested: None,
            bodies,
        }
    }

    /// Takes all payloads; gives the validator's types.
    fn payloads(&mut self) -> Result<Types> {
        let mut parser = Parser::new(0);
        parser.set_features(features());
        for payload in parser.parse_all(self.bytes) {
            if let Some(types) = self.payload(&payload.map_err(|e| invalid(&e))?)? {
                return Ok(types);
            }
        }
        Err(Error::new(Code::InvalidComponent, "unexpected end of file").offset(self.bytes.len()))
    }

    /// Takes the next payload; at the end of the root gives the validator's types.
    fn payload(&mut self, payload: &Payload<'a>) -> Result<Option<Types>> {
        self.section(payload);
        let before = self.counts();
        match self.validator.payload(payload).map_err(|e| invalid(&e))? {
            ValidPayload::Func(func, body) => {
                self.bodies.push(Body { func, code: body });
                return Ok(None);
            }
            ValidPayload::End(types) => {
                let Some(Open::Component(id)) = self.open.pop() else { return Ok(None) };
                let captures = std::mem::take(&mut self.captures[id.0 as usize]);
                self.components[id.0 as usize].captures = captures.into_iter().collect();
                return Ok(self.open.is_empty().then_some(types));
            }
            ValidPayload::Ok | ValidPayload::Parser(_) => {}
        }
        if let Payload::Version { encoding, .. } = payload {
            self.begin(*encoding);
            return Ok(None);
        }
        match self.open.last() {
            Some(&Open::Component(id)) => self.component_payload(id, payload, before)?,
            Some(&Open::Module(id)) => {
                self.module_payload(id, payload).map_err(|e| invalid(&e))?;
            }
            None => {}
        }
        Ok(None)
    }

    fn begin(&mut self, encoding: Encoding) {
        let range = self.nested.take().unwrap_or(0..self.bytes.len());
        match encoding {
            Encoding::Component => {
                let id = ComponentId(to_u32(self.components.len()));
                if let Some(&Open::Component(parent)) = self.open.last() {
                    self.push(parent, Definition::Component(id));
                }
                self.components.push(Component::default());
                self.captures.push(IndexSet::new());
                self.local_modules.push(Vec::new());
                self.open.push(Open::Component(id));
            }
            Encoding::Module => {
                let id = ModuleId(to_u32(self.modules.len()));
                if let Some(&Open::Component(parent)) = self.open.last() {
                    self.local_modules[parent.0 as usize].push(Some(id));
                    self.push(parent, Definition::Module(id));
                }
                self.modules.push(Module {
                    bytes: self.bytes.get(range.clone()).unwrap_or_default(),
                    offset: range.start,
                    ..Module::default()
                });
                self.open.push(Open::Module(id));
            }
        }
    }

    fn push(&mut self, component: ComponentId, definition: Definition<'a>) {
        self.components[component.0 as usize].definitions.push(definition);
    }

    /// The slot under which a component captures what is `count` components out,
    /// and the slots through which the components between pass it on.
    fn capture(&mut self, count: u32, source: CaptureSource) -> Result<u32> {
        let mut source = source;
        let innermost = self.open.len() - 1;
        for level in (innermost + 1 - count as usize)..=innermost {
            let Open::Component(id) = self.open[level] else {
                return Err(Error::new(Code::InvalidComponent, "an outer alias leaves a module"));
            };
            let (slot, new) = self.captures[id.0 as usize].insert_full(source);
            self.captured += usize::from(new);
            source = CaptureSource::Captured(to_u32(slot));
        }
        if self.captured > MAX_CAPTURES {
            return Err(Error::new(Code::BudgetExceeded, "too many outer aliases"));
        }
        match source {
            CaptureSource::Captured(slot) => Ok(slot),
            CaptureSource::Module(_) | CaptureSource::Component(_) => {
                Err(Error::new(Code::InvalidComponent, "an outer alias goes nowhere"))
            }
        }
    }

    fn section(&mut self, payload: &Payload<'a>) {
        let depth = to_u32(self.open.len().saturating_sub(1));
        let (name, custom, range) = match payload {
            Payload::CustomSection(s) => (s.name(), true, s.range()),
            _ => match payload.as_section() {
                Some((id, range)) => {
                    let component = matches!(self.open.last(), Some(Open::Component(_)));
                    (section_name(id, component), false, range)
                }
                None => return,
            },
        };
        let range = position(range.start)..position(range.end);
        if let Payload::ModuleSection { .. } | Payload::ComponentSection { .. } = payload {
            self.nested = Some(range.clone());
        }
        self.sections.push(Section { name, custom, depth, range });
    }
}

fn section_name(id: u8, component: bool) -> &'static str {
    let names: &[&str] = if component {
        &[
            "custom",
            "core module",
            "core instance",
            "core type",
            "component",
            "instance",
            "alias",
            "type",
            "canon",
            "start",
            "import",
            "export",
        ]
    } else {
        &[
            "custom",
            "type",
            "import",
            "function",
            "table",
            "memory",
            "global",
            "export",
            "start",
            "element",
            "code",
            "data",
            "data count",
            "tag",
        ]
    };
    names.get(usize::from(id)).copied().unwrap_or("unknown")
}
