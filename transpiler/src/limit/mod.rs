//! A linked component comes in; the core modules that the options bound are written anew.
//! A module that no option concerns stays as it is in the component, byte for byte.
//!
//! Afterwards memories and tables have maxima of at most what the options say, and interruptible
//! code looks at the time. Sections are spliced rather than decoded and encoded again, so proposals that this code knows nothing of
//! pass through.

pub(crate) mod interrupt;
mod maxima;
mod sections;

use std::collections::HashSet;

use indexmap::IndexMap;
use wasmparser::BinaryReaderError;

use self::interrupt::Problem;
use self::sections::Sections;
use crate::error::{Code, Error, Result};
use crate::index::ModuleIndex;
use crate::link::linked::{CoreModule, Export, Initializer, Linked, ModuleRef};
use crate::options::Options;

/// Writes core modules anew where an option bounds them, those of exported components too.
///
/// # Errors
///
/// [`Code::BudgetExceeded`] for a module that begins with more than the options allow.
pub(crate) fn limit(linked: &mut Linked<'_>, options: &Options) -> Result<()> {
    let is_bounded = options.max_memory.is_some() || options.max_table_elements.is_some();
    if !is_bounded && !options.is_interruptible() {
        return Ok(());
    }
    let instantiated: HashSet<ModuleIndex> = linked
        .initializers
        .iter()
        .filter_map(|initializer| match initializer {
            Initializer::InstantiateModule { module: ModuleRef::Static(module), .. } => {
                Some(*module)
            }
            Initializer::InstantiateModule { module: ModuleRef::Host(_), .. }
            | Initializer::InstantiateComponent { .. } => None,
        })
        .collect();
    for (index, module) in linked.modules.iter_mut().enumerate() {
        // Those that are only exported are instantiated by the host, with the imports that they
        // had in the component.
        let runs = instantiated.contains(&ModuleIndex::at(index));
        limit_module(module, runs && options.is_interruptible(), options)?;
    }
    for component in exported_components(&mut linked.exports) {
        limit(component, options)?;
    }
    Ok(())
}

fn limit_module(module: &mut CoreModule<'_>, looks: bool, options: &Options) -> Result<()> {
    let mut sections = Sections::read(module.bytes).map_err(|error| invalid(module, &error))?;
    let is_bounded = maxima::bound(&mut sections, module, options)?;
    if looks {
        module.check =
            interrupt::instrument(&mut sections, module).map_err(|problem| match problem {
                Problem::Unreadable(error) => invalid(module, &error),
                Problem::TooLarge => {
                    uninterruptible(module, "has a function that becomes larger than engines allow")
                }
                Problem::Waits => uninterruptible(module, "waits on memory, which nothing can end"),
            })?;
    }
    if is_bounded || module.check.is_some() {
        module.limited = Some(sections.write());
    }
    Ok(())
}

/// The components that a component exports, also inside instances.
fn exported_components<'l, 'a: 'l>(
    exports: &'l mut IndexMap<String, Export<'a>>,
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

/// A module that cannot be made interruptible.
fn uninterruptible(module: &CoreModule<'_>, why: &str) -> Error {
    let message = format!("{} cannot be interrupted: it {why}", label(module));
    Error::new(Code::Unsupported, message)
        .offset(module.offset)
        .help("leave out `interruptible` and `timeout`")
}

/// The error for a module that the validator let pass and this reader does not.
fn invalid(module: &CoreModule<'_>, error: &BinaryReaderError) -> Error {
    let message = format!("{} cannot be written anew: {}", label(module), error.message());
    Error::new(Code::Unsupported, message).offset(module.offset)
}
