//! Fills the model from WIT.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use wit_parser::{
    AccessorKind, Function, FunctionKind, Handle, InterfaceId, Resolve, Stability, Type, TypeDef,
    TypeDefKind, TypeId, TypeOwner, WorldId, WorldItem,
};

use super::model::{
    Accessor, Case, Decl, Docs, EXPORTS, Field, Func, IMPORTS, Label, Member, Model, Number,
    Resource, ResourceId, Scope, ScopeId, Structure, TYPES, Ty, TyId,
};
use crate::emit::names::upper_camel;
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

/// The names that types of WIT have in TypeScript, whatever world they belong to.
pub(super) fn type_names(resolve: &Resolve) -> Rc<HashSet<String>> {
    let defs = resolve.types.iter().map(|(_, def)| def);
    let defs = defs.filter(|def| !matches!(def.kind, TypeDefKind::Resource));
    Rc::new(defs.filter_map(|def| def.name.as_deref().map(upper_camel)).collect())
}

/// The model of a world, of the types that it refers to. Where `resolve` changes, it
/// does so for this world only, so that one does for all worlds of a package.
pub(super) fn model(
    resolve: &mut Resolve,
    world: WorldId,
    type_names: &Rc<HashSet<String>>,
) -> Model {
    // An interface that is both imported and exported has two sets of types.
    resolve.generate_nominal_type_ids(world);
    let mut filler = Filler {
        resolve,
        world: &resolve.worlds[world],
        model: Model { type_names: Rc::clone(type_names), ..Model::new() },
        interfaces: HashMap::new(),
        root_types: HashMap::new(),
        places: HashMap::new(),
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
    resolve: &'a Resolve,
    world: &'a wit_parser::World,
    model: Model,
    interfaces: HashMap<InterfaceId, ScopeId>,
    /// Types that the world itself defines, and the root they belong to.
    root_types: HashMap<TypeId, ScopeId>,
    /// The model's ids of the types that the world refers to.
    places: HashMap<TypeId, TyId>,
    resources: HashMap<TypeId, ResourceId>,
}

/// A type definition as it is before it has a declaration.
enum Definition {
    /// Another name.
    Alias(Type),
    Structure(Structure),
    Expression(Ty),
}

impl Filler<'_> {
    fn primitives(&mut self) {
        self.model.types.extend(PRIMITIVES);
    }

    /// Makes a scope for each interface of the world.
    fn scopes(&mut self) {
        let Self { resolve, world, .. } = *self;
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

    /// Translates the types that the world refers to.
    fn types(&mut self) {
        let reached = self.reached();
        // References go in both directions, so that all places exist first.
        let first = self.model.types.len();
        self.model.types.resize(first + reached.len(), Ty::Unknown);
        self.places = reached.iter().copied().zip((first..).map(TyId)).collect();
        for id in &reached {
            let def = &self.resolve.types[*id];
            if matches!(def.kind, TypeDefKind::Resource) {
                let resource = self.model.add_resource(Resource {
                    name: def.name.clone().unwrap_or_else(|| format!("resource-{}", id.index())),
                    docs: docs(&def.docs, &def.stability),
                    scope: self.scope_of(*id, def),
                    constructor: None,
                    methods: Vec::new(),
                    statics: Vec::new(),
                });
                self.resources.insert(*id, resource);
            }
        }
        for id in reached {
            self.define(id, &self.resolve.types[id]);
        }
    }

    /// The types that the world refers to, in the order of their ids.
    fn reached(&self) -> BTreeSet<TypeId> {
        let mut found: Vec<Type> = Vec::new();
        for item in self.world.imports.values().chain(self.world.exports.values()) {
            match item {
                WorldItem::Interface { id, .. } => {
                    let interface = &self.resolve.interfaces[*id];
                    found.extend(interface.types.values().copied().map(Type::Id));
                    found.extend(interface.functions.values().flat_map(types_of_func));
                }
                WorldItem::Function(func) => found.extend(types_of_func(func)),
                WorldItem::Type { id, .. } => found.push(Type::Id(*id)),
            }
        }
        let mut reached = BTreeSet::new();
        while let Some(ty) = found.pop() {
            if let Type::Id(id) = ty
                && reached.insert(id)
            {
                found.extend(parts(&self.resolve.types[id].kind));
            }
        }
        reached
    }

    /// Translates a type, and declares it if it has a name or needs one.
    fn define(&mut self, id: TypeId, def: &TypeDef) {
        let place = self.place(id);
        let (scope, name) = match &def.name {
            Some(name) => (self.scope_of(id, def), name.clone()),
            // A type without a name in WIT may need one in TypeScript.
            None => (TYPES, format!("type-{}", id.index())),
        };
        let docs = docs(&def.docs, &def.stability);
        let decl = match self.definition(id, &def.kind) {
            Definition::Alias(of) => {
                let (body, class) = (self.ty_id(of), self.resource_behind(of));
                let decl = self.model.add_decl(Decl { name, docs, scope, body, class });
                self.model.types[place.0] = Ty::Ref(decl);
                decl
            }
            Definition::Structure(structure) => {
                self.model.declare(place, name, docs, scope, structure)
            }
            Definition::Expression(ty) => {
                self.model.types[place.0] = ty;
                if def.name.is_none() || self.resources.contains_key(&id) {
                    return;
                }
                self.model.name_type(place, name, docs, scope)
            }
        };
        if scope == TYPES {
            self.model.scopes[TYPES.0].members.push(Member::Type(decl));
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

    fn definition(&self, id: TypeId, kind: &TypeDefKind) -> Definition {
        let opt = |ty: &Option<Type>| ty.map(|ty| self.ty_id(ty));
        Definition::Expression(match kind {
            TypeDefKind::Record(record) => {
                let field = |field: &wit_parser::Field| Field {
                    name: field.name.clone(),
                    docs: plain_docs(&field.docs),
                    ty: self.ty_id(field.ty),
                };
                let fields = record.fields.iter().map(field).collect();
                return Definition::Structure(Structure::Record(fields));
            }
            TypeDefKind::Variant(variant) => {
                let case = |case: &wit_parser::Case| Case {
                    name: case.name.clone(),
                    docs: plain_docs(&case.docs),
                    ty: opt(&case.ty),
                };
                let cases = variant.cases.iter().map(case).collect();
                return Definition::Structure(Structure::Variant(cases));
            }
            TypeDefKind::Enum(cases) => {
                let labels = cases.cases.iter().map(|case| label(&case.name, &case.docs));
                return Definition::Structure(Structure::Enum(labels.collect()));
            }
            TypeDefKind::Flags(flags) => {
                let labels = flags.flags.iter().map(|flag| label(&flag.name, &flag.docs));
                return Definition::Structure(Structure::Flags(labels.collect()));
            }
            TypeDefKind::Type(of) => return Definition::Alias(*of),
            TypeDefKind::Resource => self.handle(id),
            TypeDefKind::Handle(Handle::Own(of) | Handle::Borrow(of)) => self.handle(*of),
            TypeDefKind::Tuple(tuple) => {
                Ty::Tuple(tuple.types.iter().map(|ty| self.ty_id(*ty)).collect())
            }
            TypeDefKind::Option(ty) => Ty::Option(self.ty_id(*ty)),
            TypeDefKind::Result(result) => {
                Ty::Result { ok: opt(&result.ok), err: opt(&result.err) }
            }
            TypeDefKind::List(ty) | TypeDefKind::FixedLengthList(ty, _) => {
                Ty::List(self.ty_id(*ty))
            }
            TypeDefKind::Map(key, value) => Ty::Map(self.ty_id(*key), self.ty_id(*value)),
            TypeDefKind::Future(ty) => Ty::Future(opt(ty)),
            TypeDefKind::Stream(ty) => Ty::Stream(opt(ty)),
            TypeDefKind::Unknown => Ty::Unknown,
        })
    }

    /// A handle to the resource behind any number of `use`s.
    fn handle(&self, id: TypeId) -> Ty {
        self.resource_behind(Type::Id(id)).map_or(Ty::Unknown, Ty::Handle)
    }

    /// The resource that a type is, by any number of `use`s.
    fn resource_behind(&self, mut ty: Type) -> Option<ResourceId> {
        loop {
            let Type::Id(id) = ty else { return None };
            match self.resolve.types[id].kind {
                TypeDefKind::Type(of) => ty = of,
                _ => return self.resources.get(&id).copied(),
            }
        }
    }

    /// Fills the scopes with types and functions, in the order of the WIT.
    fn members(&mut self) {
        let Self { resolve, world, .. } = *self;
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
            None => match self.model.types[self.place(id).0] {
                Ty::Ref(decl) => Member::Type(decl),
                _ => return,
            },
        };
        self.model.scopes[scope.0].members.push(member);
    }

    fn func_member(&mut self, scope: ScopeId, func: &Function) {
        let resource = func.kind.resource().and_then(|id| self.resource_behind(Type::Id(id)));
        let Some(resource) = resource else {
            let func = self.func(func, false);
            self.model.scopes[scope.0].members.push(Member::Func(func));
            return;
        };
        let is_method = matches!(
            func.kind,
            FunctionKind::Method(_)
                | FunctionKind::AsyncMethod(_)
                | FunctionKind::MethodGetter(_)
                | FunctionKind::MethodSetter(_)
        );
        let is_constructor = matches!(func.kind, FunctionKind::Constructor(_));
        let func = self.func(func, is_method);
        let resource = &mut self.model.resources[resource.0];
        if is_constructor {
            resource.constructor = Some(func);
        } else if is_method {
            resource.methods.push(func);
        } else {
            resource.statics.push(func);
        }
    }

    fn func(&self, func: &Function, is_method: bool) -> Func {
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
                .map(|param| (param.name.clone(), self.ty_id(param.ty)))
                .collect(),
            result: func.result.map(|ty| self.ty_id(ty)),
        }
    }

    /// The model's id of a defined type.
    fn place(&self, id: TypeId) -> TyId {
        self.places[&id]
    }

    fn ty_id(&self, ty: Type) -> TyId {
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
            Type::Id(id) => return self.place(id),
        })
    }
}

/// The types that a function mentions, its resource included.
fn types_of_func(func: &Function) -> impl Iterator<Item = Type> {
    let resource = func.kind.resource().map(Type::Id);
    resource.into_iter().chain(func.params.iter().map(|param| param.ty)).chain(func.result)
}

/// The types that a type mentions.
fn parts(kind: &TypeDefKind) -> Vec<Type> {
    match kind {
        TypeDefKind::Resource
        | TypeDefKind::Flags(_)
        | TypeDefKind::Enum(_)
        | TypeDefKind::Unknown => Vec::new(),
        TypeDefKind::Handle(Handle::Own(of) | Handle::Borrow(of)) => vec![Type::Id(*of)],
        TypeDefKind::Type(ty)
        | TypeDefKind::Option(ty)
        | TypeDefKind::List(ty)
        | TypeDefKind::FixedLengthList(ty, _) => vec![*ty],
        TypeDefKind::Map(key, value) => vec![*key, *value],
        TypeDefKind::Future(ty) | TypeDefKind::Stream(ty) => ty.iter().copied().collect(),
        TypeDefKind::Result(result) => result.ok.into_iter().chain(result.err).collect(),
        TypeDefKind::Record(record) => record.fields.iter().map(|field| field.ty).collect(),
        TypeDefKind::Tuple(tuple) => tuple.types.clone(),
        TypeDefKind::Variant(variant) => variant.cases.iter().filter_map(|case| case.ty).collect(),
    }
}

fn label(name: &str, docs: &wit_parser::Docs) -> Label {
    Label { name: name.to_owned(), docs: plain_docs(docs) }
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
