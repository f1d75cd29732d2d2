//! A core module as a list of sections, of which some are replaced.

use std::borrow::Cow;

use wasm_encoder::Encode;
use wasmparser::{BinaryReader, Result};

/// Magic number and version.
const PREAMBLE: usize = 8;

/// The section that is none of the known ones, and begins with its name.
const CUSTOM: u8 = 0;

/// The number of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Id {
    Type = 1,
    Import = 2,
    Function = 3,
    Table = 4,
    Memory = 5,
    Global = 6,
    Export = 7,
    Start = 8,
    Element = 9,
    Code = 10,
}

/// Numbers of the known sections in the order in which a module has them.
const ORDER: [u8; 13] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

fn rank(id: u8) -> Option<usize> {
    ORDER.iter().position(|known| *known == id)
}

#[derive(Debug)]
struct Section<'a> {
    id: u8,
    contents: Cow<'a, [u8]>,
}

/// The sections of a core module, in order.
#[derive(Debug)]
pub(super) struct Sections<'a> {
    preamble: &'a [u8],
    list: Vec<Section<'a>>,
}

impl<'a> Sections<'a> {
    /// Takes a module that was validated before apart.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut reader = BinaryReader::new(bytes, 0);
        let preamble = reader.read_bytes(PREAMBLE)?;
        let mut list = Vec::new();
        while !reader.eof() {
            let id = reader.read_u8()?;
            let size = reader.read_var_u32()?;
            list.push(Section { id, contents: reader.read_bytes(size as usize)?.into() });
        }
        Ok(Self { preamble, list })
    }

    /// The contents of a section, if there is one of this number.
    pub(super) fn get(&self, id: Id) -> Option<&[u8]> {
        self.list.iter().find(|section| section.id == id as u8).map(|it| &*it.contents)
    }

    /// Replaces the contents of a section, or puts it where it belongs.
    pub(super) fn set(&mut self, id: Id, contents: Vec<u8>) {
        let contents = contents.into();
        if let Some(section) = self.list.iter_mut().find(|section| section.id == id as u8) {
            section.contents = contents;
            return;
        }
        let behind = |section: &Section<'_>| rank(section.id) > rank(id as u8);
        let at = self.list.iter().position(behind).unwrap_or(self.list.len());
        self.list.insert(at, Section { id: id as u8, contents });
    }

    /// Lets `f` replace the contents of each custom section by its name; `None` drops it.
    pub(super) fn map_custom(
        &mut self,
        f: impl Fn(&str, BinaryReader<'_>) -> Option<Cow<'static, [u8]>>,
    ) {
        self.list.retain_mut(|section| {
            if section.id != CUSTOM {
                return true;
            }
            let mut reader = BinaryReader::new(&section.contents, 0);
            let Ok(name) = reader.read_string() else { return true };
            let Some(contents) = f(name, reader) else { return false };
            if let Cow::Owned(contents) = contents {
                let mut named = Vec::new();
                name.encode(&mut named);
                named.extend(contents);
                section.contents = named.into();
            }
            true
        });
    }

    /// The module.
    pub(super) fn write(&self) -> Vec<u8> {
        let size: usize = self.list.iter().map(|section| section.contents.len() + 6).sum();
        let mut out = Vec::with_capacity(PREAMBLE + size);
        out.extend_from_slice(self.preamble);
        for Section { id, contents } in &self.list {
            out.push(*id);
            contents.encode(&mut out);
        }
        out
    }
}

/// The contents of a section with more items at its end; it may have none by now.
pub(super) fn append(contents: Option<&[u8]>, count: u32, items: &[u8]) -> Result<Vec<u8>> {
    let mut reader = BinaryReader::new(contents.unwrap_or(&[0]), 0);
    let before = reader.read_var_u32()?;
    let rest = reader.read_bytes(reader.bytes_remaining())?;
    let mut out = Vec::with_capacity(rest.len() + items.len() + 6);
    (before + count).encode(&mut out);
    out.extend_from_slice(rest);
    out.extend_from_slice(items);
    Ok(out)
}
