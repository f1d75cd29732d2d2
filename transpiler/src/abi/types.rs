//! Component value and function types, interned structurally. Resources are
//! run-time resources ([`ResourceIndex`]), not the validator's.

use std::collections::HashMap;

use indexmap::IndexSet;

use crate::abi::shape::Shape;
use crate::index::{FuncTypeId, ResourceIndex, TypeId};

/// A value type (`valtype`, Explainer.md), with names in their WIT spelling.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
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
    String,
    ErrorContext,
    List(TypeId),
    FixedLengthList(TypeId, u32),
    Record(Vec<(String, TypeId)>),
    Tuple(Vec<TypeId>),
    Variant(Vec<(String, Option<TypeId>)>),
    Enum(Vec<String>),
    Flags(Vec<String>),
    Option(TypeId),
    Result { ok: Option<TypeId>, err: Option<TypeId> },
    Map(TypeId, TypeId),
    Own(ResourceIndex),
    Borrow(ResourceIndex),
    Stream(Option<TypeId>),
    Future(Option<TypeId>),
}

/// The type of a component function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FuncType {
    /// Whether the type is `async func`.
    pub is_async: bool,
    pub params: Vec<(String, TypeId)>,
    pub result: Option<TypeId>,
}

/// All types of a linked component.
#[derive(Debug, Default)]
#[expect(clippy::struct_field_names, reason = "value types are what `Types` is about")]
pub struct Types {
    types: IndexSet<Type>,
    funcs: IndexSet<FuncType>,
    names: HashMap<TypeId, String>,
}

impl Type {
    /// Whether a value is one core value that stands for nothing else: a bool, number or char.
    pub fn is_scalar(&self) -> bool {
        matches!(self.shape(), Shape::Scalar(_))
    }
}

impl Types {
    /// The index of `ty`, new or the one it already has.
    pub fn intern(&mut self, ty: Type) -> TypeId {
        TypeId::at(self.types.insert_full(ty).0)
    }

    /// The index of `ty`, new or the one it already has.
    pub fn intern_func(&mut self, ty: FuncType) -> FuncTypeId {
        FuncTypeId::at(self.funcs.insert_full(ty).0)
    }

    /// Remembers the first WIT name under which a type is seen, for names of emitted functions.
    pub fn name(&mut self, id: TypeId, name: &str) {
        self.names.entry(id).or_insert_with(|| name.to_owned());
    }

    /// The WIT name of a type, if it has one.
    pub fn name_of(&self, id: TypeId) -> Option<&str> {
        self.names.get(&id).map(String::as_str)
    }

    /// All value types, each after those it consists of.
    pub(crate) fn ids(&self) -> impl Iterator<Item = TypeId> + use<> {
        (0..self.types.len()).map(TypeId::at)
    }

    /// The number of distinct value types.
    pub fn len(&self) -> usize {
        self.types.len()
    }

    /// Whether there are no value types.
    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }
}

impl std::ops::Index<TypeId> for Types {
    type Output = Type;
    fn index(&self, id: TypeId) -> &Type {
        &self.types[id.index()]
    }
}

impl std::ops::Index<FuncTypeId> for Types {
    type Output = FuncType;
    fn index(&self, id: FuncTypeId) -> &FuncType {
        &self.funcs[id.index()]
    }
}
