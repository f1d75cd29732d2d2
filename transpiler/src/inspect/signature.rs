//! Types of the validator in their WIT spelling.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentEntityType,
    ComponentFuncTypeId, ComponentInstanceTypeId, ComponentValType, ResourceId,
};
use wasmparser::types::Types;

/// The length at which a signature is cut off, in bytes: types can be exponentially longer than
/// the component that defines them.
const MAX_SIGNATURE: usize = 2000;

/// Spells types, by the names under which they are imported or exported.
pub(super) struct Speller<'a> {
    types: &'a Types,
    defined: HashMap<ComponentDefinedTypeId, &'a str>,
    resources: HashMap<ResourceId, &'a str>,
    /// Instance types whose names are known, since one can be in many places.
    seen: HashSet<ComponentInstanceTypeId>,
}

impl<'a> Speller<'a> {
    pub(super) fn new(types: &'a Types) -> Self {
        Self { types, defined: HashMap::new(), resources: HashMap::new(), seen: HashSet::new() }
    }

    /// Learns the names of types that an import or export brings.
    pub(super) fn learn(&mut self, name: &'a str, ty: ComponentEntityType) {
        match ty {
            ComponentEntityType::Type { referenced, created } => {
                for id in [created, referenced] {
                    match id {
                        ComponentAnyTypeId::Defined(id) => {
                            self.defined.entry(id).or_insert(name);
                        }
                        ComponentAnyTypeId::Resource(id) => {
                            self.resources.entry(id.resource()).or_insert(name);
                        }
                        ComponentAnyTypeId::Func(_)
                        | ComponentAnyTypeId::Instance(_)
                        | ComponentAnyTypeId::Component(_) => {}
                    }
                }
            }
            ComponentEntityType::Instance(id) => {
                if !self.seen.insert(id) {
                    return;
                }
                for (name, item) in &self.types[id].exports {
                    self.learn(name, item.ty);
                }
            }
            ComponentEntityType::Module(_)
            | ComponentEntityType::Func(_)
            | ComponentEntityType::Value(_)
            | ComponentEntityType::Component(_) => {}
        }
    }

    /// `async func(a: u32) -> string`
    pub(super) fn func(&self, id: ComponentFuncTypeId) -> String {
        let func = &self.types[id];
        let mut text = String::from(if func.async_ { "async func(" } else { "func(" });
        for (index, (name, ty)) in func.params.iter().enumerate() {
            text.push_str(if index == 0 { "" } else { ", " });
            write!(text, "{name}: ").expect("a String takes any text");
            self.value(&mut text, *ty);
        }
        text.push(')');
        if let Some(ty) = func.result {
            text.push_str(" -> ");
            self.value(&mut text, ty);
        }
        cut(text)
    }

    /// A type that is not a resource.
    pub(super) fn defined(&self, id: ComponentDefinedTypeId) -> String {
        let mut text = String::new();
        self.structure(&mut text, id);
        cut(text)
    }

    fn value(&self, text: &mut String, ty: ComponentValType) {
        match ty {
            ComponentValType::Primitive(ty) => {
                write!(text, "{ty}").expect("a String takes any text");
            }
            ComponentValType::Type(id) => match self.defined.get(&id) {
                Some(name) => text.push_str(name),
                None => self.structure(text, id),
            },
        }
    }

    fn optional(&self, text: &mut String, ty: Option<ComponentValType>) {
        match ty {
            Some(ty) => self.value(text, ty),
            None => text.push('_'),
        }
    }

    fn structure(&self, text: &mut String, id: ComponentDefinedTypeId) {
        use ComponentDefinedType as T;
        if text.len() > MAX_SIGNATURE {
            return;
        }
        match &self.types[id] {
            T::Primitive(ty) => write!(text, "{ty}").expect("a String takes any text"),
            T::Record(record) => block(text, "record", &record.fields, |text, (name, ty)| {
                write!(text, "{name}: ").expect("a String takes any text");
                self.value(text, *ty);
            }),
            T::Variant(variant) => {
                block(text, "variant", &variant.cases, |text, (name, case)| {
                    text.push_str(name);
                    if let Some(ty) = case.ty {
                        text.push('(');
                        self.value(text, ty);
                        text.push(')');
                    }
                });
            }
            T::Flags(names) => block(text, "flags", names, |text, name| text.push_str(name)),
            T::Enum(names) => block(text, "enum", names, |text, name| text.push_str(name)),
            T::Tuple(tuple) => {
                text.push_str("tuple<");
                for (index, ty) in tuple.types.iter().enumerate() {
                    if text.len() > MAX_SIGNATURE {
                        break;
                    }
                    text.push_str(if index == 0 { "" } else { ", " });
                    self.value(text, *ty);
                }
                text.push('>');
            }
            T::List { element, .. } => self.one(text, "list", Some(*element)),
            T::FixedLengthList { element, length, .. } => {
                text.push_str("list<");
                self.value(text, *element);
                write!(text, ", {length}>").expect("a String takes any text");
            }
            T::Map { key, value, .. } => self.two(text, "map", Some(*key), Some(*value)),
            T::Option { ty, .. } => self.one(text, "option", Some(*ty)),
            T::Result { ok: None, err: None, .. } => text.push_str("result"),
            T::Result { ok, err: None, .. } => self.one(text, "result", *ok),
            T::Result { ok, err, .. } => self.two(text, "result", *ok, *err),
            T::Own(id) => text.push_str(self.resource(id.resource())),
            T::Borrow(id) => {
                write!(text, "borrow<{}>", self.resource(id.resource()))
                    .expect("a String takes any text");
            }
            T::Future { ty, .. } => self.one(text, "future", *ty),
            T::Stream { ty, .. } => self.one(text, "stream", *ty),
        }
    }

    fn resource(&self, id: ResourceId) -> &str {
        self.resources.get(&id).copied().unwrap_or("resource")
    }

    /// `option<T>`, or `future` without a type.
    fn one(&self, text: &mut String, name: &str, ty: Option<ComponentValType>) {
        text.push_str(name);
        if let Some(ty) = ty {
            text.push('<');
            self.value(text, ty);
            text.push('>');
        }
    }

    fn two(
        &self,
        text: &mut String,
        name: &str,
        a: Option<ComponentValType>,
        b: Option<ComponentValType>,
    ) {
        text.push_str(name);
        text.push('<');
        self.optional(text, a);
        text.push_str(", ");
        self.optional(text, b);
        text.push('>');
    }
}

/// `record { a: u32, b: u32 }`
fn block<T>(
    text: &mut String,
    name: &str,
    items: impl IntoIterator<Item = T>,
    item_text: impl Fn(&mut String, T),
) {
    text.push_str(name);
    text.push_str(" { ");
    for (index, item) in items.into_iter().enumerate() {
        if text.len() > MAX_SIGNATURE {
            break;
        }
        text.push_str(if index == 0 { "" } else { ", " });
        item_text(text, item);
    }
    text.push_str(" }");
}

/// Ends what is too long with `…`.
fn cut(mut text: String) -> String {
    if text.len() > MAX_SIGNATURE {
        let end = (0..=MAX_SIGNATURE).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}
