//! Fills the model from a linked component, for components that WIT cannot spell.

use std::collections::HashMap;
use std::iter;

use indexmap::IndexMap;

use super::model::{
    Accessor, Case, Decl, Docs, EXPORTS, Field, Func, IMPORTS, Label, Member, Model, Number,
    Resource, ResourceId, Scope, ScopeId, Side, Structure, TYPES, Ty, TyId,
};
use crate::abi::types::{FuncType, Type};
use crate::index::{FuncTypeId, ResourceIndex, TypeId};
use crate::link::linked::{Export, HostItem, HostRoot, ImportKind, Linked};

/// The model of a linked component.
pub(super) fn model(linked: &Linked<'_>) -> Model {
    let mut filler =
        Filler { linked, model: Model::new(), resources: HashMap::new(), classes: HashMap::new() };
    filler.types();
    for import in &linked.imports {
        filler.import(IMPORTS, &import.name, &import.kind);
    }
    filler.exports(EXPORTS, &linked.exports);
    filler.nameless_resources();
    filler.model
}

struct Filler<'a> {
    linked: &'a Linked<'a>,
    model: Model,
    /// The class of each resource that has one so far.
    resources: HashMap<ResourceIndex, ResourceId>,
    /// The classes of each scope, by the names of their resources.
    classes: HashMap<(ScopeId, String), ResourceId>,
}

/// A function name of the component model, taken apart.
struct FuncName<'a> {
    /// The resource it belongs to, and how.
    resource: Option<(&'a str, Belongs)>,
    accessor: Option<Accessor>,
    name: &'a str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Belongs {
    Constructor,
    Method,
    Static,
}

/// A type as it is before it has a declaration.
enum Definition {
    Structure(Structure),
    Expression(Ty),
}

impl<'a> FuncName<'a> {
    /// `[method]a.b`, `[static]a.b`, `[constructor]a`, `[get]b`, `[method][get]a.b` and so on.
    fn parse(text: &'a str) -> Self {
        let (belongs, rest) = if let Some(rest) = text.strip_prefix("[constructor]") {
            return Self {
                resource: Some((rest, Belongs::Constructor)),
                accessor: None,
                name: rest,
            };
        } else if let Some(rest) = text.strip_prefix("[method]") {
            (Some(Belongs::Method), rest)
        } else if let Some(rest) = text.strip_prefix("[static]") {
            (Some(Belongs::Static), rest)
        } else {
            (None, text)
        };
        let (accessor, rest) = if let Some(rest) = rest.strip_prefix("[get]") {
            (Some(Accessor::Get), rest)
        } else if let Some(rest) = rest.strip_prefix("[set]") {
            (Some(Accessor::Set), rest)
        } else {
            (None, rest)
        };
        match (belongs, rest.split_once('.')) {
            (Some(belongs), Some((resource, name))) => {
                Self { resource: Some((resource, belongs)), accessor, name }
            }
            _ => Self { resource: None, accessor, name: rest },
        }
    }
}

impl Filler<'_> {
    /// Translates every type to the same index.
    fn types(&mut self) {
        let types = &self.linked.types;
        // Declarations come behind the types that they are of, so that all places exist first.
        self.model.types.resize(types.len(), Ty::Unknown);
        for index in 0..types.len() {
            let id = type_id(index);
            match self.definition(&types[id]) {
                Definition::Expression(ty) => self.model.types[index] = ty,
                Definition::Structure(structure) => {
                    let name = match types.name_of(id) {
                        Some(name) => name.to_owned(),
                        None => format!("{}-{index}", structure.kind_name()),
                    };
                    let docs = Docs::default();
                    let decl = self.model.declare(TyId(index), name, docs, TYPES, structure);
                    self.model.scopes[TYPES.0].members.push(Member::Type(decl));
                }
            }
        }
    }

    fn definition(&mut self, ty: &Type) -> Definition {
        let labels = |names: &[String]| {
            names.iter().map(|name| Label { name: name.clone(), docs: Docs::default() }).collect()
        };
        Definition::Expression(match ty {
            Type::Bool => Ty::Bool,
            Type::S8 => Ty::Number(Number::S8),
            Type::U8 => Ty::Number(Number::U8),
            Type::S16 => Ty::Number(Number::S16),
            Type::U16 => Ty::Number(Number::U16),
            Type::S32 => Ty::Number(Number::S32),
            Type::U32 => Ty::Number(Number::U32),
            Type::S64 => Ty::Number(Number::S64),
            Type::U64 => Ty::Number(Number::U64),
            Type::F32 => Ty::Number(Number::F32),
            Type::F64 => Ty::Number(Number::F64),
            Type::Char => Ty::Char,
            Type::String => Ty::String,
            Type::ErrorContext => Ty::ErrorContext,
            Type::List(element) | Type::FixedLengthList(element, _) => Ty::List(ty_id(*element)),
            Type::Record(fields) => {
                let field = |(name, ty): &(String, TypeId)| Field {
                    name: name.clone(),
                    docs: Docs::default(),
                    ty: ty_id(*ty),
                };
                let fields = fields.iter().map(field).collect();
                return Definition::Structure(Structure::Record(fields));
            }
            Type::Tuple(types) => Ty::Tuple(types.iter().map(|ty| ty_id(*ty)).collect()),
            Type::Variant(cases) => {
                let case = |(name, ty): &(String, Option<TypeId>)| Case {
                    name: name.clone(),
                    docs: Docs::default(),
                    ty: ty.map(ty_id),
                };
                let cases = cases.iter().map(case).collect();
                return Definition::Structure(Structure::Variant(cases));
            }
            Type::Enum(names) => return Definition::Structure(Structure::Enum(labels(names))),
            Type::Flags(names) => return Definition::Structure(Structure::Flags(labels(names))),
            Type::Option(ty) => Ty::Option(ty_id(*ty)),
            Type::Result { ok, err } => Ty::Result { ok: ok.map(ty_id), err: err.map(ty_id) },
            Type::Map(key, value) => Ty::Map(ty_id(*key), ty_id(*value)),
            Type::Own(resource) | Type::Borrow(resource) => Ty::Handle(self.resource(*resource)),
            Type::Stream(element) => Ty::Stream(element.map(ty_id)),
            Type::Future(value) => Ty::Future(value.map(ty_id)),
        })
    }

    /// The class of a resource; it finds its scope when an export or import names it.
    fn resource(&mut self, index: ResourceIndex) -> ResourceId {
        if let Some(id) = self.resources.get(&index) {
            return *id;
        }
        let name =
            self.linked.resources.get(index.index()).and_then(|resource| resource.name.clone());
        let id = self.model.add_resource(Resource {
            name: name.unwrap_or_else(|| format!("resource-{}", index.0)),
            docs: Docs::default(),
            scope: TYPES,
            constructor: None,
            methods: Vec::new(),
            statics: Vec::new(),
        });
        self.resources.insert(index, id);
        id
    }

    fn import(&mut self, scope: ScopeId, name: &str, kind: &ImportKind) {
        match kind {
            ImportKind::Func(ty) => self.func(scope, name, *ty),
            ImportKind::Instance(items) => {
                let scope = self.scope(scope, name);
                for (name, kind) in items {
                    self.import(scope, name, kind);
                }
            }
            ImportKind::Resource(index) => self.resource_member(scope, name, *index),
            ImportKind::Type => {}
            ImportKind::Module(_) => self.push(scope, Member::Module(name.to_owned())),
            ImportKind::Component => self.push(scope, Member::Component(name.to_owned())),
        }
    }

    fn exports(&mut self, scope: ScopeId, items: &IndexMap<String, Export<'_>>) {
        for (name, export) in items {
            match export {
                Export::Func { ty, .. } => self.func(scope, name, *ty),
                Export::Instance(items) => {
                    let scope = self.scope(scope, name);
                    self.exports(scope, items);
                }
                Export::Resource(index) => self.resource_member(scope, name, *index),
                Export::Type => {}
                Export::Module(_) => self.push(scope, Member::Module(name.clone())),
                Export::Component(_) => self.push(scope, Member::Component(name.clone())),
                Export::Host(item) => {
                    self.push(scope, Member::Opaque(name.clone(), self.imported(item)));
                }
            }
        }
    }

    /// The scope of an imported instance.
    fn imported(&self, item: &HostItem) -> Option<ScopeId> {
        let HostRoot::Import(import) = item.root else { return None };
        let root = &self.linked.imports[import.index()].name;
        iter::once(root).chain(&item.path).try_fold(IMPORTS, |scope, name| {
            self.model.scopes[scope.0].members.iter().find_map(|member| match member {
                Member::Scope(inner) if self.model.scopes[inner.0].name == *name => Some(*inner),
                _ => None,
            })
        })
    }

    fn push(&mut self, scope: ScopeId, member: Member) {
        self.model.scopes[scope.0].members.push(member);
    }

    fn scope(&mut self, parent: ScopeId, name: &str) -> ScopeId {
        let side: Side = self.model.scopes[parent.0].side;
        let scope = self.model.add_scope(Scope {
            name: name.to_owned(),
            docs: Docs::default(),
            side,
            parent: Some(parent),
            members: Vec::new(),
        });
        self.push(parent, Member::Scope(scope));
        scope
    }

    /// Adds a resource under `name`: a class where it is first seen, afterwards
    /// another name for that class.
    fn resource_member(&mut self, scope: ScopeId, name: &str, index: ResourceIndex) {
        let id = self.resource(index);
        if self.model.resources[id.0].scope != TYPES {
            let body = self.model.add_type(Ty::Handle(id));
            let decl = self.model.add_decl(Decl {
                name: name.to_owned(),
                docs: Docs::default(),
                scope,
                body,
                class: Some(id),
            });
            self.push(scope, Member::Type(decl));
            return;
        }
        let resource = &mut self.model.resources[id.0];
        name.clone_into(&mut resource.name);
        resource.scope = scope;
        self.classes.insert((scope, name.to_owned()), id);
        self.push(scope, Member::Resource(id));
    }

    fn func(&mut self, scope: ScopeId, name: &str, ty: FuncTypeId) {
        let parsed = FuncName::parse(name);
        let ty: &FuncType = &self.linked.types[ty];
        let is_method = matches!(parsed.resource, Some((_, Belongs::Method)));
        let func = Func {
            name: if matches!(parsed.resource, Some((_, Belongs::Constructor))) {
                "constructor".to_owned()
            } else {
                parsed.name.to_owned()
            },
            docs: Docs::default(),
            accessor: parsed.accessor,
            is_async: ty.is_async,
            params: ty
                .params
                .iter()
                .skip(usize::from(is_method))
                .map(|(name, ty)| (name.clone(), ty_id(*ty)))
                .collect(),
            result: ty.result.map(ty_id),
        };
        let Some((resource, belongs)) = parsed.resource else {
            self.push(scope, Member::Func(func));
            return;
        };
        let class = self.classes.get(&(scope, resource.to_owned())).copied();
        // The validator wants the resource before its functions.
        let Some(class) = class else { return };
        let class = &mut self.model.resources[class.0];
        match belongs {
            Belongs::Constructor => class.constructor = Some(func),
            Belongs::Method => class.methods.push(func),
            Belongs::Static => class.statics.push(func),
        }
    }

    /// Resources that appear in a type without being exported or imported by name.
    fn nameless_resources(&mut self) {
        for index in 0..self.model.resources.len() {
            if self.model.resources[index].scope == TYPES {
                self.push(TYPES, Member::Resource(ResourceId(index)));
            }
        }
    }
}

fn type_id(index: usize) -> TypeId {
    TypeId::at(index)
}

fn ty_id(id: TypeId) -> TyId {
    TyId(id.index())
}
