//! A linked component comes in; ES modules go out, built as syntax trees.
//! `emit` never looks at wasm bytes. Afterwards every identifier was handed out
//! by `names`, and output is the same for the same input, byte for byte.

mod call;
mod copy;
mod emitter;
mod entry;
mod facts;
mod glue;
mod host;
pub mod js;
mod lift;
mod lower;
pub mod names;
pub mod print;
mod reserved;
pub mod runtime;
mod scope;

use crate::error::{Code, Error, Result};
use crate::link::linked::Linked;
use crate::options::{Options, Target};
use crate::output::{File, Output};

/// `(module (func (export "f") unreachable))`, for targets that compile nothing at run time.
const TRAP_MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x05\x01\x01f\0\0\x0a\x05\x01\x03\0\0\x0b";

/// Emits the files of a linked component.
///
/// # Errors
///
/// `unsupported` for what has no JavaScript form yet, `unknown-import` for an
/// import that nothing provides, `budget-exceeded` for too much output.
pub fn emit(linked: &Linked<'_>, options: &Options) -> Result<Output> {
    let stem = names::file_stem(&options.name);
    let glue = glue::glue(linked, options)?;
    let modules = glue::all_modules(linked);
    let core_files: Vec<String> = (0..modules.len())
        .map(|i| if i == 0 { format!("{stem}.core.wasm") } else { format!("{stem}.core{}.wasm", i + 1) })
        .collect();
    let inline = options.target == Target::Inline;
    let cores = if inline {
        // A binary string: each byte is a character up to U+00FF.
        modules.iter().map(|module| module.bytes.iter().map(|byte| char::from(*byte)).collect()).collect()
    } else {
        core_files.clone()
    };
    let entry = entry::entry(linked, options, &stem, &cores)?;
    let mut files = vec![
        File { name: format!("{stem}.js"), contents: entry.text.into_bytes() },
        File { name: format!("{stem}.instantiate.js"), contents: glue.into_bytes() },
    ];
    for (name, module) in core_files.into_iter().zip(&modules) {
        files.push(File { name, contents: module.bytes.to_vec() });
    }
    if options.target == Target::Workerd {
        files.push(File { name: format!("{stem}.trap.wasm"), contents: TRAP_MODULE.to_vec() });
    }
    let emitted: usize = files[..2].iter().map(|file| file.contents.len()).sum();
    if emitted > options.budget.output {
        return Err(Error::new(
            Code::BudgetExceeded,
            format!("the JavaScript would be {emitted} bytes, over the budget of {}", options.budget.output),
        ));
    }
    Ok(Output { files, imports: entry.imports, exports: entry.exports })
}
