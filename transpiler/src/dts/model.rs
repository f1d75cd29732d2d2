//! The contents of declarations, before they are text: scopes with functions, named
//! types and classes. It is filled from WIT where a component has a WIT spelling
//! and from the linked component where it has none.

use std::collections::HashSet;
use std::rc::Rc;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(super) struct $name(pub(super) usize);
    };
}

id!(
    /// A type expression.
    TyId
);
id!(
    /// A named type.
    DeclId
);
id!(
    /// A resource, printed as a class or as what the host has to provide.
    ResourceId
);
id!(
    /// A namespace of one of the two files.
    ScopeId
);

/// All that is declared for one world.
#[derive(Debug)]
pub(super) struct Model {
    /// Docs of the world.
    pub docs: Docs,
    /// Names of the types of a package: a global of such a name is mentioned through
    /// `globalThis`, also in worlds that do not refer to the type.
    pub type_names: Rc<HashSet<String>>,
    pub types: Vec<Ty>,
    pub decls: Vec<Decl>,
    pub resources: Vec<Resource>,
    pub scopes: Vec<Scope>,
}

/// Docs and feature gates of an item.
#[derive(Clone, Debug, Default)]
pub(super) struct Docs {
    pub text: Option<String>,
    /// `TSDoc` block tags, without the `@`.
    pub tags: Vec<String>,
}

/// Which way values of a scope's functions go: parameters of exports go in,
/// parameters of imports come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Side {
    Export,
    Import,
}

/// The direction of a value, seen from JavaScript: into the component or out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Direction {
    In,
    Out,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
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
}

/// A type expression.
#[derive(Clone, Debug)]
pub(super) enum Ty {
    /// A type that nothing is known of.
    Unknown,
    Bool,
    Number(Number),
    Char,
    String,
    ErrorContext,
    /// A list, fixed-length ones too: JavaScript sees no difference.
    List(TyId),
    Tuple(Vec<TyId>),
    Option(TyId),
    Result {
        ok: Option<TyId>,
        err: Option<TyId>,
    },
    Map(TyId, TyId),
    Stream(Option<TyId>),
    Future(Option<TyId>),
    Handle(ResourceId),
    Ref(DeclId),
    /// The structure that a declaration declares; it is the [`Decl::body`].
    Structure(DeclId, Structure),
}

/// A type that is written in its declaration only, and by its name elsewhere.
#[derive(Clone, Debug)]
pub(super) enum Structure {
    Record(Vec<Field>),
    Variant(Vec<Case>),
    Enum(Vec<Label>),
    Flags(Vec<Label>),
}

impl Structure {
    /// The types that it mentions.
    fn children(&self) -> Vec<TyId> {
        match self {
            Self::Record(fields) => fields.iter().map(|field| field.ty).collect(),
            Self::Variant(cases) => cases.iter().filter_map(|case| case.ty).collect(),
            Self::Enum(_) | Self::Flags(_) => Vec::new(),
        }
    }

    /// A word for a structure that has no name of its own.
    pub(super) fn kind_name(&self) -> &'static str {
        match self {
            Self::Record(_) => "record",
            Self::Variant(_) => "variant",
            Self::Enum(_) => "enum",
            Self::Flags(_) => "flags",
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Field {
    pub name: String,
    pub docs: Docs,
    pub ty: TyId,
}

#[derive(Clone, Debug)]
pub(super) struct Case {
    pub name: String,
    pub docs: Docs,
    pub ty: Option<TyId>,
}

#[derive(Clone, Debug)]
pub(super) struct Label {
    pub name: String,
    pub docs: Docs,
}

/// A named type.
#[derive(Clone, Debug)]
pub(super) struct Decl {
    pub name: String,
    pub docs: Docs,
    pub scope: ScopeId,
    pub body: TyId,
    /// The resource that this is another name of; then its class has that name, too.
    pub class: Option<ResourceId>,
}

/// A resource with the functions that belong to it.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub name: String,
    pub docs: Docs,
    pub scope: ScopeId,
    pub constructor: Option<Func>,
    pub methods: Vec<Func>,
    pub statics: Vec<Func>,
}

/// A function, its name without the resource it belongs to.
#[derive(Clone, Debug)]
pub(super) struct Func {
    pub name: String,
    pub docs: Docs,
    pub accessor: Option<Accessor>,
    pub is_async: bool,
    /// Without `self`.
    pub params: Vec<(String, TyId)>,
    pub result: Option<TyId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accessor {
    Get,
    Set,
}

/// The root of a side, or an interface.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// The import or export name; empty for a root.
    pub name: String,
    pub docs: Docs,
    pub side: Side,
    /// `None` for a root.
    pub parent: Option<ScopeId>,
    pub members: Vec<Member>,
}

#[derive(Clone, Debug)]
pub(super) enum Member {
    Func(Func),
    Type(DeclId),
    Resource(ResourceId),
    Scope(ScopeId),
    /// A core module under its name.
    Module(String),
    /// A component under its name.
    Component(String),
    /// A value that the host passed in and gets back as it is, under its name; the scope of
    /// the instance that it is, where that is known.
    Opaque(String, Option<ScopeId>),
}

/// The scope of what the component exports.
pub(super) const EXPORTS: ScopeId = ScopeId(0);
/// The scope of what the component imports.
pub(super) const IMPORTS: ScopeId = ScopeId(1);
/// The scope of types that belong to no interface.
pub(super) const TYPES: ScopeId = ScopeId(2);

impl Model {
    /// A model with the three root scopes and nothing in them.
    pub(super) fn new() -> Self {
        let root = |side| Scope {
            name: String::new(),
            docs: Docs::default(),
            side,
            parent: None,
            members: Vec::new(),
        };
        Self {
            docs: Docs::default(),
            type_names: Rc::default(),
            types: Vec::new(),
            decls: Vec::new(),
            resources: Vec::new(),
            scopes: vec![root(Side::Export), root(Side::Import), root(Side::Import)],
        }
    }

    /// Whether instances of a component of this world can hold what is the host's, as far as
    /// types tell; see `Reach::holds`.
    pub(super) fn holds(&self) -> bool {
        let is_imported =
            |scope: ScopeId| scope != TYPES && self.scopes[scope.0].side == Side::Import;
        let is_stream = |ty: &Ty| matches!(ty, Ty::Stream(_) | Ty::Future(_));
        let mut imports_func = false;
        let mut is_async = false;
        for scope in &self.scopes {
            for member in &scope.members {
                if let Member::Func(func) = member {
                    imports_func |= scope.side == Side::Import;
                    is_async |= func.is_async;
                }
            }
        }
        self.resources.iter().any(|resource| is_imported(resource.scope))
            || self.types.iter().any(is_stream)
            || (is_async && imports_func)
    }

    pub(super) fn add_type(&mut self, ty: Ty) -> TyId {
        self.types.push(ty);
        TyId(self.types.len() - 1)
    }

    pub(super) fn add_decl(&mut self, decl: Decl) -> DeclId {
        self.decls.push(decl);
        DeclId(self.decls.len() - 1)
    }

    pub(super) fn add_resource(&mut self, resource: Resource) -> ResourceId {
        self.resources.push(resource);
        ResourceId(self.resources.len() - 1)
    }

    pub(super) fn add_scope(&mut self, scope: Scope) -> ScopeId {
        self.scopes.push(scope);
        ScopeId(self.scopes.len() - 1)
    }

    /// Gives a type a name: its expression moves to a declaration in `scope`, and
    /// whatever mentioned it refers to that.
    pub(super) fn name_type(
        &mut self,
        id: TyId,
        name: String,
        docs: Docs,
        scope: ScopeId,
    ) -> DeclId {
        let decl = DeclId(self.decls.len());
        let ty = std::mem::replace(&mut self.types[id.0], Ty::Ref(decl));
        let body = self.add_type(ty);
        self.add_decl(Decl { name, docs, scope, body, class: None })
    }

    /// Declares a structure in `scope`; its type refers to that.
    pub(super) fn declare(
        &mut self,
        id: TyId,
        name: String,
        docs: Docs,
        scope: ScopeId,
        structure: Structure,
    ) -> DeclId {
        let decl = DeclId(self.decls.len());
        self.types[id.0] = Ty::Ref(decl);
        let body = self.add_type(Ty::Structure(decl, structure));
        self.add_decl(Decl { name, docs, scope, body, class: None })
    }

    /// The import or export name of a member.
    pub(super) fn name_of<'a>(&'a self, member: &'a Member) -> &'a str {
        match member {
            Member::Func(func) => &func.name,
            Member::Type(decl) => &self.decls[decl.0].name,
            Member::Resource(resource) => &self.resources[resource.0].name,
            Member::Scope(scope) => &self.scopes[scope.0].name,
            Member::Module(name) | Member::Component(name) | Member::Opaque(name, _) => name,
        }
    }

    /// Puts the exports into the order of their positions.
    pub(super) fn sort_exports(&mut self, position: impl Fn(&str) -> usize) {
        let mut members = std::mem::take(&mut self.scopes[EXPORTS.0].members);
        members.sort_by_key(|member| position(self.name_of(member)));
        self.scopes[EXPORTS.0].members = members;
    }

    /// Bytes that the declarations take at least: those of indentation and of names,
    /// which are shorter in JavaScript by their dashes.
    pub(super) fn least_size(&self) -> usize {
        let mut depths = vec![0; self.scopes.len()];
        let mut size = 0;
        for (index, scope) in self.scopes.iter().enumerate() {
            // A scope comes after the one that it is in.
            depths[index] = scope.parent.map_or(0, |parent| depths[parent.0] + 1);
            for member in &scope.members {
                let params = match member {
                    Member::Func(func) => func.params.as_slice(),
                    Member::Type(_) if depths[index] == 0 => continue,
                    _ => &[],
                };
                let params: usize = params.iter().map(|(name, _)| name.len() / 2 + 3).sum();
                size += 2 * depths[index] + self.name_of(member).len() / 2 + params + 8;
            }
        }
        size
    }

    /// The class that a type is a second name of, where that exists at run time.
    pub(super) fn second_class(&self, id: DeclId) -> Option<ResourceId> {
        let decl = &self.decls[id.0];
        decl.class.filter(|_| self.scopes[decl.scope.0].side == Side::Export)
    }

    /// Names type expressions that would be long if written out wherever they are used.
    pub(super) fn name_large_types(&mut self) {
        const LIMIT: usize = 24;
        let mut sizes = vec![0_usize; self.types.len()];
        for id in self.post_order() {
            let ty = &self.types[id.0];
            if matches!(ty, Ty::Ref(_)) {
                sizes[id.0] = 1;
                continue;
            }
            let size =
                children(ty).iter().fold(1_usize, |sum, child| sum.saturating_add(sizes[child.0]));
            sizes[id.0] = size;
            if size > LIMIT && !matches!(ty, Ty::Structure(..)) {
                let name = format!("{}-{}", kind_name(ty), id.0);
                let decl = self.name_type(id, name, Docs::default(), TYPES);
                self.scopes[TYPES.0].members.push(Member::Type(decl));
                sizes[id.0] = 1;
                sizes.push(size);
            }
        }
    }

    /// All types, each after those it is made of.
    pub(super) fn post_order(&self) -> Vec<TyId> {
        let mut order = Vec::with_capacity(self.types.len());
        let mut entered = vec![false; self.types.len()];
        let mut stack = Vec::new();
        for root in 0..self.types.len() {
            stack.push((TyId(root), false));
            while let Some((id, left)) = stack.pop() {
                if left {
                    order.push(id);
                } else if !std::mem::replace(&mut entered[id.0], true) {
                    stack.push((id, true));
                    stack.extend(self.parts(id).into_iter().map(|child| (child, false)));
                }
            }
        }
        order
    }

    /// The types that a type is made of, through names.
    pub(super) fn parts(&self, id: TyId) -> Vec<TyId> {
        match &self.types[id.0] {
            Ty::Ref(decl) => vec![self.decls[decl.0].body],
            ty => children(ty),
        }
    }

    /// The type itself: what stands behind names.
    pub(super) fn resolve(&self, mut id: TyId) -> &Ty {
        loop {
            match &self.types[id.0] {
                Ty::Ref(decl) => id = self.decls[decl.0].body,
                ty => return ty,
            }
        }
    }
}

/// The types that a type expression mentions.
fn children(ty: &Ty) -> Vec<TyId> {
    match ty {
        Ty::Unknown
        | Ty::Bool
        | Ty::Number(_)
        | Ty::Char
        | Ty::String
        | Ty::ErrorContext
        | Ty::Handle(_)
        | Ty::Ref(_) => Vec::new(),
        Ty::List(element) | Ty::Option(element) => vec![*element],
        Ty::Tuple(types) => types.clone(),
        Ty::Result { ok, err } => ok.iter().chain(err).copied().collect(),
        Ty::Map(key, value) => vec![*key, *value],
        Ty::Stream(element) | Ty::Future(element) => element.iter().copied().collect(),
        Ty::Structure(_, structure) => structure.children(),
    }
}

/// A word for a type that has no name of its own.
fn kind_name(ty: &Ty) -> &'static str {
    match ty {
        Ty::Unknown
        | Ty::Bool
        | Ty::Number(_)
        | Ty::Char
        | Ty::String
        | Ty::ErrorContext
        | Ty::Ref(_) => "type",
        Ty::List(_) => "list",
        Ty::Tuple(_) => "tuple",
        Ty::Option(_) => "option",
        Ty::Result { .. } => "outcome",
        Ty::Map(..) => "map",
        Ty::Stream(_) => "stream",
        Ty::Future(_) => "future",
        Ty::Handle(_) => "resource",
        Ty::Structure(_, structure) => structure.kind_name(),
    }
}
