//! Core code that looks at the time.
//!
//! Work is counted in units of about a loop turn or 64 bytes of code. Each module has a global
//! that counts down. When it is below zero, the module calls an imported function, which reads
//! the clock and traps when the call has used up its time.
//!
//! - A function counts its code at its entry. One that runs little code and no loop, with all
//!   that it calls, does not: the code that calls it counts that too.
//! - A short function that makes two calls at most counts at the second. Chains of the others
//!   end with the stack.
//! - A loop counts its turns in a local variable, which stays in a register, and takes every
//!   [`LOOP_UNITS`] off the global. An innermost loop without calls gets another loop around it,
//!   where that is done: engines keep no variable in a register across a call, however rare.
//! - An instruction that moves many bytes at once counts them before it begins.
//!
//! The import comes behind those that there are, so the indices of defined functions move by
//! one, and all places that hold such an index are rewritten. DWARF and hints about code hold
//! offsets that would be wrong: they are dropped.

mod added;
mod body;
mod indices;
mod scan;
mod spaces;

use std::borrow::Cow;

use wasm_encoder::Encode;
use wasmparser::{BinaryReader, BinaryReaderError, CodeSectionReader};

use self::added::Added;
use self::body::Around;
use self::indices::Shift;
use self::scan::Scan;
use self::spaces::Spaces;
use super::sections::{Id, Sections};
use crate::link::linked::CoreModule;

/// Units between two looks at the clock, at least 0.1 ms.
const UNITS: i32 = 1 << 18;
/// Units that a loop counts for itself before it takes them off the global.
const LOOP_UNITS: i32 = 256;
/// Bytes that an instruction moves for a unit, as a power of 2.
const MOVED_BYTES_LOG2: i32 = 4;

/// The field of the imported function.
pub(crate) const CHECK: &str = "check";

/// Why a module cannot be instrumented.
pub(super) enum Problem {
    Unreadable(BinaryReaderError),
    /// A function becomes longer than engines allow.
    TooLarge,
    /// A function waits on memory, which no look at the time ends.
    Waits,
}

impl From<BinaryReaderError> for Problem {
    fn from(error: BinaryReaderError) -> Self {
        Self::Unreadable(error)
    }
}

/// Instruments a module. Gives the name of the module that it imports [`CHECK`] from, which none
/// of its other imports have; nothing for a module without code.
pub(super) fn instrument(
    sections: &mut Sections<'_>,
    module: &CoreModule<'_>,
) -> Result<Option<String>, Problem> {
    let spaces = Spaces::read(sections)?;
    if spaces.defined.is_empty() {
        return Ok(None);
    }
    let mut name = "windlass".to_owned();
    while module.imports.iter().any(|(module, _)| *module == name) {
        name.push('_');
    }
    let shift = Shift { imported: spaces.imported_functions };
    let added = Added::new(&spaces);
    for id in [Id::Export, Id::Start, Id::Table, Id::Global, Id::Element] {
        if let Some(contents) = sections.get(id) {
            let contents = shift.section(id, contents)?;
            sections.set(id, contents);
        }
    }
    if let Some(contents) = sections.get(Id::Code) {
        let contents = code(contents, &spaces, shift, added)?;
        sections.set(Id::Code, contents);
    }
    added.declare(sections, &spaces, &name)?;
    sections.map_custom(|name, contents| custom(name, contents, shift));
    Ok(Some(name))
}

/// The code section, all functions counting.
fn code(contents: &[u8], spaces: &Spaces, shift: Shift, added: Added) -> Result<Vec<u8>, Problem> {
    let reader = CodeSectionReader::new(BinaryReader::new(contents, 0))?;
    let mut out = Vec::with_capacity(contents.len() + contents.len() / 4);
    reader.count().encode(&mut out);
    let mut scans = Vec::with_capacity(spaces.defined.len());
    for (function, params) in reader.into_iter().zip(&spaces.defined) {
        scans.push(Scan::new(&function?, *params, spaces)?);
    }
    if scans.iter().any(|scan| scan.waits) {
        return Err(Problem::Waits);
    }
    let uncounted = scan::uncounted(&scans, shift.imported);
    let around = Around { contents, shift, added, uncounted: &uncounted };
    let mut body = Vec::new();
    for (scan, units) in scans.iter().zip(&uncounted) {
        body.clear();
        body::write(scan, *units == 0, &around, &mut body)?;
        if body.len() > body::MOST_BYTES {
            return Err(Problem::TooLarge);
        }
        body.encode(&mut out);
    }
    Ok(out)
}

/// A custom section: names move with their functions, and what holds offsets into code goes.
fn custom(name: &str, contents: BinaryReader<'_>, shift: Shift) -> Option<Cow<'static, [u8]>> {
    const OF_CODE: &[&str] = &[".debug_", "metadata.code.", "reloc."];
    const BESIDE: &[&str] = &["external_debug_info", "linking", "sourceMappingURL"];
    if name == "name" {
        return shift.names(contents).ok().map(Cow::Owned);
    }
    let goes = OF_CODE.iter().any(|prefix| name.starts_with(prefix)) || BESIDE.contains(&name);
    (!goes).then_some(Cow::Borrowed(&[]))
}
