//! A linked component comes in; ES modules go out, built as syntax trees.
//! `emit` never looks at wasm bytes. Afterwards every identifier was handed out
//! by `names`, and output is the same for the same input, byte for byte.

mod async_builtin;
mod async_call;
mod async_value;
mod call;
mod copy;
mod cost;
mod emitter;
mod entry;
pub(crate) mod export_names;
mod facts;
mod file;
mod glue;
mod host;
mod imports;
pub mod js;
mod lift;
mod lower;
mod mapping;
pub mod names;
pub mod print;
mod reserved;
pub mod runtime;
mod scope;
mod start;
mod steps;

use self::entry::Entry;
use self::start::Cores;
use crate::error::{Code, Error, Result};
use crate::file_names::FileNames;
use crate::link::linked::{CoreModule, Linked};
use crate::options::{Options, SYNC_LIMIT, Target, raise};
use crate::output::{File, Output};
use crate::reach::Reach;

/// `(module (func (export "f") unreachable))`, for targets that compile nothing at run time.
const TRAP_MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x05\x01\x01f\0\0\x0a\x05\x01\x03\0\0\x0b";

/// Emits the files of a linked component.
///
/// # Errors
///
/// `unsupported` for what has no JavaScript form yet, `unknown-import` for an
/// import that nothing provides, `budget-exceeded` for too much output.
pub fn emit<'a>(linked: &Linked<'a>, reach: &Reach, options: &Options) -> Result<Output<'a>> {
    let called = FileNames::new(options);
    let glue_name = called.glue();
    let glue = glue::glue(linked, reach, options, &glue_name)?;
    let modules = glue::all_modules(linked);
    let core_files: Vec<String> = (0..modules.len()).map(|i| called.core(i)).collect();
    let inline = options.target == Target::Inline && !options.instantiate_only;
    let cores = if inline {
        // A binary string: each byte is a character up to U+00FF.
        modules
            .iter()
            .map(|module| module.emitted().iter().map(|byte| char::from(*byte)).collect())
            .collect()
    } else {
        core_files.clone()
    };
    let is_large = |module: &&CoreModule<'_>| module.emitted().len() > SYNC_LIMIT;
    let cores = Cores {
        sources: cores,
        are_large: modules.iter().any(is_large),
        size: modules.iter().map(|module| module.emitted().len()).sum(),
        are_plain: modules.iter().all(|module| start::is_plain(module.emitted())),
        form: steps::Form::of(linked),
    };
    let mut entry = entry::entry(linked, options, &called, &cores)?;
    let mut files = std::mem::take(&mut entry.files);
    let emitted: usize = glue.iter().map(|file| file.contents.len()).sum();
    if emitted > options.budget.output {
        return Err(over_budget(emitted, options));
    }
    files.extend(glue);
    if !inline {
        for (name, module) in core_files.into_iter().zip(&modules) {
            files.push(File { name, contents: module.contents() });
        }
    }
    if start::has_trap_module(options.target) {
        files.push(File { name: called.with("trap.wasm"), contents: TRAP_MODULE.into() });
    }
    let Entry { imports, exports, notices, .. } = entry;
    Ok(Output { files, imports, exports, notices })
}

/// Whether the glue of a component has `instantiateAsync`.
pub(crate) fn has_async_form(linked: &Linked<'_>) -> bool {
    steps::Form::of(linked) == steps::Form::Both
}

fn over_budget(bytes: usize, options: &Options) -> Error {
    let budget = options.budget.output;
    let message =
        format!("the JavaScript would be {bytes} bytes or more, over the budget of {budget}");
    Error::new(Code::BudgetExceeded, message).help(raise("output"))
}
