//! Types by how their values travel, so that what several of them have in common
//! is one case, and a function for some of them takes no others.

use crate::abi::types::Type;
use crate::index::{ResourceIndex, TypeId};

/// A type, taken apart once for lifting, lowering and copying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape<'t> {
    Scalar(Scalar),
    /// The names of its cases.
    Enum(&'t [String]),
    Handle(Handle),
    Range(Range),
    Compound(Compound<'t>),
}

/// A value that is one core value and stands for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    Char,
}

/// A value that is an index into a table of its instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handle {
    Own(ResourceIndex),
    Borrow(ResourceIndex),
    ErrorContext,
    Stream(Option<TypeId>),
    Future(Option<TypeId>),
}

/// A value that lies elsewhere in memory, behind a pointer and a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    String,
    Items(Items),
}

/// A range of elements, or of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Items {
    List(TypeId),
    Map(TypeId, TypeId),
}

/// A value with others in it, in one piece of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compound<'t> {
    Record(&'t [(String, TypeId)]),
    Tuple(&'t [TypeId]),
    FixedLengthList(TypeId, u32),
    /// The labels.
    Flags(&'t [String]),
    Variant(Variant<'t>),
}

/// A `variant`, or what becomes one (`despecialize`, CanonicalABI.md) with payloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant<'t> {
    Variant(&'t [(String, Option<TypeId>)]),
    Option(TypeId),
    Result { ok: Option<TypeId>, err: Option<TypeId> },
}

impl Variant<'_> {
    /// The payload of each case.
    pub fn payloads(self) -> Vec<Option<TypeId>> {
        match self {
            Self::Variant(cases) => cases.iter().map(|(_, ty)| *ty).collect(),
            Self::Option(some) => vec![None, Some(some)],
            Self::Result { ok, err } => vec![ok, err],
        }
    }
}

impl Type {
    /// The form in which values of the type travel.
    pub fn shape(&self) -> Shape<'_> {
        match self {
            Self::Bool => Shape::Scalar(Scalar::Bool),
            Self::S8 => Shape::Scalar(Scalar::S8),
            Self::U8 => Shape::Scalar(Scalar::U8),
            Self::S16 => Shape::Scalar(Scalar::S16),
            Self::U16 => Shape::Scalar(Scalar::U16),
            Self::S32 => Shape::Scalar(Scalar::S32),
            Self::U32 => Shape::Scalar(Scalar::U32),
            Self::S64 => Shape::Scalar(Scalar::S64),
            Self::U64 => Shape::Scalar(Scalar::U64),
            Self::F32 => Shape::Scalar(Scalar::F32),
            Self::F64 => Shape::Scalar(Scalar::F64),
            Self::Char => Shape::Scalar(Scalar::Char),
            Self::Enum(cases) => Shape::Enum(cases),
            Self::Own(resource) => Shape::Handle(Handle::Own(*resource)),
            Self::Borrow(resource) => Shape::Handle(Handle::Borrow(*resource)),
            Self::ErrorContext => Shape::Handle(Handle::ErrorContext),
            Self::Stream(element) => Shape::Handle(Handle::Stream(*element)),
            Self::Future(value) => Shape::Handle(Handle::Future(*value)),
            Self::String => Shape::Range(Range::String),
            Self::List(element) => Shape::Range(Range::Items(Items::List(*element))),
            Self::Map(key, value) => Shape::Range(Range::Items(Items::Map(*key, *value))),
            Self::Record(fields) => Shape::Compound(Compound::Record(fields)),
            Self::Tuple(types) => Shape::Compound(Compound::Tuple(types)),
            Self::FixedLengthList(element, length) => {
                Shape::Compound(Compound::FixedLengthList(*element, *length))
            }
            Self::Flags(labels) => Shape::Compound(Compound::Flags(labels)),
            Self::Variant(cases) => Shape::Compound(Compound::Variant(Variant::Variant(cases))),
            Self::Option(some) => Shape::Compound(Compound::Variant(Variant::Option(*some))),
            Self::Result { ok, err } => {
                Shape::Compound(Compound::Variant(Variant::Result { ok: *ok, err: *err }))
            }
        }
    }
}
