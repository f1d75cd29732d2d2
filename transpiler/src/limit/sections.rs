//! A core module as a list of sections, of which some are replaced.

use std::borrow::Cow;

use wasm_encoder::Encode;
use wasmparser::{BinaryReader, Result};

/// Magic number and version.
const PREAMBLE: usize = 8;

/// The number of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Id {
    Table = 4,
    Memory = 5,
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

    /// Replaces the contents of a section that is there.
    pub(super) fn set(&mut self, id: Id, contents: Vec<u8>) {
        if let Some(section) = self.list.iter_mut().find(|section| section.id == id as u8) {
            section.contents = contents.into();
        }
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
