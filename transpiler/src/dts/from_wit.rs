//! Fills the model from WIT.

use std::collections::HashMap;

use wit_parser::{
    AccessorKind, Function, FunctionKind, Handle, InterfaceId, Stability, Type, TypeDef,
    TypeDefKind, TypeId, TypeOwner, WorldItem,
};

use super::model::{
    Accessor, Case, Decl, Docs, EXPORTS, Field, Func, IMPORTS, Label, Member, Model, Number,
    Resource, ResourceId, Scope, ScopeId, TYPES, Ty, TyId,
};
use crate::link::linked::{Export, Linked};
use crate::wit::World;

/// Whether a component exports all that the interfaces of its world have: an
/// instance that is passed on can be exported by a type that leaves some of it out.
pub(super) fn fits(World { resolve, world }: &World, linked: &Linked<'_>) -> bool {
    resolve.worlds[*world].exports.iter().all(|(key, item)| {
        let WorldItem::Interface { id, .. } = item else { return true };
        let Some(Export::Instance(items)) = linked.exports.get(&resolve.name_world_key(key)) else {
            return true;
        };
        let interface = &resolve.interfaces[*id];
        let is_resource = |id: TypeId| matches!(resolve.types[id].kind, TypeDefKind::Resource);
        let resources = interface.types.iter().filter(|(_, id)| is_resource(**id));
        let mut names = resources.map(|(name, _)| name).chain(interface.functions.keys());
        names.all(|name| items.contains_key(name))
    })
}

/// The model of a world.
pub(super) fn model(world: &World) -> Model {
    let mut world = world.clone();
    // An interface that is both imported and exported has two sets of types.
    world.resolve.generate_nominal_type_ids(world.world);
    let mut filler = Filler {
        world: &world,
        model: Model::new(),
        interfaces: HashMap::new(),
        root_types: HashMap::new(),
        resources: HashMap::new(),
    };
    filler.primitives();
    filler.scopes();
    filler.types();
    filler.members();
    filler.model
}

/// Types that are not defined, in the order in which the model has them first.
const PRIMITIVES: [Ty; 14] = [
    Ty::Bool,
    Ty::Number(Number::U8),
    Ty::Number(Number::U16),
    Ty::Number(Number::U32),
    Ty::Number(Number::U64),
    Ty::Number(Number::S8),
    Ty::Number(Number::S16),
    Ty::Number(Number::S32),
    Ty::Number(Number::S64),
    Ty::Number(Number::F32),
    Ty::Number(Number::F64),
    Ty::Char,
    Ty::String,
    Ty::ErrorContext,
];

struct Filler<'a> {
    world: &'a World,
    model: Model,
    interfaces: HashMap<InterfaceId, ScopeId>,
    /// Types that the world itself defines, and the root they belong to.
    root_types: HashMap<TypeId, ScopeId>,
    resources: HashMap<TypeId, ResourceId>,
}

impl Filler<'_> {
    fn primitives(&mut self) {
        self.model.types.extend(PRIMITIVES);
    }

    /// Makes a scope for each interface of the world.
    fn scopes(&mut self) {
        let World { resolve, world } = self.world;
        let world = &resolve.worlds[*world];
        self.model.docs = docs(&world.docs, &world.stability);
        for (root, items) in [(IMPORTS, &world.imports), (EXPORTS, &world.exports)] {
            for (key, item) in items {
                match item {
                    WorldItem::Interface { id, stability, docs: item_docs, .. } => {
                        let interface = &resolve.interfaces[*id];
                        let text = if item_docs.is_empty() { &interface.docs } else { item_docs };
                        let stability =
                            if stability.is_unknown() { &interface.stability } else { stability };
                        let scope = Scope {
                            name: resolve.name_world_key(key),
                            docs: docs(text, stability),
                            side: self.model.scopes[root.0].side,
                            parent: Some(root),
                            members: Vec::new(),
                        };
                        let scope = self.model.add_scope(scope);
                        self.interfaces.insert(*id, scope);
                        self.model.scopes[root.0].members.push(Member::Scope(scope));
                    }
                    WorldItem::Function(_) => {}
                    WorldItem::Type { id, .. } => {
                        self.root_types.insert(*id, root);
                    }
                }
            }
        }
    }

    /// Translates every type; the model has them at their index after the primitives.
    fn types(&mut self) {
        let resolve = &self.world.resolve;
        // References go in both directions, so that all places exist first.
        self.model.types.resize(PRIMITIVES.len() + resolve.types.len(), Ty::Bool);
        for (id, def) in &resolve.types {
            if matches!(def.kind, TypeDefKind::Resource) {
                let resource = self.model.add_resource(Resource {
                    name: def.name.clone().unwrap_or_else(|| format!("resource-{}", id.index())),
                    docs: docs(&def.docs, &def.stability),
                    scope: self.scope_of(id, def),
                    constructor: None,
                    methods: Vec::new(),
                    statics: Vec::new(),
                });
                self.resources.insert(id, resource);
            }
        }
        for (id, def) in &resolve.types {
            let place = place(id);
            if !matches!(def.kind, TypeDefKind::Type(_)) {
                self.model.types[place.0] = self.type_def(id, &def.kind);
            }
            let is_structure = matches!(
                def.kind,
                TypeDefKind::Record(_)
                    | TypeDefKind::Variant(_)
                    | TypeDefKind::Enum(_)
                    | TypeDefKind::Flags(_)
            );
            let is_alias = matches!(def.kind, TypeDefKind::Type(_));
            let name = match &def.name {
                _ if self.resources.contains_key(&id) => continue,
                Some(name) => name.clone(),
                // What WIT needs no name for may need one in TypeScript.
                None if is_structure || is_alias => format!("type-{}", id.index()),
                None => continue,
            };
            let scope = if def.name.is_some() { self.scope_of(id, def) } else { TYPES };
            let docs = docs(&def.docs, &def.stability);
            let decl = match def.kind {
                TypeDefKind::Type(of) => {
                    let class = self.resource_behind(of);
                    let decl = Decl { name, docs, scope, body: ty_id(of), class };
                    let decl = self.model.add_decl(decl);
                    self.model.types[place.0] = Ty::Ref(decl);
                    decl
                }
                _ => self.model.name_type(place, name, docs, scope),
            };
            if scope == TYPES {
                self.model.scopes[TYPES.0].members.push(Member::Type(decl));
            }
        }
    }

    fn scope_of(&self, id: TypeId, def: &TypeDef) -> ScopeId {
        match def.owner {
            TypeOwner::Interface(interface) => {
                self.interfaces.get(&interface).copied().unwrap_or(TYPES)
            }
            TypeOwner::World(_) => self.root_types.get(&id).copied().unwrap_or(TYPES),
            TypeOwner::None => TYPES,
        }
    }

    fn type_def(&self, id: TypeId, kind: &TypeDefKind) -> Ty {
        let opt = |ty: &Option<Type>| ty.map(ty_id);
        match kind {
            TypeDefKind::Record(record) => Ty::Record(
                record
                    .fields
                    .iter()
                    .map(|field| Field {
                        name: field.name.clone(),
                        docs: plain_docs(&field.docs),
                        ty: ty_id(field.ty),
                    })
                    .collect(),
            ),
            TypeDefKind::Resource => Ty::Handle(self.resources[&id]),
            TypeDefKind::Handle(Handle::Own(of) | Handle::Borrow(of)) => {
                Ty::Handle(self.resource(*of))
            }
            TypeDefKind::Flags(flags) => Ty::Flags(
                flags
                    .flags
                    .iter()
                    .map(|flag| Label { name: flag.name.clone(), docs: plain_docs(&flag.docs) })
                    .collect(),
            ),
            TypeDefKind::Tuple(tuple) => {
                Ty::Tuple(tuple.types.iter().map(|ty| ty_id(*ty)).collect())
            }
            TypeDefKind::Variant(variant) => Ty::Variant(
                variant
                    .cases
                    .iter()
                    .map(|case| Case {
                        name: case.name.clone(),
                        docs: plain_docs(&case.docs),
                        ty: opt(&case.ty),
                    })
                    .collect(),
            ),
            TypeDefKind::Enum(cases) => Ty::Enum(
                cases
                    .cases
                    .iter()
                    .map(|case| Label { name: case.name.clone(), docs: plain_docs(&case.docs) })
                    .collect(),
            ),
            TypeDefKind::Option(ty) => Ty::Option(ty_id(*ty)),
            TypeDefKind::Result(result) => {
                Ty::Result { ok: opt(&result.ok), err: opt(&result.err) }
            }
            TypeDefKind::List(ty) | TypeDefKind::FixedLengthList(ty, _) => Ty::List(ty_id(*ty)),
            TypeDefKind::Map(key, value) => Ty::Map(ty_id(*key), ty_id(*value)),
            TypeDefKind::Future(ty) => Ty::Future(opt(ty)),
            TypeDefKind::Stream(ty) => Ty::Stream(opt(ty)),
            TypeDefKind::Type(_) => unreachable!("the caller handles aliases"),
            TypeDefKind::Unknown => unreachable!("a resolved package has no unknown types"),
        }
    }

    /// The resource behind any number of `use`s.
    fn resource(&self, id: TypeId) -> ResourceId {
        self.resource_behind(Type::Id(id)).expect("handles are of resources")
    }

    /// The resource that a type is, by any number of `use`s.
    fn resource_behind(&self, mut ty: Type) -> Option<ResourceId> {
        loop {
            let Type::Id(id) = ty else { return None };
            match self.world.resolve.types[id].kind {
                TypeDefKind::Type(of) => ty = of,
                _ => return self.resources.get(&id).copied(),
            }
        }
    }

    /// Fills the scopes with types and functions, in the order of the WIT.
    fn members(&mut self) {
        let World { resolve, world } = self.world;
        let world = &resolve.worlds[*world];
        for (root, items) in [(IMPORTS, &world.imports), (EXPORTS, &world.exports)] {
            for item in items.values() {
                match item {
                    WorldItem::Interface { id, .. } => {
                        let scope = self.interfaces[id];
                        let interface = &resolve.interfaces[*id];
                        for ty in interface.types.values() {
                            self.type_member(scope, *ty);
                        }
                        for func in interface.functions.values() {
                            self.func_member(scope, func);
                        }
                    }
                    WorldItem::Function(func) => self.func_member(root, func),
                    WorldItem::Type { id, .. } => self.type_member(root, *id),
                }
            }
        }
    }

    fn type_member(&mut self, scope: ScopeId, id: TypeId) {
        let member = match self.resources.get(&id) {
            Some(resource) => Member::Resource(*resource),
            None => match self.model.types[place(id).0] {
                Ty::Ref(decl) => Member::Type(decl),
                _ => return,
            },
        };
        self.model.scopes[scope.0].members.push(member);
    }

    fn func_member(&mut self, scope: ScopeId, func: &Function) {
        let Some(resource) = func.kind.resource() else {
            let func = Self::func(func, false);
            self.model.scopes[scope.0].members.push(Member::Func(func));
            return;
        };
        let resource = self.resource(resource);
        let is_method = matches!(
            func.kind,
            FunctionKind::Method(_)
                | FunctionKind::AsyncMethod(_)
                | FunctionKind::MethodGetter(_)
                | FunctionKind::MethodSetter(_)
        );
        let is_constructor = matches!(func.kind, FunctionKind::Constructor(_));
        let func = Self::func(func, is_method);
        let resource = &mut self.model.resources[resource.0];
        if is_constructor {
            resource.constructor = Some(func);
        } else if is_method {
            resource.methods.push(func);
        } else {
            resource.statics.push(func);
        }
    }

    fn func(func: &Function, is_method: bool) -> Func {
        Func {
            name: func.item_name().to_owned(),
            docs: docs(&func.docs, &func.stability),
            accessor: func.kind.accessor().map(|accessor| match accessor {
                AccessorKind::Getter => Accessor::Get,
                AccessorKind::Setter => Accessor::Set,
            }),
            is_async: func.kind.is_async(),
            params: func
                .params
                .iter()
                .skip(usize::from(is_method))
                .map(|param| (param.name.clone(), ty_id(param.ty)))
                .collect(),
            result: func.result.map(ty_id),
        }
    }
}

/// Where the model has a defined type.
fn place(id: TypeId) -> TyId {
    TyId(PRIMITIVES.len() + id.index())
}

fn ty_id(ty: Type) -> TyId {
    TyId(match ty {
        Type::Bool => 0,
        Type::U8 => 1,
        Type::U16 => 2,
        Type::U32 => 3,
        Type::U64 => 4,
        Type::S8 => 5,
        Type::S16 => 6,
        Type::S32 => 7,
        Type::S64 => 8,
        Type::F32 => 9,
        Type::F64 => 10,
        Type::Char => 11,
        Type::String => 12,
        Type::ErrorContext => 13,
        Type::Id(id) => return place(id),
    })
}

fn plain_docs(docs: &wit_parser::Docs) -> Docs {
    Docs { text: docs.contents.clone(), tags: Vec::new() }
}

fn docs(docs: &wit_parser::Docs, stability: &Stability) -> Docs {
    let mut tags = Vec::new();
    let deprecated = match stability {
        Stability::Unknown => &None,
        Stability::Unstable { feature, deprecated } => {
            tags.push(format!("experimental feature `{feature}`"));
            deprecated
        }
        Stability::Stable { since, deprecated } => {
            tags.push(format!("since {since}"));
            deprecated
        }
    };
    tags.extend(deprecated.as_ref().map(|version| format!("deprecated since {version}")));
    Docs { text: docs.contents.clone(), tags }
}
