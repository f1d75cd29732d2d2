//! Maxima of memories and tables.
//!
//! Only definitions change: a memory with a lower maximum still fits an import of it, whose own
//! maximum is at least as large.

use wasm_encoder::Encode;
use wasmparser::{
    BinaryReader, FromReader, MemorySectionReader, MemoryType, RefType, TableSectionReader,
};

use super::sections::{Id, Sections};
use super::{invalid, label};
use crate::error::{Code, Error, Result};
use crate::link::linked::CoreModule;
use crate::options::Options;

/// log2 of the size of a page, where a memory says no other.
const PAGE_LOG2: u32 = 16;

/// Gives the memories and tables that a module defines maxima. False if they had lower ones.
pub(super) fn bound(
    sections: &mut Sections<'_>,
    module: &CoreModule<'_>,
    options: &Options,
) -> Result<bool> {
    let mut is_changed = false;
    if let Some(limit) = options.max_memory
        && let Some(contents) = sections.get(Id::Memory)
        && let Some(contents) = memories(contents, module, limit)?
    {
        sections.set(Id::Memory, contents);
        is_changed = true;
    }
    if let Some(limit) = options.max_table_elements
        && let Some(contents) = sections.get(Id::Table)
        && let Some(contents) = tables(contents, module, limit)?
    {
        sections.set(Id::Table, contents);
        is_changed = true;
    }
    Ok(is_changed)
}

/// The memory section with maxima; `None` if it has lower ones already.
fn memories(contents: &[u8], module: &CoreModule<'_>, limit: u64) -> Result<Option<Vec<u8>>> {
    let invalid = |error| invalid(module, &error);
    let reader = MemorySectionReader::new(BinaryReader::new(contents, 0)).map_err(invalid)?;
    let mut out = Vec::new();
    reader.count().encode(&mut out);
    let mut is_changed = false;
    for ty in reader {
        let mut ty = ty.map_err(invalid)?;
        let page = ty.page_size_log2.unwrap_or(PAGE_LOG2);
        let pages = limit >> page;
        if ty.initial > pages {
            let bytes = u128::from(ty.initial) << page;
            return Err(over(module, "memory", bytes, "bytes", ("maxMemory", limit)));
        }
        let bounded = lower(ty.maximum, pages, most_pages(&ty));
        is_changed |= bounded != ty.maximum;
        ty.maximum = bounded;
        encode_memory(&ty, &mut out);
    }
    Ok(is_changed.then_some(out))
}

/// The most pages that a memory of this type can have at all.
fn most_pages(ty: &MemoryType) -> u64 {
    let page = ty.page_size_log2.unwrap_or(PAGE_LOG2);
    let address = if ty.memory64 { 64 } else { 32 };
    1u64.checked_shl(address - page).map_or(u64::MAX, |pages| pages)
}

fn encode_memory(ty: &MemoryType, out: &mut Vec<u8>) {
    let ty = wasm_encoder::MemoryType {
        minimum: ty.initial,
        maximum: ty.maximum,
        memory64: ty.memory64,
        shared: ty.shared,
        page_size_log2: ty.page_size_log2,
    };
    ty.encode(out);
}

/// The table section with maxima; `None` if it has lower ones already.
fn tables(contents: &[u8], module: &CoreModule<'_>, limit: u64) -> Result<Option<Vec<u8>>> {
    let invalid = |error| invalid(module, &error);
    let reader = TableSectionReader::new(BinaryReader::new(contents, 0)).map_err(invalid)?;
    let mut out = Vec::new();
    reader.count().encode(&mut out);
    let end = contents.len();
    let mut starts = Vec::new();
    for item in reader.into_iter_with_offsets() {
        let (offset, table) = item.map_err(invalid)?;
        let start = usize::try_from(offset).unwrap_or(end);
        starts.push((start, table.ty));
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([end]);
    let mut is_changed = false;
    for ((start, ty), end) in starts.iter().zip(ends) {
        if ty.initial > limit {
            let over_by = ("maxTableElements", limit);
            return Err(over(module, "table", ty.initial.into(), "elements", over_by));
        }
        let most = if ty.table64 { u64::MAX } else { u32::MAX.into() };
        let bounded = lower(ty.maximum, limit, most);
        let item = &contents[*start..end];
        if bounded == ty.maximum {
            out.extend_from_slice(item);
            continue;
        }
        is_changed = true;
        table_with(item, bounded, &mut out).map_err(invalid)?;
    }
    Ok(is_changed.then_some(out))
}

/// A table definition with another maximum. Its initial value stays as it is.
fn table_with(item: &[u8], maximum: Option<u64>, out: &mut Vec<u8>) -> wasmparser::Result<()> {
    /// Begins a definition with an initial value.
    const WITH_INIT: &[u8] = &[0x40, 0x00];
    const HAS_MAX: u8 = 1;
    let prefix = if item.starts_with(WITH_INIT) { WITH_INIT.len() } else { 0 };
    let mut reader = BinaryReader::new(item, 0);
    reader.read_bytes(prefix)?;
    RefType::from_reader(&mut reader)?;
    out.extend_from_slice(&item[..reader.current_position()]);
    let flags = reader.read_u8()?;
    let minimum = reader.read_var_u64()?;
    if flags & HAS_MAX != 0 {
        reader.read_var_u64()?;
    }
    out.push(if maximum.is_some() { flags | HAS_MAX } else { flags });
    minimum.encode(out);
    if let Some(maximum) = maximum {
        maximum.encode(out);
    }
    out.extend_from_slice(&item[reader.current_position()..]);
    Ok(())
}

/// A maximum that is at most `limit`, where that is less than there can be at all.
fn lower(maximum: Option<u64>, limit: u64, most: u64) -> Option<u64> {
    match maximum {
        Some(maximum) => Some(maximum.min(limit)),
        None => (limit < most).then_some(limit),
    }
}

fn over(
    module: &CoreModule<'_>,
    what: &str,
    initial: u128,
    unit: &str,
    (option, limit): (&str, u64),
) -> Error {
    let message = format!(
        "a {what} of {} begins with {initial} {unit}, over the {limit} of `{option}`",
        label(module)
    );
    let flag = if option == "maxMemory" { ", `--max-memory` on the command line" } else { "" };
    Error::new(Code::BudgetExceeded, message)
        .offset(module.offset)
        .help(format!("raise `{option}`{flag} if the component is trusted"))
}
