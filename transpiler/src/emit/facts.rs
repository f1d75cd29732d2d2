//! Facts about types beside their layout, for the emitter.

use super::cost::{MAP_ENTRY, SLOT, costs};
use crate::abi::types::{Type, Types};
use crate::index::TypeId;

/// Answers for every type, computed once.
pub(super) struct Facts {
    borrow: Vec<bool>,
    own: Vec<bool>,
    handle: Vec<bool>,
    host_code: Vec<bool>,
    /// The depth to which variants are nested in the flat form of a type.
    variant_depth: Vec<u32>,
    range: Vec<bool>,
    cost: Vec<u32>,
}

impl Facts {
    /// Computes them; a type is interned after those it consists of.
    pub(super) fn new(types: &Types) -> Self {
        let mut facts = Self {
            borrow: Vec::new(),
            own: Vec::new(),
            handle: Vec::new(),
            host_code: Vec::new(),
            variant_depth: Vec::new(),
            range: Vec::new(),
            cost: costs(types),
        };
        for id in types.ids() {
            let parts = parts(&types[id]);
            let any = |facts: &[bool]| parts.iter().any(|part| facts[part.index()]);
            let borrow = matches!(types[id], Type::Borrow(_)) || any(&facts.borrow);
            let own = matches!(types[id], Type::Own(_)) || any(&facts.own);
            let is_handle = |ty: &Type| {
                matches!(
                    ty,
                    Type::Own(_)
                        | Type::Borrow(_)
                        | Type::Stream(_)
                        | Type::Future(_)
                        | Type::ErrorContext
                )
            };
            let handle = is_handle(&types[id]) || any(&facts.handle);
            let below = match types[id] {
                Type::List(_) | Type::Map(..) => 0,
                _ => parts.iter().map(|part| facts.variant_depth[part.index()]).max().unwrap_or(0),
            };
            let is_variant =
                matches!(types[id], Type::Variant(_) | Type::Option(_) | Type::Result { .. });
            let range = matches!(types[id], Type::String | Type::List(_) | Type::Map(..))
                || any(&facts.range);
            let host_code = match types[id] {
                Type::Option(some) => {
                    matches!(types[some], Type::Option(_)) || facts.host_code[some.index()]
                }
                Type::Own(_) | Type::Borrow(_) | Type::ErrorContext => false,
                Type::Enum(_) | Type::String | Type::Char => false,
                _ => !types[id].is_scalar(),
            };
            facts.own.push(own);
            facts.host_code.push(host_code);
            facts.range.push(range);
            facts.borrow.push(borrow);
            facts.handle.push(handle);
            facts.variant_depth.push(below + u32::from(is_variant));
        }
        facts
    }

    /// Whether values of the type can hold a `borrow`.
    pub(super) fn contains_borrow(&self, ty: TypeId) -> bool {
        self.borrow[ty.index()]
    }

    /// Whether values of the type can hold an `own`.
    pub(super) fn contains_own(&self, ty: TypeId) -> bool {
        self.own[ty.index()]
    }

    /// Whether lowering the type can run code of the host: getters and iterators.
    pub(super) fn runs_host_code(&self, ty: TypeId) -> bool {
        self.host_code[ty.index()]
    }

    /// Whether values of the type can hold a resource handle.
    pub(super) fn contains_handle(&self, ty: TypeId) -> bool {
        self.handle[ty.index()]
    }

    /// Whether lifting the type from flat values reads linear memory.
    pub(super) fn reads_memory(&self, ty: TypeId) -> bool {
        self.range[ty.index()]
    }

    /// The cost of a lifted value of the type in the host's memory beside its slot, in bytes,
    /// without the contents of lists, maps and strings.
    pub(super) fn cost(&self, ty: TypeId) -> u32 {
        self.cost[ty.index()]
    }

    /// The cost of a lifted element of a list.
    pub(super) fn element_cost(&self, ty: TypeId) -> u32 {
        self.cost(ty).saturating_add(SLOT)
    }

    /// The cost of a lifted entry of a map.
    pub(super) fn entry_cost(&self, key: TypeId, value: TypeId) -> u32 {
        self.cost(key).saturating_add(self.cost(value)).saturating_add(MAP_ENTRY)
    }

    /// Whether the type is a variant with variants in it.
    pub(super) fn is_nested_variant(&self, ty: TypeId) -> bool {
        self.variant_depth[ty.index()] > 1
    }
}

/// Whether a result of the type can be a promise without anything being wrong: one is
/// true, and an object without fields.
pub(super) fn takes_promise(types: &Types, ty: TypeId) -> bool {
    let is_optional = |ty: TypeId| matches!(types[ty], Type::Bool | Type::Option(_));
    match &types[ty] {
        Type::Bool | Type::Flags(_) => true,
        Type::Record(fields) => fields.iter().all(|(_, ty)| is_optional(*ty)),
        Type::Option(some) => takes_promise(types, *some),
        Type::Result { ok, .. } => ok.is_none_or(|ok| takes_promise(types, ok)),
        Type::S8
        | Type::U8
        | Type::S16
        | Type::U16
        | Type::S32
        | Type::U32
        | Type::S64
        | Type::U64
        | Type::F32
        | Type::F64
        | Type::Char
        | Type::String
        | Type::ErrorContext
        | Type::List(_)
        | Type::FixedLengthList(..)
        | Type::Tuple(_)
        | Type::Variant(_)
        | Type::Enum(_)
        | Type::Map(..)
        | Type::Own(_)
        | Type::Borrow(_)
        | Type::Stream(_)
        // A promise is what it is.
        | Type::Future(_) => false,
    }
}

/// The types that a type consists of.
fn parts(ty: &Type) -> Vec<TypeId> {
    match ty {
        Type::Bool
        | Type::S8
        | Type::U8
        | Type::S16
        | Type::U16
        | Type::S32
        | Type::U32
        | Type::S64
        | Type::U64
        | Type::F32
        | Type::F64
        | Type::Char
        | Type::String
        | Type::ErrorContext
        | Type::Enum(_)
        | Type::Flags(_)
        | Type::Own(_)
        | Type::Borrow(_)
        // A handle, whatever it carries.
        | Type::Stream(_)
        | Type::Future(_) => vec![],
        Type::List(element) | Type::FixedLengthList(element, _) | Type::Option(element) => vec![*element],
        Type::Record(fields) => fields.iter().map(|(_, ty)| *ty).collect(),
        Type::Tuple(types) => types.clone(),
        Type::Variant(cases) => cases.iter().filter_map(|(_, ty)| *ty).collect(),
        Type::Result { ok, err } => ok.iter().chain(err).copied().collect(),
        Type::Map(key, value) => vec![*key, *value],
    }
}
