//! The memory of the host that a lifted value takes, by its type. An element of a list is
//! counted before any of them is made, so that few bytes of a guest cannot become gigabytes
//! here.
//!
//! The numbers are those of V8 on 64-bit machines, the largest of the engines,
//! as `heapUsed` tells them for Node 20 and 26.

use crate::abi::types::{Type, Types};
use crate::index::TypeId;

/// The slot of a value: a field, an element.
pub(super) const SLOT: u32 = 8;
/// An object, its fields apart.
const OBJECT: u32 = 24;
/// A field of an object with more of them than an object with a shape has.
const DICTIONARY_FIELD: u32 = 64;
/// The most fields that an object with a shape has.
const MAX_SHAPED_FIELDS: usize = 127;
/// An array, its elements apart.
const ARRAY: u32 = 48;
/// A typed array and its buffer, their bytes apart.
const TYPED_ARRAY: u32 = 208;
/// A `Map` without entries.
const MAP: u32 = 184;
/// An entry of a `Map`, key and value included; tables double, so half may be unused.
pub(super) const MAP_ENTRY: u32 = 56;
/// A string, its characters apart.
const STRING: u32 = 32;
/// A string of one character that is not in Latin-1.
const CHAR: u32 = 24;
/// A number that is not a small integer.
const NUMBER: u32 = 16;
/// A bigint of 64 bits.
const BIGINT: u32 = 24;
/// A resource, and what drops it in case the host forgets to.
const RESOURCE: u32 = 200;
/// A `ReadableStream` or promise with what reads the guest's end.
const STREAM: u32 = 2048;

/// The cost of a value of each type beside the slot that holds it, in bytes. Lists,
/// maps and strings count what they contain when they are lifted, so here they are
/// empty.
pub(super) fn costs(types: &Types) -> Vec<u32> {
    let mut costs = Vec::with_capacity(types.len());
    // A type is interned after those it consists of.
    for id in types.ids() {
        let cost = cost(&types[id], types, &costs);
        costs.push(cost);
    }
    costs
}

fn cost(ty: &Type, types: &Types, costs: &[u32]) -> u32 {
    let slot = |ty: &TypeId| costs[ty.index()].saturating_add(SLOT);
    let sum =
        |start: u32, parts: &mut dyn Iterator<Item = u32>| parts.fold(start, u32::saturating_add);
    let tagged = |val: u32| (OBJECT + 2 * SLOT).saturating_add(val);
    let payload = |ty: &Option<TypeId>| ty.map_or(0, |ty| costs[ty.index()]);
    match ty {
        // Booleans, small integers and the names of cases are in the slot, or there already.
        Type::Bool | Type::S8 | Type::U8 | Type::S16 | Type::U16 | Type::S32 | Type::Enum(_) => 0,
        Type::U32 | Type::F32 | Type::F64 => NUMBER,
        Type::S64 | Type::U64 => BIGINT,
        Type::Char => CHAR,
        Type::String => STRING,
        Type::List(element) | Type::FixedLengthList(element, _) => match &types[*element] {
            element if super::lift::number_array(element).is_some() => TYPED_ARRAY,
            _ => ARRAY,
        },
        Type::Map(..) => MAP,
        Type::Record(fields) => {
            let extra = if fields.len() > MAX_SHAPED_FIELDS { DICTIONARY_FIELD - SLOT } else { 0 };
            sum(OBJECT, &mut fields.iter().map(|(_, ty)| slot(ty).saturating_add(extra)))
        }
        Type::Tuple(elements) => sum(ARRAY, &mut elements.iter().map(slot)),
        Type::Flags(labels) => sum(OBJECT, &mut labels.iter().map(|_| SLOT)),
        Type::Option(some) => {
            let val = costs[some.index()];
            if matches!(types[*some], Type::Option(_)) { tagged(val) } else { val }
        }
        Type::Result { ok, err } => tagged(payload(ok).max(payload(err))),
        Type::Variant(cases) => tagged(cases.iter().map(|(_, ty)| payload(ty)).max().unwrap_or(0)),
        Type::Own(_) | Type::Borrow(_) => RESOURCE,
        Type::Stream(_) | Type::Future(_) | Type::ErrorContext => STREAM,
    }
}
