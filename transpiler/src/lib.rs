//! Windlass lifts WebAssembly components into JavaScript: [`transpile`] turns the
//! bytes of a component into an ES module and its core modules.

pub mod abi;
pub mod decode;
pub mod dts;
pub mod emit;
pub mod error;
pub mod file_names;
pub mod index;
pub mod inspect;
mod limit;
pub mod link;
pub mod options;
pub mod output;
pub mod reach;
pub mod text;
mod threads;
pub mod wit;

use file_names::FileNames;

pub use error::{Error, Result};
pub use options::Options;
pub use output::Output;

/// Turns a component into JavaScript.
///
/// A pure function: the same bytes and options give the same files, byte for byte.
///
/// # Errors
///
/// An [`Error`] with a code, where it is and what to do about it: for bytes that
/// are no valid component, for what cannot become JavaScript, and when a budget of
/// the options is used up.
///
/// ```
/// let component = wat::parse_str(
///     r#"(component
///         (core module $m (func (export "answer") (result i32) i32.const 42))
///         (core instance $i (instantiate $m))
///         (func (export "answer") (result u32) (canon lift (core func $i "answer"))))"#,
/// )?;
/// let output = windlass::transpile(&component, &windlass::Options::default())?;
/// assert_eq!(output.exports, ["answer"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn transpile<'a>(bytes: &'a [u8], options: &Options) -> Result<Output<'a>> {
    let decoded = decode::decode(bytes)?;
    if wit::is_package(bytes, &decoded) {
        let message =
            "this is a WIT package in its binary form, which has types and nothing to run";
        return Err(Error::new(error::Code::WitPackage, message)
            .help("`windlass types` writes its declarations, `windlass wit` prints it"));
    }
    let ((linked, reach, mut output), world) = threads::both(
        bytes.len(),
        || {
            let mut linked = link::link(&decoded, &options.budget)?;
            let reach = reach::Reach::new(&linked, options)?;
            limit::limit(&mut linked, options)?;
            let output = emit::emit(&linked, &reach, options)?;
            Ok((linked, reach, output))
        },
        || options.types.then(|| wit::world(bytes, &decoded)),
    )?;
    if let Some(world) = world {
        let names = FileNames::new(options);
        output.files.extend(dts::declarations(&linked, world.as_ref(), &names, &reach, options)?);
    }
    Ok(output)
}
