//! The index spaces of a core module, as far as instrumenting needs them.

use wasmparser::{
    BinaryReader, CompositeInnerType, FunctionSectionReader, GlobalSectionReader,
    ImportSectionReader, MemorySectionReader, Result, TableSectionReader, TypeRef,
    TypeSectionReader,
};

use super::super::sections::{Id, Sections};

#[derive(Default)]
pub(super) struct Spaces {
    pub types: u32,
    pub imported_functions: u32,
    /// The number of parameters of each function that is defined.
    pub defined: Vec<u32>,
    pub globals: u32,
    /// Whether each memory has 64-bit addresses.
    pub memories: Vec<bool>,
    /// Whether each table has 64-bit indices.
    pub tables: Vec<bool>,
}

impl Spaces {
    pub(super) fn read(sections: &Sections<'_>) -> Result<Self> {
        let mut it = Self::default();
        let reader = |id| sections.get(id).map(|contents| BinaryReader::new(contents, 0));
        let mut params = Vec::new();
        if let Some(types) = reader(Id::Type) {
            for group in TypeSectionReader::new(types)? {
                for ty in group?.types() {
                    params.push(match &ty.composite_type.inner {
                        CompositeInnerType::Func(func) => func.params().len(),
                        _ => 0,
                    });
                }
            }
        }
        it.types = count(params.len());
        if let Some(imports) = reader(Id::Import) {
            for import in ImportSectionReader::new(imports)?.into_imports() {
                match import?.ty {
                    TypeRef::Func(_) | TypeRef::FuncExact(_) => it.imported_functions += 1,
                    TypeRef::Global(_) => it.globals += 1,
                    TypeRef::Memory(ty) => it.memories.push(ty.memory64),
                    TypeRef::Table(ty) => it.tables.push(ty.table64),
                    TypeRef::Tag(_) => {}
                }
            }
        }
        if let Some(functions) = reader(Id::Function) {
            for ty in FunctionSectionReader::new(functions)? {
                it.defined.push(params.get(ty? as usize).map_or(0, |params| count(*params)));
            }
        }
        if let Some(memories) = reader(Id::Memory) {
            for ty in MemorySectionReader::new(memories)? {
                it.memories.push(ty?.memory64);
            }
        }
        if let Some(tables) = reader(Id::Table) {
            for table in TableSectionReader::new(tables)? {
                it.tables.push(table?.ty.table64);
            }
        }
        if let Some(globals) = reader(Id::Global) {
            it.globals += GlobalSectionReader::new(globals)?.count();
        }
        Ok(it)
    }
}

/// A number of items, which the format bounds.
pub(super) fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
