//! A world comes in; TypeScript declarations go out.
//! Names are those of `emit`. Afterwards every export and import is typed.

mod from_linked;
mod from_wit;
mod model;
mod naming;
mod print;
mod text;

use std::collections::HashSet;

use self::print::Emitted;
use crate::emit::has_async_form;
use crate::emit::names::file_stem;
use crate::error::{Code, Error, Result};
use crate::file_names::FileNames;
use crate::link::linked::Linked;
use crate::options::{Options, raise};
use crate::output::File;
use crate::reach::Reach;
use crate::wit::{Package, World};

/// The declarations of an emitted module: `<stem>.d.ts` for its entry and
/// `<stem>.instantiate.d.ts` for its glue, or `.d.mts`, as `names` has it.
///
/// Interfaces, type names and docs come from `world` where the component has a
/// WIT spelling, types come from `linked` where it has none or exports less. `reach` tells which
/// functions return a promise although their type is not `async`, and which need JSPI;
/// `options` what the module was made with.
///
/// # Errors
///
/// [`Code::BudgetExceeded`] when they would take more than the budget for output; what
/// names alone show to be too long is not printed.
pub fn declarations(
    linked: &Linked<'_>,
    world: Option<&World>,
    names: &FileNames,
    reach: &Reach,
    options: &Options,
) -> Result<Vec<File<'static>>> {
    let mut model = match world.filter(|world| from_wit::fits(world, linked)) {
        Some(World { resolve, world }) => {
            let type_names = from_wit::type_names(resolve);
            from_wit::model(&mut resolve.clone(), *world, &type_names)
        }
        None => from_linked::model(linked),
    };
    // The order decides which of two exports has a name that both want.
    let position = |name: &str| linked.exports.get_index_of(name).unwrap_or(usize::MAX);
    model.sort_exports(position);
    let budget = options.budget.output;
    let fits = |size| {
        if size <= budget {
            return Ok(());
        }
        let message =
            format!("the declarations would be {size} bytes or more, over the budget of {budget}");
        Err(Error::new(Code::BudgetExceeded, message).help(raise("output")))
    };
    fits(model.least_size())?;
    let module = Emitted {
        has_init: !options.tla,
        is_async: has_async_form(linked),
        is_interruptible: options.is_interruptible(),
    };
    let files = print::files(model, names, reach, module);
    fits(files.iter().map(|file| file.contents.len()).sum())?;
    Ok(files)
}

/// The declarations of every world of a WIT package: for a world `w`, those of
/// a component that implements it, `w.d.ts` and `w.instantiate.d.ts`.
///
/// ```
/// let files = [("add.wit".to_owned(), "package a:b; world adder { export add: func(a: u32, b: u32) -> u32; }".to_owned())];
/// let files = windlass::dts::types_for_package(&windlass::wit::parse(&files)?);
/// let text = String::from_utf8_lossy(&files[0].contents);
/// assert_eq!(text, "export declare function add(a: number, b: number): number;\n");
/// # Ok::<(), windlass::Error>(())
/// ```
pub fn types_for_package(package: &Package) -> Vec<File<'static>> {
    let Package { resolve, package } = package;
    let type_names = from_wit::type_names(resolve);
    let mut models = resolve.clone();
    let mut files = Vec::new();
    let mut stems = HashSet::new();
    for (name, world) in &resolve.packages[*package].worlds {
        let mut stem = file_stem(name);
        // Of names that are too long for a file no more than the beginning is left.
        while !stems.insert(stem.clone()) {
            stem.push('_');
        }
        let model = from_wit::model(&mut models, *world, &type_names);
        let names = FileNames::of(&stem);
        let reach = Reach::of_world(model.holds());
        files.extend(print::files(model, &names, &reach, Emitted::default()));
    }
    files
}
