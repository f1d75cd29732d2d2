//! Assembles WAT text into WebAssembly.

use wast::Wat;
use wast::parser::{ParseBuffer, parse};

use crate::answer::Failure;
use crate::{File, Result};

/// Assembles the first file.
pub(crate) fn assemble(files: Vec<File>) -> Result<Vec<u8>> {
    let Some(File { name, bytes }) = files.into_iter().next() else {
        return Err(Failure::new("invalid-option", "there is no text"));
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(
            Failure::new("not-wasm", "this is neither WebAssembly nor text in UTF-8").at(&name)
        );
    };
    let failure = |error: &wast::Error| {
        let (line, column) = error.span().linecol_in(&text);
        Failure::new("invalid-text", error.message()).at(&format!(
            "{name}:{}:{}",
            line + 1,
            column + 1
        ))
    };
    let buffer = ParseBuffer::new(&text).map_err(|error| failure(&error))?;
    let mut wat: Wat<'_> = parse(&buffer).map_err(|error| failure(&error))?;
    wat.encode().map_err(|error| failure(&error))
}
