//! A linked component comes in; the core modules that the options bound are written anew.
//! A module that no option concerns stays as it is in the component, byte for byte.
//!
//! Afterwards memories and tables have maxima of at most what the options say. Sections are
//! spliced rather than decoded and encoded again, so proposals that this code knows nothing of
//! pass through.

mod maxima;
mod sections;

use wasmparser::BinaryReaderError;

use self::sections::Sections;
use crate::error::{Code, Error, Result};
use crate::link::linked::{CoreModule, Export, Linked};
use crate::options::Options;

/// Writes core modules anew where an option bounds them, those of exported components too.
///
/// # Errors
///
/// [`Code::BudgetExceeded`] for a module that begins with more than the options allow.
pub(crate) fn limit(linked: &mut Linked<'_>, options: &Options) -> Result<()> {
    if options.max_memory.is_none() && options.max_table_elements.is_none() {
        return Ok(());
    }
    for module in &mut linked.modules {
        limit_module(module, options)?;
    }
    for component in exported_components(&mut linked.exports) {
        limit(component, options)?;
    }
    Ok(())
}

fn limit_module(module: &mut CoreModule<'_>, options: &Options) -> Result<()> {
    let mut sections = Sections::read(module.bytes).map_err(|error| invalid(module, &error))?;
    let is_bounded = maxima::bound(&mut sections, module, options)?;
    if is_bounded {
        module.limited = Some(sections.write());
    }
    Ok(())
}

/// The components that a component exports, also inside instances.
fn exported_components<'l, 'a: 'l>(
    exports: &'l mut indexmap::IndexMap<String, Export<'a>>,
) -> Vec<&'l mut Linked<'a>> {
    let mut components = Vec::new();
    for export in exports.values_mut() {
        match export {
            Export::Component(component) => components.push(&mut **component),
            Export::Instance(items) => components.extend(exported_components(items)),
            Export::Func { .. }
            | Export::Resource(_)
            | Export::Type
            | Export::Module(_)
            | Export::Host(_) => {}
        }
    }
    components
}

/// A module as messages name it.
fn label(module: &CoreModule<'_>) -> String {
    module.name.as_ref().map_or_else(|| "a core module".into(), |name| format!("`{name}`"))
}

/// What the validator let pass and this reader does not.
fn invalid(module: &CoreModule<'_>, error: &BinaryReaderError) -> Error {
    let message = format!("{} cannot be written anew: {}", label(module), error.message());
    Error::new(Code::Unsupported, message).offset(module.offset)
}
