//! A component comes in; what there is to know about it goes out, for people.
//! Nothing here decides what is accepted: `decode` has done that before.

mod features;
mod json;
mod signature;

use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};

use crate::decode::{Decoded, Definition, decode};
use crate::error::{Code, Error, Result};
use crate::link;
use crate::options::Budget;
use crate::reach::{ExportedFunc, Reach};
use json::Json;
use signature::Speller;

/// The bytes by which a list of imports and exports may be longer than the component:
/// instance types can be exponentially longer than the component that defines them.
const MAX_EXTRA_TEXT: usize = 4 << 20;

/// The result of [`inspect`] for a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Bytes of the whole file.
    pub size: usize,
    /// The depth to which components are nested; 0 for a component without any.
    pub nesting: u32,
    pub imports: Vec<Item>,
    pub exports: Vec<Item>,
    /// The core modules, in order of appearance.
    pub modules: Vec<Module>,
    /// All sections, those of nested components and modules included, in order.
    pub sections: Vec<Section>,
    /// `(field, name, version)`: who made it. Fields are `language`,
    /// `processed-by` and `sdk`.
    pub producers: Vec<(String, String, String)>,
    /// Parts of the component model that are used, sorted.
    pub component_features: Vec<String>,
    /// Proposals of core WebAssembly that are used, sorted.
    pub core_features: Vec<String>,
}

/// An import or export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub name: String,
    /// `func`, `instance`, `resource`, `type`, `module`, `component` or `value`.
    pub kind: &'static str,
    /// The WIT spelling of a function's or value type; a very long one ends in `…`.
    pub signature: Option<String>,
    /// The way in which an exported function is called.
    pub calling: Option<ExportedFunc>,
    pub implements: Option<String>,
    pub external_id: Option<String>,
    /// The exports of an instance.
    pub items: Vec<Item>,
}

/// A core module inside a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    pub name: Option<String>,
    /// Offset in the file.
    pub offset: usize,
    pub size: usize,
    pub imports: usize,
    pub exports: usize,
}

/// A section of a component or core module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The spec's name, or a custom section's own.
    pub name: String,
    pub is_custom: bool,
    /// The number of components and modules around it.
    pub depth: u32,
    /// Offset of its contents in the file.
    pub offset: usize,
    pub size: usize,
}

/// Describes a component.
///
/// # Errors
///
/// Those of [`decode`], which validates it, and [`Code::BudgetExceeded`] when its
/// types are absurdly longer than the component itself.
///
/// ```
/// let component = wat::parse_str(r#"(component (import "f" (func (param "x" u32))))"#)?;
/// let inspection = windlass::inspect::inspect(&component)?;
/// assert_eq!(inspection.imports[0].signature.as_deref(), Some("func(x: u32)"));
/// assert!(inspection.to_json().starts_with(r#"{"kind":"component","size":"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn inspect(bytes: &[u8]) -> Result<Inspection> {
    let decoded = decode(bytes)?;
    let found = features::find(bytes);
    let (imports, mut exports) = items(&decoded, MAX_EXTRA_TEXT + bytes.len())?;
    // A component that is too large to be linked can still be looked at.
    if let Ok(linked) = link::link(&decoded, &Budget::default()) {
        let reach = Reach::automatic(&linked);
        for item in &mut exports {
            describe_calls(item, "", &reach);
        }
    }
    let sections: Vec<Section> = decoded
        .sections
        .iter()
        .map(|section| Section {
            name: section.name.to_owned(),
            is_custom: section.custom,
            depth: section.depth,
            offset: section.range.start,
            size: section.range.len(),
        })
        .collect();
    let modules = decoded
        .modules
        .iter()
        .map(|module| Module {
            name: module.name.map(str::to_owned),
            offset: module.offset,
            size: module.bytes.len(),
            imports: module.imports.len(),
            exports: module.exports.len(),
        })
        .collect();
    Ok(Inspection {
        size: bytes.len(),
        nesting: found.nesting,
        imports,
        exports,
        modules,
        sections,
        producers: found.producers,
        component_features: found.component.into_iter().map(str::to_owned).collect(),
        core_features: found.core.into_iter().collect(),
    })
}

fn items(decoded: &Decoded<'_>, left: usize) -> Result<(Vec<Item>, Vec<Item>)> {
    let definitions = &decoded.components[0].definitions;
    let mut speller = Speller::new(&decoded.types);
    for definition in definitions {
        match definition {
            Definition::Import { full_name, ty, .. } | Definition::Export { full_name, ty, .. } => {
                speller.learn(full_name, *ty);
            }
            _ => {}
        }
    }
    let mut lister = Lister { decoded, speller, left };
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    for definition in definitions {
        match definition {
            Definition::Import { full_name, ty, implements, external_id, .. } => {
                let mut item = lister.item(full_name, *ty)?;
                item.implements.clone_from(implements);
                item.external_id = external_id.map(str::to_owned);
                imports.push(item);
            }
            Definition::Export { full_name, ty, .. } => exports.push(lister.item(full_name, *ty)?),
            _ => {}
        }
    }
    Ok((imports, exports))
}

/// Says of functions how they are called.
fn describe_calls(item: &mut Item, instance: &str, reach: &Reach) {
    let label = format!("{instance}{}", item.name);
    item.calling = reach.labelled(&label).cloned();
    for inner in &mut item.items {
        describe_calls(inner, &format!("{label}#"), reach);
    }
}

struct Lister<'a> {
    decoded: &'a Decoded<'a>,
    speller: Speller<'a>,
    /// Bytes of text that may still come.
    left: usize,
}

impl Lister<'_> {
    /// Instances in instances are no deeper than the validator lets types be.
    fn item(&mut self, name: &str, ty: ComponentEntityType) -> Result<Item> {
        let mut items = Vec::new();
        let (kind, signature) = match ty {
            ComponentEntityType::Module(_) => ("module", None),
            ComponentEntityType::Func(id) => ("func", Some(self.speller.func(id))),
            ComponentEntityType::Value(_) => ("value", None),
            ComponentEntityType::Type { created, .. } => match created {
                ComponentAnyTypeId::Resource(_) => ("resource", None),
                ComponentAnyTypeId::Defined(id) => ("type", Some(self.speller.defined(id))),
                ComponentAnyTypeId::Func(id) => ("type", Some(self.speller.func(id))),
                ComponentAnyTypeId::Instance(_) | ComponentAnyTypeId::Component(_) => {
                    ("type", None)
                }
            },
            ComponentEntityType::Instance(id) => {
                let decoded = self.decoded;
                for (name, export) in &decoded.types[id].exports {
                    items.push(self.item(&export.full_name(name), export.ty)?);
                }
                ("instance", None)
            }
            ComponentEntityType::Component(_) => ("component", None),
        };
        let length = name.len() + signature.as_ref().map_or(0, String::len) + 64;
        self.left = self.left.checked_sub(length).ok_or_else(|| {
            Error::new(Code::BudgetExceeded, "its imports and exports are too long to list")
        })?;
        let name = name.to_owned();
        Ok(Item {
            name,
            kind,
            signature,
            calling: None,
            implements: None,
            external_id: None,
            items,
        })
    }
}

impl Inspection {
    /// The inspection as JSON, on one line.
    ///
    /// ```json
    /// {
    ///   "kind": "component", "size": 1, "nesting": 0,
    ///   "imports": [{ "name": "a:b/c", "kind": "instance", "items": [] }],
    ///   "exports": [{ "name": "f", "kind": "func", "signature": "func(x: u32)", "returns": "promise",
    ///                 "jspi": { "need": "possible", "reason": "calls `thread.yield`" } }],
    ///   "modules": [{ "name": "main", "offset": 1, "size": 1, "imports": 0, "exports": 1 }],
    ///   "sections": [{ "name": "type", "depth": 0, "offset": 1, "size": 1 }],
    ///   "customSections": [{ "name": "producers", "depth": 0, "offset": 1, "size": 1 }],
    ///   "producers": { "processed-by": [{ "name": "x", "version": "1" }] },
    ///   "features": { "component": ["resources"], "core": ["simd"] }
    /// }
    /// ```
    pub fn to_json(&self) -> String {
        let sections = |is_custom| {
            Json::list(self.sections.iter().filter(|section| section.is_custom == is_custom).map(
                |section| {
                    Json::object([
                        ("name", Some((&section.name).into())),
                        ("depth", Some((section.depth as usize).into())),
                        ("offset", Some(section.offset.into())),
                        ("size", Some(section.size.into())),
                    ])
                },
            ))
        };
        let modules = self.modules.iter().map(|module| {
            Json::object([
                ("name", module.name.as_ref().map(Json::from)),
                ("offset", Some(module.offset.into())),
                ("size", Some(module.size.into())),
                ("imports", Some(module.imports.into())),
                ("exports", Some(module.exports.into())),
            ])
        });
        let texts = |texts: &[String]| Json::list(texts.iter().map(Json::from));
        Json::object([
            ("kind", Some("component".into())),
            ("size", Some(self.size.into())),
            ("nesting", Some((self.nesting as usize).into())),
            ("imports", Some(Json::list(self.imports.iter().map(Item::json)))),
            ("exports", Some(Json::list(self.exports.iter().map(Item::json)))),
            ("modules", Some(Json::list(modules))),
            ("sections", Some(sections(false))),
            ("customSections", Some(sections(true))),
            ("producers", Some(self.producers_json())),
            (
                "features",
                Some(Json::object([
                    ("component", Some(texts(&self.component_features))),
                    ("core", Some(texts(&self.core_features))),
                ])),
            ),
        ])
        .to_string()
    }

    fn producers_json(&self) -> Json {
        let mut fields: Vec<(String, Json)> = Vec::new();
        for (field, name, version) in &self.producers {
            let value =
                Json::object([("name", Some(name.into())), ("version", Some(version.into()))]);
            match fields.iter_mut().find(|(known, _)| known == field) {
                Some((_, Json::List(values))) => values.push(value),
                _ => fields.push((field.clone(), Json::list([value]))),
            }
        }
        Json::Object(fields)
    }
}

impl Item {
    fn json(&self) -> Json {
        let items = Json::list(self.items.iter().map(Self::json));
        let suspended = self.calling.as_ref().filter(|calling| calling.suspends);
        let jspi = suspended.and_then(|calling| calling.need.as_ref()).map(|need| {
            let certainty = if need.is_certain { "certain" } else { "possible" };
            Json::object([
                ("need", Some(certainty.into())),
                ("reason", Some((&need.reason).into())),
            ])
        });
        Json::object([
            ("name", Some((&self.name).into())),
            ("kind", Some(self.kind.into())),
            ("signature", self.signature.as_ref().map(Json::from)),
            (
                "returns",
                self.calling.as_ref().map(|calling| {
                    if calling.returns_promise { "promise" } else { "value" }.into()
                }),
            ),
            ("jspi", jspi),
            ("implements", self.implements.as_ref().map(Json::from)),
            ("externalId", self.external_id.as_ref().map(Json::from)),
            ("items", (self.kind == "instance").then_some(items)),
        ])
    }
}
