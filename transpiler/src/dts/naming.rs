//! A model comes in; the TypeScript name of everything in it goes out.
//! Afterwards no two things of a scope share an identifier, and no identifier
//! is a word that TypeScript forbids there.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::model::{DeclId, EXPORTS, Func, IMPORTS, Member, Model, ScopeId, Side, TYPES};
use crate::emit::export_names::{Kind, unique_names};
use crate::emit::names::{is_identifier_name, lower_camel, upper_camel};

/// Words that cannot name a function, parameter or namespace of a module.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "any", "arguments", "as", "async", "await", "break", "case", "catch", "class", "const", "continue",
    "debugger", "declare", "default", "delete", "do", "else", "enum", "eval", "export", "exports",
    "extends", "false", "finally", "for", "from", "function", "get", "global", "globalThis", "if",
    "implements", "import", "in", "instanceof", "interface", "let", "module", "namespace", "new",
    "null", "of", "package", "private", "protected", "public", "require", "return", "set", "static",
    "super", "switch", "this", "throw", "true", "try", "type", "typeof", "undefined", "var", "void",
    "while", "with", "yield",
];

/// More words, that begin something else where `name.Type` is a type.
#[rustfmt::skip]
const IN_TYPES: &[&str] = &[
    "abstract", "accessor", "assert", "asserts", "bigint", "boolean", "constructor", "defer", "infer",
    "intrinsic", "is", "keyof", "never", "number", "object", "out", "override", "readonly",
    "satisfies", "string", "symbol", "unique", "unknown", "using",
];

/// The names of a member: what JavaScript calls it and what the declaration does.
#[derive(Clone, Debug)]
pub(super) struct MemberName {
    /// The property at run time; `None` for a type.
    pub js: Option<String>,
    /// The identifier under which it is declared.
    pub ident: String,
}

/// Every name of a model.
#[derive(Debug)]
pub(super) struct Naming {
    /// Of each scope, its members' names; types that are no class have no `js`.
    pub members: Vec<Vec<MemberName>>,
    /// Of each scope, its own names.
    pub scopes: Vec<MemberName>,
    pub decls: Vec<String>,
    /// The names of the forms that go in, where these differ.
    pub inputs: Vec<Option<String>>,
    pub resources: Vec<String>,
    /// The names of constructor interfaces, on the import side.
    pub classes: Vec<String>,
    /// Of each scope, all its identifiers.
    taken: Vec<Taken>,
    /// Every type, class and namespace name, to tell which globals are hidden.
    declared: HashSet<String>,
    /// [`Model::type_names`]
    type_names: Rc<HashSet<String>>,
}

impl Naming {
    /// Hands out the names; `differs` tells the types that need a second form.
    pub(super) fn new(model: &Model, differs: impl Fn(DeclId) -> bool) -> Self {
        let none = MemberName { js: None, ident: String::new() };
        let mut naming = Self {
            members: vec![Vec::new(); model.scopes.len()],
            scopes: vec![none.clone(); model.scopes.len()],
            decls: vec![String::new(); model.decls.len()],
            inputs: vec![None; model.decls.len()],
            resources: vec![String::new(); model.resources.len()],
            classes: vec![String::new(); model.resources.len()],
            taken: vec![Taken::default(); model.scopes.len()],
            declared: HashSet::new(),
            type_names: Rc::clone(&model.type_names),
        };
        // Inner namespaces keep away from these, so that a path from the root
        // means the same wherever it is written.
        let mut roots: HashSet<String> = ["Imports", "Types"].map(str::to_owned).into();
        for scope in [EXPORTS, IMPORTS, TYPES] {
            naming.name_members(model, scope, &HashSet::new(), &mut roots);
        }
        let outer = roots;
        for scope in 3..model.scopes.len() {
            naming.name_members(model, ScopeId(scope), &outer, &mut HashSet::new());
        }
        for scope in 0..model.scopes.len() {
            naming.name_types(model, ScopeId(scope), &differs);
        }
        naming.scopes[IMPORTS.0].ident = "Imports".into();
        naming.scopes[TYPES.0].ident = "Types".into();
        naming
    }

    /// Whether a scope has something of this name.
    pub(super) fn has(&self, scope: ScopeId, name: &str) -> bool {
        self.taken[scope.0].idents.contains(name)
    }

    /// A name for something of ours that no declared name hides.
    pub(super) fn free(&self, name: &str) -> String {
        let mut name = name.to_owned();
        while self.is_declared(&name) {
            name.push('_');
        }
        name
    }

    /// The mention of a global: by itself, or through `globalThis` where a
    /// declared name hides it.
    pub(super) fn global(&self, name: &str) -> String {
        if self.is_declared(name) { format!("globalThis.{name}") } else { name.to_owned() }
    }

    fn is_declared(&self, name: &str) -> bool {
        self.declared.contains(name) || self.type_names.contains(name)
    }

    /// Names what exists at run time.
    fn name_members(
        &mut self,
        model: &Model,
        id: ScopeId,
        outer: &HashSet<String>,
        namespaces: &mut HashSet<String>,
    ) {
        let scope = &model.scopes[id.0];
        let members: Vec<_> = scope.members.iter().map(|member| run_time(model, member)).collect();
        // A getter and its setter are one property.
        let mut accessors: HashMap<&str, usize> = HashMap::new();
        let mut own = Vec::new();
        let mut of: Vec<Option<usize>> = Vec::new();
        for (member, kind) in scope.members.iter().zip(members) {
            let Some(kind) = kind else {
                of.push(None);
                continue;
            };
            let position = match member {
                Member::Func(func) if func.accessor.is_some() => {
                    *accessors.entry(&func.name).or_insert(own.len())
                }
                _ => own.len(),
            };
            if position == own.len() {
                own.push((kind, model.name_of(member)));
            }
            of.push(Some(position));
        }
        let js = unique_names(&own, id == EXPORTS);
        let mut taken = Taken::default();
        // A declaration under its own name keeps others away from that name.
        for ((kind, _), name) in own.iter().zip(&js) {
            if declared(*kind, name) == *name {
                taken.idents.insert(name.clone());
            }
        }
        let none = MemberName { js: None, ident: String::new() };
        let mut names: Vec<MemberName> = vec![none; scope.members.len()];
        let mut named: HashMap<usize, MemberName> = HashMap::new();
        for (index, (member, position)) in scope.members.iter().zip(of).enumerate() {
            let Some(position) = position else { continue };
            if let Some(name) = named.get(&position) {
                names[index] = name.clone();
                continue;
            }
            let js = &js[position];
            let is_scope = matches!(member, Member::Scope(_));
            let is_taken =
                |name: &str| is_scope && (outer.contains(name) || namespaces.contains(name));
            let ident = match member {
                Member::Scope(inner) if scope.side == Side::Import => {
                    taken.take(&namespace_hints(&model.scopes[inner.0].name), is_taken)
                }
                _ => match declared(own[position].0, js) {
                    name if name == *js && !is_taken(js) => name,
                    other => taken.take(&[other], is_taken),
                },
            };
            let is_type = is_scope || matches!(member, Member::Resource(_) | Member::Type(_));
            if is_type {
                self.declared.insert(ident.clone());
            }
            if is_scope {
                namespaces.insert(ident.clone());
            }
            let name = MemberName { js: Some(js.clone()), ident };
            match member {
                Member::Scope(inner) => self.scopes[inner.0] = name.clone(),
                Member::Resource(resource) => self.resources[resource.0].clone_from(&name.ident),
                Member::Type(decl) => self.decls[decl.0].clone_from(&name.ident),
                Member::Func(_) | Member::Module(_) | Member::Component(_) | Member::Opaque(..) => {
                }
            }
            named.insert(position, name.clone());
            names[index] = name;
        }
        self.members[id.0] = names;
        self.taken[id.0] = taken;
    }

    /// Names what only TypeScript knows.
    fn name_types(&mut self, model: &Model, id: ScopeId, differs: &impl Fn(DeclId) -> bool) {
        let scope = &model.scopes[id.0];
        let mut taken = std::mem::take(&mut self.taken[id.0]);
        let mut take = |declared: &mut HashSet<String>, hint: String| {
            let ident = taken.take(&[hint], |_| false);
            declared.insert(ident.clone());
            ident
        };
        for (index, member) in scope.members.iter().enumerate() {
            if let Member::Type(decl) = member
                && model.second_class(*decl).is_none()
            {
                let name = take(&mut self.declared, upper_camel(&model.decls[decl.0].name));
                self.members[id.0][index].ident.clone_from(&name);
                self.decls[decl.0] = name;
            }
        }
        for member in &scope.members {
            match member {
                Member::Type(decl) if differs(*decl) => {
                    let name = take(&mut self.declared, format!("{}Input", self.decls[decl.0]));
                    self.inputs[decl.0] = Some(name);
                }
                Member::Resource(resource) if scope.side == Side::Import => {
                    self.classes[resource.0] =
                        take(&mut self.declared, format!("{}Class", self.resources[resource.0]));
                }
                _ => {}
            }
        }
        self.taken[id.0] = taken;
    }
}

/// The best name for the declaration of something that has a name at run time.
fn declared(kind: Kind, js: &str) -> String {
    if kind == Kind::Interface && IN_TYPES.contains(&js) { format!("_{js}") } else { escape(js) }
}

/// The kind of a member at run time, if it is there.
fn run_time(model: &Model, member: &Member) -> Option<Kind> {
    match member {
        Member::Scope(_) | Member::Opaque(..) => Some(Kind::Interface),
        Member::Resource(_) => Some(Kind::Class),
        Member::Type(decl) => model.second_class(*decl).map(|_| Kind::Class),
        Member::Func(_) | Member::Module(_) | Member::Component(_) => Some(Kind::Item),
    }
}

/// Parameter names of a function: camelCase identifiers, all different.
pub(super) fn param_names(func: &Func) -> Vec<String> {
    let mut taken = Taken::default();
    let hint = |name: &str| escape(&lower_camel(name));
    func.params.iter().map(|(name, _)| taken.take(&[hint(name)], |_| false)).collect()
}

/// Property names: camelCase, and the name as it is where that is taken.
pub(super) fn property_names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = HashSet::new();
    names
        .map(|name| {
            let camel = lower_camel(name);
            if taken.insert(camel.clone()) { camel } else { name.to_owned() }
        })
        .collect()
}

fn escape(name: &str) -> String {
    if !is_identifier_name(name) {
        let cleaned: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .take(60)
            .collect();
        return format!("_{cleaned}");
    }
    if RESERVED.contains(&name) { format!("_{name}") } else { name.to_owned() }
}

/// Names for the namespace of an imported interface, the shortest first.
fn namespace_hints(name: &str) -> Vec<String> {
    let (path, version) = name.split_once('@').unwrap_or((name, ""));
    let segments: Vec<&str> = path.split(['/', ':']).collect();
    let mut hints: Vec<String> = (0..segments.len())
        .rev()
        .map(|first| segments[first..].iter().map(|segment| upper_camel(segment)).collect())
        .map(|name: String| escape(&name))
        .collect();
    if let (Some(longest), false) = (hints.last(), version.is_empty()) {
        let version: String =
            version.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        hints.push(format!("{longest}V{version}"));
    }
    hints
}

/// The identifiers of a scope.
#[derive(Clone, Debug, Default)]
struct Taken {
    idents: HashSet<String>,
    /// The number that the next name of a stem tries first.
    next: HashMap<String, u32>,
}

impl Taken {
    /// The first hint that is free, else the last one with a number.
    fn take(&mut self, hints: &[String], is_taken: impl Fn(&str) -> bool) -> String {
        let is_free =
            |idents: &HashSet<String>, name: &str| !idents.contains(name) && !is_taken(name);
        let ident = if let Some(hint) = hints.iter().find(|hint| is_free(&self.idents, hint)) {
            hint.clone()
        } else {
            let stem = hints.last().expect("there is always a hint");
            let gap = if stem.ends_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
            let next = self.next.entry(stem.clone()).or_insert(2);
            loop {
                let ident = format!("{stem}{gap}{next}");
                *next += 1;
                if is_free(&self.idents, &ident) {
                    break ident;
                }
            }
        };
        self.idents.insert(ident.clone());
        ident
    }
}
