//! Function indices, where a module has any outside its code.

use wasm_encoder::Encode;
use wasmparser::{
    BinaryReader, ConstExpr, ElementItems, ElementKind, ElementSectionReader, ExportSectionReader,
    ExternalKind, GlobalSectionReader, Operator, Result, SectionLimited, TableInit,
    TableSectionReader,
};

use super::super::sections::Id;

/// The indices of defined functions move by one.
#[derive(Clone, Copy)]
pub(super) struct Shift {
    pub imported: u32,
}

/// A copy in the making, some of whose function indices are others.
pub(super) struct Splice<'a> {
    from: &'a [u8],
    copied: usize,
}

impl<'a> Splice<'a> {
    pub(super) fn new(from: &'a [u8], begin: usize) -> Self {
        Self { from, copied: begin }
    }

    /// Copies up to a place.
    pub(super) fn copy(&mut self, to: usize, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.from[self.copied..to]);
        self.copied = to;
    }

    /// Replaces the number at a place.
    pub(super) fn index(
        &mut self,
        at: usize,
        f: impl Fn(u32) -> u32,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        self.copy(at, out);
        let mut reader = BinaryReader::new(&self.from[at..], 0);
        f(reader.read_var_u32()?).encode(out);
        self.copied = at + reader.current_position();
        Ok(())
    }
}

/// A place in the bytes that a reader began with.
pub(super) fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

impl Shift {
    pub(super) fn function(self, index: u32) -> u32 {
        index + u32::from(index >= self.imported)
    }

    /// A section with the new indices.
    pub(super) fn section(self, id: Id, contents: &[u8]) -> Result<Vec<u8>> {
        let mut places = Vec::new();
        let reader = BinaryReader::new(contents, 0);
        match id {
            Id::Start => places.push(0),
            Id::Export => exports(reader, &mut places)?,
            Id::Table => {
                for table in TableSectionReader::new(reader)? {
                    if let TableInit::Expr(init) = table?.init {
                        constant(&init, &mut places)?;
                    }
                }
            }
            Id::Global => {
                for global in GlobalSectionReader::new(reader)? {
                    constant(&global?.init_expr, &mut places)?;
                }
            }
            Id::Element => elements(reader, &mut places)?,
            Id::Type | Id::Import | Id::Function | Id::Memory | Id::Code => {}
        }
        let mut out = Vec::with_capacity(contents.len() + places.len());
        let mut splice = Splice::new(contents, 0);
        for at in places {
            splice.index(at, |index| self.function(index), &mut out)?;
        }
        splice.copy(contents.len(), &mut out);
        Ok(out)
    }

    /// The name section, behind its own name.
    pub(super) fn names(self, mut reader: BinaryReader<'_>) -> Result<Vec<u8>> {
        const FUNCTIONS: u8 = 1;
        const LOCALS: u8 = 2;
        const LABELS: u8 = 3;
        let mut out = Vec::new();
        while !reader.eof() {
            let kind = reader.read_u8()?;
            let size = reader.read_var_u32()?;
            let contents = reader.read_bytes(size as usize)?;
            let contents = match kind {
                FUNCTIONS => self.named(contents, |item| {
                    item.skip_string()?;
                    Ok(())
                })?,
                LOCALS | LABELS => self.named(contents, |item| {
                    for _ in 0..item.read_var_u32()? {
                        item.read_var_u32()?;
                        item.skip_string()?;
                    }
                    Ok(())
                })?,
                _ => contents.to_vec(),
            };
            out.push(kind);
            contents.encode(&mut out);
        }
        Ok(out)
    }

    /// A list of function indices, each with something behind it.
    fn named(
        self,
        contents: &[u8],
        skip: impl Fn(&mut BinaryReader<'_>) -> Result<()>,
    ) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(contents.len() + contents.len() / 8);
        let mut splice = Splice::new(contents, 0);
        let mut reader = BinaryReader::new(contents, 0);
        for _ in 0..reader.read_var_u32()? {
            splice.index(reader.current_position(), |index| self.function(index), &mut out)?;
            reader.read_var_u32()?;
            skip(&mut reader)?;
        }
        splice.copy(contents.len(), &mut out);
        Ok(out)
    }
}

fn exports(reader: BinaryReader<'_>, places: &mut Vec<usize>) -> Result<()> {
    let contents = reader.clone();
    for item in ExportSectionReader::new(reader)?.into_iter_with_offsets() {
        let (offset, export) = item?;
        if !matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact) {
            continue;
        }
        let mut at = contents.clone();
        at.read_bytes(place(offset))?;
        at.skip_string()?;
        at.read_u8()?;
        places.push(at.current_position());
    }
    Ok(())
}

fn elements(reader: BinaryReader<'_>, places: &mut Vec<usize>) -> Result<()> {
    for element in ElementSectionReader::new(reader)? {
        let element = element?;
        if let ElementKind::Active { offset_expr, .. } = &element.kind {
            constant(offset_expr, places)?;
        }
        match element.items {
            ElementItems::Functions(functions) => indices(functions, places)?,
            ElementItems::Expressions(_, items) => {
                for item in items {
                    constant(&item?, places)?;
                }
            }
        }
    }
    Ok(())
}

fn indices(functions: SectionLimited<'_, u32>, places: &mut Vec<usize>) -> Result<()> {
    for item in functions.into_iter_with_offsets() {
        places.push(place(item?.0));
    }
    Ok(())
}

/// The functions that a constant refers to.
fn constant(expr: &ConstExpr<'_>, places: &mut Vec<usize>) -> Result<()> {
    for item in expr.get_operators_reader().into_iter_with_offsets() {
        if let (Operator::RefFunc { .. }, offset) = item? {
            places.push(place(offset) + 1);
        }
    }
    Ok(())
}
