//! Size, alignment and flattening (`elem_size`, `alignment`, `flatten_type`,
//! CanonicalABI.md), computed once for all types.

use crate::abi::shape::{Compound, Scalar, Shape};
use crate::abi::types::{Type, Types};
use crate::index::TypeId;

/// `MAX_FLAT_PARAMS`
pub const MAX_FLAT_PARAMS: usize = 16;
/// `MAX_FLAT_RESULTS`
pub const MAX_FLAT_RESULTS: usize = 1;
/// `MAX_FLAT_ASYNC_PARAMS`
pub const MAX_FLAT_ASYNC_PARAMS: usize = 4;

/// A core value type, as flattening uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flat {
    I32,
    I64,
    F32,
    F64,
}

/// `join`: the core type that holds either of two.
pub fn join(a: Flat, b: Flat) -> Flat {
    match (a, b) {
        _ if a == b => a,
        (Flat::I32, Flat::F32) | (Flat::F32, Flat::I32) => Flat::I32,
        _ => Flat::I64,
    }
}

/// Size and alignment of a value in linear memory, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub size: u32,
    pub align: u32,
}

/// The offsets of a variant's parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariantLayout {
    /// Size of the discriminant in bytes: 1, 2 or 4.
    pub discriminant: u32,
    /// Offset of each case's payload.
    pub payload: u32,
    pub layout: Layout,
}

/// Layouts of all types for one pointer width.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "what `Layouts` is about, and what goes with it")]
pub struct Layouts {
    is64: bool,
    layouts: Vec<Layout>,
    /// `None` where there are more flat values than any call passes flat.
    flats: Vec<Option<Vec<Flat>>>,
}

impl Layouts {
    /// Lays out all of `types`; a type is interned after those it consists of.
    pub fn new(types: &Types, is64: bool) -> Self {
        let mut layouts = Self {
            is64,
            layouts: Vec::with_capacity(types.len()),
            flats: Vec::with_capacity(types.len()),
        };
        for id in types.ids() {
            let ty = &types[id];
            let layout = layouts.layout_of(ty);
            let flat = layouts.flatten(ty);
            layouts.layouts.push(layout);
            layouts.flats.push(flat);
        }
        layouts
    }

    /// Size and alignment of a type.
    pub fn layout(&self, ty: TypeId) -> Layout {
        self.layouts[ty.index()]
    }

    /// The flattened type; `None` when it has more than [`MAX_FLAT_PARAMS`] values.
    pub fn flat(&self, ty: TypeId) -> Option<&[Flat]> {
        self.flats[ty.index()].as_deref()
    }

    /// `flatten_types`; `None` when there are more than `limit` values.
    pub fn flat_all(
        &self,
        types: impl IntoIterator<Item = TypeId>,
        limit: usize,
    ) -> Option<Vec<Flat>> {
        let mut flat = Vec::new();
        for ty in types {
            flat.extend(self.flat(ty)?);
            if flat.len() > limit {
                return None;
            }
        }
        Some(flat)
    }

    /// The core type of pointers and lengths.
    pub fn ptr(&self) -> Flat {
        if self.is64 { Flat::I64 } else { Flat::I32 }
    }

    /// Size of pointers and lengths in bytes.
    pub fn ptr_size(&self) -> u32 {
        if self.is64 { 8 } else { 4 }
    }

    /// Offsets of the fields of a record, and its layout.
    pub fn fields(&self, types: impl IntoIterator<Item = TypeId>) -> (Vec<u32>, Layout) {
        let mut size = 0;
        let mut align = 1;
        let mut offsets = Vec::new();
        for ty in types {
            let field = self.layout(ty);
            size = align_to(size, field.align);
            offsets.push(size);
            size = size.saturating_add(field.size);
            align = align.max(field.align);
        }
        (offsets, Layout { size: align_to(size, align), align })
    }

    /// The parts of a variant with these payloads.
    pub fn variant(&self, cases: impl IntoIterator<Item = Option<TypeId>>) -> VariantLayout {
        let mut count = 0_usize;
        let mut payload = Layout { size: 0, align: 1 };
        for case in cases {
            count += 1;
            if let Some(ty) = case {
                let layout = self.layout(ty);
                payload.size = payload.size.max(layout.size);
                payload.align = payload.align.max(layout.align);
            }
        }
        let discriminant = discriminant_size(count);
        let offset = align_to(discriminant, payload.align);
        let align = discriminant.max(payload.align);
        let size = align_to(offset.saturating_add(payload.size), align);
        VariantLayout { discriminant, payload: offset, layout: Layout { size, align } }
    }

    /// The flat values behind the discriminant of a variant: the cases joined.
    pub fn flat_payload(
        &self,
        cases: impl IntoIterator<Item = Option<TypeId>>,
    ) -> Option<Vec<Flat>> {
        let mut joined: Vec<Flat> = Vec::new();
        for ty in cases.into_iter().flatten() {
            for (i, flat) in self.flat(ty)?.iter().enumerate() {
                match joined.get_mut(i) {
                    Some(have) => *have = join(*have, *flat),
                    None => joined.push(*flat),
                }
            }
        }
        Some(joined)
    }

    fn layout_of(&self, ty: &Type) -> Layout {
        let scalar = |size| Layout { size, align: size };
        match ty.shape() {
            Shape::Scalar(of) => scalar(match of {
                Scalar::Bool | Scalar::S8 | Scalar::U8 => 1,
                Scalar::S16 | Scalar::U16 => 2,
                Scalar::S32 | Scalar::U32 | Scalar::F32 | Scalar::Char => 4,
                Scalar::S64 | Scalar::U64 | Scalar::F64 => 8,
            }),
            Shape::Enum(names) => self.variant(names.iter().map(|_| None)).layout,
            Shape::Handle(_) => scalar(4),
            Shape::Range(_) => Layout { size: 2 * self.ptr_size(), align: self.ptr_size() },
            Shape::Compound(Compound::Record(fields)) => {
                self.fields(fields.iter().map(|(_, ty)| *ty)).1
            }
            Shape::Compound(Compound::Tuple(types)) => self.fields(types.iter().copied()).1,
            Shape::Compound(Compound::FixedLengthList(element, length)) => {
                let element = self.layout(element);
                Layout { size: element.size.saturating_mul(length), align: element.align }
            }
            Shape::Compound(Compound::Flags(labels)) => scalar(flags_size(labels.len())),
            Shape::Compound(Compound::Variant(variant)) => self.variant(variant.payloads()).layout,
        }
    }

    fn flatten(&self, ty: &Type) -> Option<Vec<Flat>> {
        let flat = match ty.shape() {
            Shape::Scalar(of) => vec![match of {
                Scalar::Bool
                | Scalar::S8
                | Scalar::U8
                | Scalar::S16
                | Scalar::U16
                | Scalar::S32
                | Scalar::U32
                | Scalar::Char => Flat::I32,
                Scalar::S64 | Scalar::U64 => Flat::I64,
                Scalar::F32 => Flat::F32,
                Scalar::F64 => Flat::F64,
            }],
            Shape::Enum(_) | Shape::Handle(_) | Shape::Compound(Compound::Flags(_)) => {
                vec![Flat::I32]
            }
            Shape::Range(_) => vec![self.ptr(); 2],
            Shape::Compound(Compound::Record(fields)) => {
                return self.flat_all(fields.iter().map(|(_, ty)| *ty), MAX_FLAT_PARAMS);
            }
            Shape::Compound(Compound::Tuple(types)) => {
                return self.flat_all(types.iter().copied(), MAX_FLAT_PARAMS);
            }
            Shape::Compound(Compound::FixedLengthList(element, length)) => {
                let element = self.flat(element)?;
                let count = element.len().checked_mul(length as usize)?;
                if count > MAX_FLAT_PARAMS {
                    return None;
                }
                element.repeat(length as usize)
            }
            Shape::Compound(Compound::Variant(variant)) => {
                let mut flat = vec![Flat::I32];
                flat.extend(self.flat_payload(variant.payloads())?);
                flat
            }
        };
        (flat.len() <= MAX_FLAT_PARAMS).then_some(flat)
    }
}

/// `alignment_flags`, which is the size too.
pub fn flags_size(labels: usize) -> u32 {
    match labels {
        0..=8 => 1,
        9..=16 => 2,
        _ => 4,
    }
}

fn discriminant_size(cases: usize) -> u32 {
    match cases {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

fn align_to(offset: u32, align: u32) -> u32 {
    offset.saturating_add(align - 1) / align * align
}
