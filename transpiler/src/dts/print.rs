//! Prints a model as declaration files.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::model::{
    Accessor, Case, DeclId, Direction, EXPORTS, Field, Func, IMPORTS, Label, Member, Model, Number,
    Resource, ResourceId, ScopeId, Side, TYPES, Ty, TyId, children,
};
use super::naming::{MemberName, Naming, param_names, property_names};
use super::text::{Lines, class_member, property, quote};
use crate::output::File;
use crate::reach::{ExportedFunc, Need, Reach};

/// The widest line that a list of short things is put on.
const WIDTH: usize = 90;

/// A scope that nothing is in.
const NOWHERE: ScopeId = ScopeId(usize::MAX);

/// Prints both files of a model.
pub(super) fn files(mut model: Model, stem: &str, reach: &Reach) -> Vec<File<'static>> {
    model.name_large_types();
    let uses = Uses::of(&model);
    let naming = Naming::new(&model, |decl| uses.needs_input(decl));
    let printer = |file| Printer {
        model: &model,
        naming: &naming,
        uses: &uses,
        reach,
        file,
        lines: Lines::default(),
        at: EXPORTS,
        ours: BTreeMap::new(),
        uses_disposable: false,
    };
    let mut entry = printer(FileKind::Entry);
    let mut glue = printer(FileKind::Glue);
    entry.entry();
    glue.glue();
    // What the entry takes from the glue has to be there.
    let wanted =
        entry.ours.keys().copied().filter(|ours| *ours != Ours::Component).collect::<Vec<_>>();
    vec![
        File { name: format!("{stem}.d.ts"), contents: entry.finish_entry(stem).into() },
        File {
            name: format!("{stem}.instantiate.d.ts"),
            contents: glue.finish_glue(stem, &wanted).into(),
        },
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKind {
    /// `<stem>.d.ts`: exports, as the values that they are.
    Entry,
    /// `<stem>.instantiate.d.ts`: imports, as types, and `instantiate`.
    Glue,
}

/// Declarations that are not from the component. Those below `Types` are
/// declared in the glue's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ours {
    /// All exports of the entry, in the glue's file.
    Component,
    Imports,
    Types,
    BytesLike,
    Result,
    RootImport,
    CallOptions,
    ComponentError,
    ComponentValue,
}

impl Ours {
    fn name(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Imports => "Imports",
            Self::Types => "Types",
            Self::BytesLike => "BytesLike",
            Self::Result => "Result",
            Self::RootImport => "RootImport",
            Self::CallOptions => "CallOptions",
            Self::ComponentError => "ComponentError",
            Self::ComponentValue => "ComponentValue",
        }
    }
}

/// Where types are used.
struct Uses {
    /// Types whose two directions differ.
    differs: Vec<bool>,
    decls: Vec<TyId>,
    used: HashSet<TyId>,
    used_in: HashSet<TyId>,
    resources: HashSet<ResourceId>,
}

impl Uses {
    fn of(model: &Model) -> Self {
        let mut differs = vec![false; model.types.len()];
        for id in model.post_order() {
            differs[id.0] = match &model.types[id.0] {
                Ty::List(element) if matches!(model.resolve(*element), Ty::Number(_)) => true,
                Ty::Stream(_) => true,
                _ => model.parts(id).iter().any(|part| differs[part.0]),
            };
        }
        let decls = model.decls.iter().map(|decl| decl.body).collect();
        let mut uses = Self {
            differs,
            decls,
            used: HashSet::new(),
            used_in: HashSet::new(),
            resources: HashSet::new(),
        };
        for scope in &model.scopes {
            for member in &scope.members {
                match member {
                    Member::Func(func) => uses.func(model, scope.side, func),
                    Member::Resource(id) => {
                        uses.resource(model, scope.side, &model.resources[id.0]);
                    }
                    Member::Type(_)
                    | Member::Scope(_)
                    | Member::Module(_)
                    | Member::Component(_)
                    | Member::Opaque(_) => {}
                }
            }
        }
        // Named types of interfaces are printed whether or not a function uses them.
        for decl in model.decls.iter().filter(|decl| decl.scope != TYPES) {
            uses.mark(model, decl.body, Direction::Out);
        }
        uses
    }

    fn resource(&mut self, model: &Model, side: Side, resource: &Resource) {
        for func in resource.constructor.iter().chain(&resource.methods).chain(&resource.statics) {
            self.func(model, side, func);
        }
    }

    fn func(&mut self, model: &Model, side: Side, func: &Func) {
        let (params, result) = directions(side);
        for (_, ty) in &func.params {
            self.mark(model, *ty, params);
        }
        if let Some(ty) = func.result {
            self.mark(model, ty, result);
        }
    }

    fn mark(&mut self, model: &Model, ty: TyId, direction: Direction) {
        let mut stack = vec![ty];
        while let Some(id) = stack.pop() {
            let seen = match direction {
                Direction::In => &mut self.used_in,
                Direction::Out => &mut self.used,
            };
            if seen.insert(id) {
                if let Ty::Handle(resource) = &model.types[id.0] {
                    self.resources.insert(*resource);
                }
                stack.extend(model.parts(id));
            }
        }
    }

    fn is_used(&self, decl: DeclId) -> bool {
        let body = self.decls[decl.0];
        self.used.contains(&body) || self.used_in.contains(&body)
    }

    fn needs_input(&self, decl: DeclId) -> bool {
        let body = self.decls[decl.0];
        self.differs[body.0] && self.used_in.contains(&body)
    }
}

/// Directions of parameters and results.
fn directions(side: Side) -> (Direction, Direction) {
    match side {
        Side::Export => (Direction::In, Direction::Out),
        Side::Import => (Direction::Out, Direction::In),
    }
}

/// The text of a type.
struct Text {
    text: String,
    /// Whether it needs parentheses before `[]`.
    is_compound: bool,
}

impl Text {
    fn simple(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_compound: false }
    }

    fn compound(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_compound: true }
    }

    fn in_parens(self) -> String {
        if self.is_compound { format!("({})", self.text) } else { self.text }
    }
}

struct Printer<'a> {
    model: &'a Model,
    naming: &'a Naming,
    uses: &'a Uses,
    reach: &'a Reach,
    file: FileKind,
    lines: Lines,
    /// The namespace that is being written.
    at: ScopeId,
    /// Which of our declarations the file mentions, and how.
    ours: BTreeMap<Ours, String>,
    uses_disposable: bool,
}

impl Printer<'_> {
    fn ours(&mut self, ours: Ours) -> String {
        let naming = self.naming;
        self.ours.entry(ours).or_insert_with(|| naming.free(ours.name())).clone()
    }

    fn global(&self, name: &str) -> String {
        self.naming.global(name)
    }

    // The entry.

    fn entry(&mut self) {
        self.scope_body(EXPORTS);
        self.root_type_aliases();
        if self.lines.is_empty() {
            self.lines.line("export {};");
        }
    }

    /// Types of the world that its own functions mention belong to its imports.
    fn root_type_aliases(&mut self) {
        let taken: HashSet<&str> =
            self.naming.members[EXPORTS.0].iter().map(|name| name.ident.as_str()).collect();
        let mut names = Vec::new();
        for member in &self.model.scopes[IMPORTS.0].members {
            match member {
                Member::Type(decl) => {
                    names.push(self.naming.decls[decl.0].clone());
                    names.extend(self.naming.inputs[decl.0].clone());
                }
                Member::Resource(resource) => names.push(self.naming.resources[resource.0].clone()),
                Member::Func(_)
                | Member::Scope(_)
                | Member::Module(_)
                | Member::Component(_)
                | Member::Opaque(_) => {}
            }
        }
        for name in names {
            if !taken.contains(name.as_str()) {
                let imports = self.ours(Ours::Imports);
                self.lines.line(&format!("export type {name} = {imports}.{name};"));
            }
        }
    }

    fn finish_entry(self, stem: &str) -> Vec<u8> {
        let mut head = self.head();
        if let Some(name) = self.ours.get(&Ours::Component) {
            // The namespace of this very module, for names that an inner one hides.
            head.line(&format!("import type * as {name} from {};", quote(&format!("./{stem}.js"))));
        }
        let names: Vec<String> = self
            .ours
            .iter()
            .filter(|(ours, _)| **ours != Ours::Component)
            .map(|(ours, local)| match ours {
                // The others are called the same in both files.
                Ours::Imports | Ours::Types if local != ours.name() => {
                    format!("{} as {local}", ours.name())
                }
                _ => local.clone(),
            })
            .collect();
        if !names.is_empty() {
            let from = quote(&format!("./{stem}.instantiate.js"));
            head.line(&format!("import type {{ {} }} from {from};", names.join(", ")));
        }
        if !self.ours.is_empty() {
            head.line("");
        }
        head.push(&self.lines);
        head.into_bytes()
    }

    fn head(&self) -> Lines {
        let mut head = Lines::default();
        if self.uses_disposable {
            head.line("/// <reference lib=\"esnext.disposable\" />");
            head.line("");
        }
        head
    }

    /// The declarations of a scope of exports.
    fn scope_body(&mut self, id: ScopeId) {
        let outer = std::mem::replace(&mut self.at, id);
        let scope = &self.model.scopes[id.0];
        let is_root = scope.parent.is_none();
        let mut renamed = Vec::new();
        let mut hidden = Vec::new();
        for (index, member) in scope.members.iter().enumerate() {
            let name = &self.naming.members[id.0][index];
            if !self.is_printed(member) {
                continue;
            }
            // Declared under its own name, or exported under it later.
            let is_plain = match (member, &name.js) {
                (Member::Type(decl), _) if self.model.second_class(*decl).is_none() => true,
                (_, Some(js)) if *js == name.ident => true,
                (_, Some(js)) => {
                    let rename = format!("{} as {}", name.ident, js);
                    if is_export_name(js) && !renamed.contains(&rename) {
                        renamed.push(rename);
                    }
                    false
                }
                (_, None) => {
                    if is_root {
                        hidden.push(name.ident.clone());
                    } else {
                        let full = quote(self.model.name_of(member));
                        self.lines.line(&format!("// Only as {full}:"));
                    }
                    !is_root
                }
            };
            let keyword = match (is_plain, is_root) {
                (true, true) => "export declare ",
                (true, false) => "export ",
                (false, true) => "declare ",
                (false, false) => "",
            };
            self.export_member(id, member, name, keyword);
        }
        if !renamed.is_empty() {
            self.lines.line(&format!("export {{ {} }};", renamed.join(", ")));
        }
        if !hidden.is_empty() {
            // At run time these are under their full names only, in what `instantiate` returns.
            self.lines.line(&format!("export type {{ {} }};", hidden.join(", ")));
        }
        self.at = outer;
    }

    fn is_printed(&self, member: &Member) -> bool {
        match member {
            Member::Type(decl) => {
                self.model.decls[decl.0].scope != TYPES || self.uses.is_used(*decl)
            }
            Member::Resource(resource) => {
                self.model.resources[resource.0].scope != TYPES
                    || self.uses.resources.contains(resource)
            }
            Member::Func(_)
            | Member::Scope(_)
            | Member::Module(_)
            | Member::Component(_)
            | Member::Opaque(_) => true,
        }
    }

    fn export_member(&mut self, scope: ScopeId, member: &Member, name: &MemberName, keyword: &str) {
        match member {
            Member::Func(func) if func.accessor.is_some() => {
                self.accessor_variable(scope, func, name, keyword);
            }
            Member::Func(func) => {
                self.func_docs(scope, func, None);
                self.function_line(scope, func, None, &format!("{keyword}function {}", name.ident));
            }
            Member::Type(decl) => match self.model.second_class(*decl) {
                Some(resource) => self.second_class(*decl, resource, name, keyword),
                None => self.decl(*decl),
            },
            Member::Resource(resource) => self.class(*resource, name, keyword),
            Member::Scope(inner) => {
                self.lines.docs(&self.model.scopes[inner.0].docs);
                self.lines.open(&format!("{keyword}namespace {} {{", name.ident));
                self.scope_body(*inner);
                self.lines.close("}");
            }
            Member::Module(_) | Member::Component(_) | Member::Opaque(_) => {
                let ty = self.constant_type(member);
                self.lines.line(&format!("{keyword}const {}: {ty};", name.ident));
            }
        }
    }

    /// The type of what is neither a function nor declared.
    fn constant_type(&mut self, member: &Member) -> String {
        match member {
            Member::Module(_) => self.module_type(),
            Member::Component(_) => self.ours(Ours::ComponentValue),
            _ => "unknown".into(),
        }
    }

    fn module_type(&self) -> String {
        format!("{}.Module", self.global("WebAssembly"))
    }

    /// A getter, with its setter if there is one: a variable.
    fn accessor_variable(&mut self, scope: ScopeId, func: &Func, name: &MemberName, keyword: &str) {
        let members = &self.model.scopes[scope.0].members;
        let other = |accessor| {
            members.iter().find_map(|member| match member {
                Member::Func(other)
                    if other.accessor == Some(accessor) && other.name == func.name =>
                {
                    Some(other)
                }
                _ => None,
            })
        };
        match (func.accessor, other(Accessor::Get), other(Accessor::Set)) {
            (Some(Accessor::Set), Some(_), _) => {}
            (_, _, setter) => {
                let word = if setter.is_some() { "let" } else { "const" };
                let ty = self.accessor_type(scope, func);
                self.lines.docs(&func.docs);
                self.lines.line(&format!("{keyword}{word} {}: {ty};", name.ident));
            }
        }
    }

    fn accessor_type(&mut self, scope: ScopeId, func: &Func) -> String {
        let side = self.model.scopes[scope.0].side;
        match func.accessor {
            Some(Accessor::Set) => match func.params.first() {
                Some((_, ty)) => self.ty(*ty, directions(side).0).text,
                None => "never".into(),
            },
            Some(Accessor::Get) | None => self.result(side, func),
        }
    }

    fn class(&mut self, id: ResourceId, name: &MemberName, keyword: &str) {
        let resource = &self.model.resources[id.0];
        let scope = resource.scope;
        self.uses_disposable = true;
        self.lines.docs(&resource.docs);
        let disposable = self.global("Disposable");
        self.lines.open(&format!("{keyword}class {} implements {disposable} {{", name.ident));
        match &resource.constructor {
            Some(func) => {
                self.func_docs(scope, func, None);
                let params = self.params(Side::Export, func).join(", ");
                self.lines.line(&format!("constructor({params});"));
            }
            None => self.lines.line("private constructor();"),
        }
        self.methods(scope, Some(&resource.name), &resource.methods, "");
        self.methods(scope, Some(&resource.name), &resource.statics, "static ");
        let symbol = self.global("Symbol");
        self.lines
            .line("/** Gives the resource back: drops the handle, and runs the destructor. */");
        self.lines.line(&format!("[{symbol}.dispose](): void;"));
        self.lines.close("}");
    }

    /// Members of a class, an interface or an object type.
    fn methods(&mut self, scope: ScopeId, resource: Option<&str>, funcs: &[Func], keyword: &str) {
        let is_class = keyword == "static ";
        let names = property_names_of(funcs);
        for (func, name) in funcs.iter().zip(names) {
            if is_class && name == "prototype" {
                self.lines.line("// A class cannot have a static member `prototype`.");
                continue;
            }
            let name = class_member(&name);
            match func.accessor {
                None => {
                    self.func_docs(scope, func, resource);
                    self.function_line(scope, func, resource, &format!("{keyword}{name}"));
                }
                Some(Accessor::Get) => {
                    self.lines.docs(&func.docs);
                    let ty = self.accessor_type(scope, func);
                    self.lines.line(&format!("{keyword}get {name}(): {ty};"));
                }
                Some(Accessor::Set) => {
                    self.lines.docs(&func.docs);
                    let ty = self.accessor_type(scope, func);
                    self.lines.line(&format!("{keyword}set {name}(value: {ty});"));
                }
            }
        }
    }

    // The glue.

    fn glue(&mut self) {
        // Nothing of the file's top level is the component's.
        self.at = NOWHERE;
        self.exports_interface();
        self.lines.line("");
        self.imports_interface();
        self.imports_namespace();
        self.types_namespace();
        self.lines.line("");
        let module = self.module_type();
        let has_streams =
            self.model.types.iter().any(|ty| matches!(ty, Ty::Stream(_) | Ty::Future(_)));
        let mut lines = vec![
            "/** Settings of one instance. */".to_owned(),
            "export interface InstantiateOptions {".to_owned(),
            "  /** Bytes that one call may bring from the component into JavaScript. */".to_owned(),
            "  readonly maxLiftBytes?: number | undefined;".to_owned(),
            "  /** The module that traps, where nothing is compiled at run time: the file `.trap.wasm`. */".to_owned(),
            format!("  readonly trapModule?: {module} | undefined;"),
            "}".to_owned(),
            String::new(),
            "/**".to_owned(),
            " * Makes an instance of the component.".to_owned(),
            " *".to_owned(),
            " * @param cores - the core modules, in the order of their files".to_owned(),
            " * @param imports - what the component imports, by import name".to_owned(),
            " */".to_owned(),
            "export declare function instantiate(".to_owned(),
            format!("  cores: readonly {module}[],"),
            "  imports: Imports,".to_owned(),
            "  options?: InstantiateOptions,".to_owned(),
            "): Exports;".to_owned(),
        ];
        if has_streams {
            let option = [
                "  /** Told why a stream or future of the host failed when no call is left to reject; `console.error` by default. */",
                "  readonly onStreamError?: ((error: unknown) => void) | undefined;",
            ];
            lines.splice(4..4, option.map(str::to_owned));
        }
        for line in lines {
            self.lines.line(&line);
        }
    }

    fn exports_interface(&mut self) {
        self.lines.docs(&self.model.docs);
        self.lines.open("export interface Exports {");
        let mut seen = HashSet::new();
        for (index, member) in self.model.scopes[EXPORTS.0].members.iter().enumerate() {
            let name = &self.naming.members[EXPORTS.0][index];
            let full = self.model.name_of(member);
            let ty = match member {
                Member::Type(decl) if self.model.second_class(*decl).is_none() => continue,
                Member::Module(_) | Member::Component(_) | Member::Opaque(_) => {
                    self.constant_type(member)
                }
                Member::Scope(scope) if !self.has_values(*scope) => "object".into(),
                Member::Func(_) | Member::Resource(_) | Member::Scope(_) | Member::Type(_) => {
                    let component = self.ours(Ours::Component);
                    format!("typeof {component}.{}", exported_ident(name))
                }
            };
            let mut keys: Vec<&str> = name.js.iter().map(String::as_str).collect();
            if matches!(member, Member::Scope(_)) || keys.is_empty() {
                keys.push(full);
            }
            for key in keys {
                if seen.insert(key.to_owned()) {
                    self.lines.line(&format!("{}: {ty};", property(key)));
                }
            }
        }
        self.lines.close("}");
    }

    /// Whether a namespace exists at run time.
    fn has_values(&self, scope: ScopeId) -> bool {
        self.model.scopes[scope.0].members.iter().any(|member| match member {
            Member::Type(decl) => self.model.second_class(*decl).is_some(),
            Member::Scope(inner) => self.has_values(*inner),
            Member::Func(_)
            | Member::Resource(_)
            | Member::Module(_)
            | Member::Component(_)
            | Member::Opaque(_) => true,
        })
    }

    fn imports_interface(&mut self) {
        self.lines.line("/** What the component imports, by import name. */");
        self.lines.open("export interface Imports {");
        for (index, member) in self.model.scopes[IMPORTS.0].members.iter().enumerate() {
            let name = &self.naming.members[IMPORTS.0][index];
            let key = property(self.model.name_of(member));
            match member {
                Member::Type(_) => {}
                Member::Scope(scope) => {
                    if self.has_values(*scope) {
                        self.lines.docs(&self.model.scopes[scope.0].docs);
                        self.lines.line(&format!("{key}: Imports.{};", name.ident));
                    }
                }
                Member::Func(func) => {
                    self.func_docs(IMPORTS, func, None);
                    let (params, result) = self.signature(IMPORTS, func, None);
                    let params = params.join(", ");
                    let root = self.ours(Ours::RootImport);
                    self.lines.line(&format!("{key}: {root}<({params}) => {result}>;"));
                }
                Member::Resource(resource) => {
                    let root = self.ours(Ours::RootImport);
                    self.class_property(*resource, &key, "Imports.", Some(&root));
                }
                Member::Module(_) | Member::Component(_) | Member::Opaque(_) => {
                    let root = self.ours(Ours::RootImport);
                    let ty = self.constant_type(member);
                    self.lines.line(&format!("{key}: {root}<{ty}>;"));
                }
            }
        }
        self.lines.close("}");
    }

    /// Whether a component cannot do without the class of a resource that the host provides.
    fn needs_class(&self, id: ResourceId) -> bool {
        let resource = &self.model.resources[id.0];
        resource.constructor.is_some() || !resource.statics.is_empty()
    }

    fn class_property(&mut self, id: ResourceId, key: &str, path: &str, root: Option<&str>) {
        let class = format!("{path}{}", self.naming.classes[id.0]);
        let class = match root {
            Some(root) => format!("{root}<{class}>"),
            None => class,
        };
        if self.needs_class(id) {
            self.lines.line(&format!("{key}: {class};"));
        } else {
            self.lines.line("/** If it is there, objects are checked to be instances of it. */");
            self.lines.line(&format!("{key}?: {class} | undefined;"));
        }
    }

    fn imports_namespace(&mut self) {
        let members = &self.model.scopes[IMPORTS.0].members;
        let has_types = members.iter().any(|member| {
            matches!(member, Member::Type(_) | Member::Scope(_) | Member::Resource(_))
        });
        if has_types {
            self.lines.line("");
            self.lines.open("export declare namespace Imports {");
            self.import_types(IMPORTS);
            self.lines.close("}");
        }
    }

    fn types_namespace(&mut self) {
        let members = &self.model.scopes[TYPES.0].members;
        if members.iter().any(|member| self.is_printed(member)) {
            self.lines.line("");
            self.lines.line("/** Types that belong to no interface. */");
            self.lines.open("export declare namespace Types {");
            self.import_types(TYPES);
            self.lines.close("}");
        }
    }

    /// The types of a scope of imports; nothing of it is a value.
    fn import_types(&mut self, id: ScopeId) {
        let outer = std::mem::replace(&mut self.at, id);
        for member in &self.model.scopes[id.0].members {
            if !self.is_printed(member) {
                continue;
            }
            match member {
                Member::Type(decl) => self.decl(*decl),
                Member::Resource(resource) => self.host_resource(*resource),
                Member::Scope(inner) => self.import_scope(*inner),
                Member::Func(_) | Member::Module(_) | Member::Component(_) | Member::Opaque(_) => {}
            }
        }
        self.at = outer;
    }

    fn import_scope(&mut self, id: ScopeId) {
        let scope = &self.model.scopes[id.0];
        let ident = &self.naming.scopes[id.0].ident;
        if self.has_values(id) {
            self.lines.docs(&scope.docs);
            self.lines.open(&format!("export interface {ident} {{"));
            for (index, member) in scope.members.iter().enumerate() {
                let name = &self.naming.members[id.0][index];
                let full = self.model.name_of(member);
                let key = property(name.js.as_deref().unwrap_or(full));
                match member {
                    Member::Type(_) => {}
                    Member::Func(func) => self.methods(id, None, std::slice::from_ref(func), ""),
                    Member::Resource(resource) => {
                        self.class_property(*resource, &key, &format!("{ident}."), None);
                    }
                    Member::Scope(inner) => {
                        if self.has_values(*inner) {
                            let inner = &self.naming.scopes[inner.0].ident;
                            self.lines.line(&format!("{key}: {ident}.{inner};"));
                        }
                    }
                    Member::Module(_) | Member::Component(_) | Member::Opaque(_) => {
                        let ty = self.constant_type(member);
                        self.lines.line(&format!("{key}: {ty};"));
                    }
                }
            }
            self.lines.close("}");
        }
        let has_types = scope.members.iter().any(|member| {
            matches!(member, Member::Type(_) | Member::Resource(_) | Member::Scope(_))
        });
        if has_types {
            self.lines.open(&format!("export namespace {ident} {{"));
            self.import_types(id);
            self.lines.close("}");
        }
    }

    /// A resource that the host provides: its objects and its class.
    fn host_resource(&mut self, id: ResourceId) {
        let resource = &self.model.resources[id.0];
        let scope = resource.scope;
        let name = &self.naming.resources[id.0];
        let class = &self.naming.classes[id.0];
        self.uses_disposable = true;
        let symbol = self.global("Symbol");
        self.lines.docs(&resource.docs);
        self.lines.open(&format!("export interface {name} {{"));
        self.methods(scope, Some(&resource.name), &resource.methods, "");
        self.lines.line("/** Called when the component drops its last handle. */");
        self.lines.line(&format!("[{symbol}.dispose]?(): void;"));
        self.lines.close("}");
        self.lines.line(&format!("/** The class of {{@link {name}}}. */"));
        self.lines.open(&format!("export interface {class} {{"));
        if let Some(func) = &resource.constructor {
            self.func_docs(scope, func, None);
            let params = self.params(Side::Import, func).join(", ");
            self.lines.line(&format!("new ({params}): {name};"));
        }
        let statics: Vec<Func> =
            resource.statics.iter().filter(|func| func.name != "prototype").cloned().collect();
        self.methods(scope, Some(&resource.name), &statics, "");
        self.lines.line(&format!("readonly prototype: {name};"));
        self.lines.close("}");
    }

    fn finish_glue(mut self, stem: &str, wanted: &[Ours]) -> Vec<u8> {
        for ours in wanted {
            self.ours(*ours);
        }
        let (array_buffer, view, bytes, iterable, error) = (
            self.global("ArrayBuffer"),
            self.global("ArrayBufferView"),
            self.global("Uint8Array"),
            self.global("Iterable"),
            self.global("Error"),
        );
        let mut head = self.head();
        let mut tail = Lines::default();
        for (ours, name) in &self.ours {
            match ours {
                Ours::Component => {
                    let from = quote(&format!("./{stem}.js"));
                    head.line(&format!("import type * as {name} from {from};"));
                    head.line("");
                }
                Ours::Imports | Ours::Types => {}
                Ours::BytesLike => {
                    tail.line("");
                    tail.line("/** What is accepted where bytes go into the component. */");
                    tail.line(&format!(
                        "export type {name} = {bytes} | {array_buffer} | {view} | {iterable}<number>;"
                    ));
                }
                Ours::Result => {
                    tail.line("");
                    tail.line("/** A `result` that is not a function's own. */");
                    tail.line(&format!(
                        "export type {name}<T, E> = {{ tag: 'ok'; val: T }} | {{ tag: 'err'; val: E }};"
                    ));
                }
                Ours::RootImport => {
                    tail.line("");
                    tail.line("/** A function that is imported by itself: as it is, or the default of a module. */");
                    tail.line(&format!("export type {name}<F> = F | {{ readonly default: F }};"));
                }
                Ours::CallOptions => {
                    tail.line("");
                    tail.line("/** Settings of one call of an asynchronous function. */");
                    tail.line(&format!("export interface {name} {{"));
                    tail.line("  /** Cancels the call: its promise rejects with the signal's reason, and the component is told. */");
                    tail.line(&format!(
                        "  readonly signal?: {} | undefined;",
                        self.global("AbortSignal")
                    ));
                    tail.line("}");
                }
                Ours::ComponentValue => {
                    tail.line("");
                    tail.line("/** A component that is passed on as a value. */");
                    tail.line(&format!("export interface {name} {{"));
                    tail.line(
                        "  instantiate(imports?: object, options?: InstantiateOptions): object;",
                    );
                    tail.line("}");
                }
                Ours::ComponentError => {
                    tail.line("");
                    tail.line("/** What a function throws when its result is `err`; an `err` that is an `Error` is thrown as it is. */");
                    tail.line(&format!("export interface {name}<E = unknown> extends {error} {{"));
                    tail.line("  readonly name: 'ComponentError';");
                    tail.line("  readonly payload: E;");
                    tail.line("}");
                }
            }
        }
        head.push(&self.lines);
        head.push(&tail);
        head.into_bytes()
    }

    // Functions.

    fn func_docs(&mut self, scope: ScopeId, func: &Func, resource: Option<&str>) {
        let side = self.model.scopes[scope.0].side;
        let mut docs = func.docs.clone();
        if side == Side::Export
            && let Some(export) = self.calling(scope, func, resource)
            && let (true, Some(Need { reason, is_certain })) = (export.suspends, &export.need)
        {
            docs.tags.push(if *is_certain {
                format!("remarks Needs JSPI (JavaScript Promise Integration): it {reason}.")
            } else {
                format!("remarks May need JSPI (JavaScript Promise Integration): it can get to code that {reason}.")
            });
        }
        if let Some(Ty::Result { err, .. }) = func.result.map(|ty| self.model.resolve(ty)) {
            let err = match err {
                Some(ty) => self.ty(*ty, directions(side).1).text,
                None => "undefined".into(),
            };
            match side {
                Side::Export => {
                    let error = self.ours(Ours::ComponentError);
                    docs.tags.push(format!("throws {{{error}<{err}>}}"));
                }
                Side::Import => docs.tags.push(format!("throws {{{err}}} to return `err`")),
            }
        }
        self.lines.docs(&docs);
    }

    /// Parameters and result.
    fn signature(
        &mut self,
        scope: ScopeId,
        func: &Func,
        resource: Option<&str>,
    ) -> (Vec<String>, String) {
        let side = self.model.scopes[scope.0].side;
        let mut params = self.params(side, func);
        if side == Side::Export && func.is_async {
            let options = self.ours(Ours::CallOptions);
            let name = free_param(func, "options");
            params.push(format!("{name}?: {options}"));
        }
        let mut result = self.result(side, func);
        if side == Side::Export
            && !func.is_async
            && self.calling(scope, func, resource).is_some_and(|it| it.returns_promise)
        {
            result = format!("{}<{result}>", self.global("Promise"));
        }
        if side == Side::Import && self.may_promise(scope, func, resource) {
            result = format!("{result} | {}<{result}>", self.global("PromiseLike"));
        }
        (params, result)
    }

    /// A function with its name and what stands before that; long ones get a line for each parameter.
    fn function_line(&mut self, scope: ScopeId, func: &Func, resource: Option<&str>, head: &str) {
        let (params, result) = self.signature(scope, func, resource);
        let line = format!("{head}({}): {result};", params.join(", "));
        if line.len() <= WIDTH || params.is_empty() {
            return self.lines.line(&line);
        }
        self.lines.open(&format!("{head}("));
        for param in params {
            self.lines.line(&format!("{param},"));
        }
        self.lines.close(&format!("): {result};"));
    }

    /// How an exported function is called.
    fn calling(
        &self,
        scope: ScopeId,
        func: &Func,
        resource: Option<&str>,
    ) -> Option<&ExportedFunc> {
        self.reach.export(&self.path_of(scope, func, resource))
    }

    /// Whether the host may give a promise although the type is synchronous.
    fn may_promise(&self, scope: ScopeId, func: &Func, resource: Option<&str>) -> bool {
        !func.is_async && self.reach.import_may_promise(&self.path_of(scope, func, resource))
    }

    /// Names of the scopes, of a resource, and of the function.
    fn path_of<'f>(
        &'f self,
        scope: ScopeId,
        func: &'f Func,
        resource: Option<&'f str>,
    ) -> Vec<&'f str> {
        let mut path = Vec::new();
        let mut at = Some(scope);
        while let Some(id) = at {
            let scope = &self.model.scopes[id.0];
            if scope.parent.is_some() {
                path.push(scope.name.as_str());
            }
            at = scope.parent;
        }
        path.reverse();
        path.extend(resource);
        path.push(&func.name);
        path
    }

    fn params(&mut self, side: Side, func: &Func) -> Vec<String> {
        let (direction, _) = directions(side);
        let names = param_names(func);
        // Trailing options may be left out by who calls an export.
        let is_option = |ty: TyId| match self.model.resolve(ty) {
            Ty::Option(inner) => !matches!(self.model.resolve(*inner), Ty::Option(_)),
            _ => false,
        };
        let needed = match side {
            Side::Export => {
                func.params.iter().rposition(|(_, ty)| !is_option(*ty)).map_or(0, |last| last + 1)
            }
            Side::Import => func.params.len(),
        };
        names
            .iter()
            .zip(&func.params)
            .enumerate()
            .map(|(index, (name, (_, ty)))| {
                let text = self.ty(*ty, direction).text;
                let mark = if index < needed { "" } else { "?" };
                format!("{name}{mark}: {text}")
            })
            .collect()
    }

    fn result(&mut self, side: Side, func: &Func) -> String {
        let (_, direction) = directions(side);
        let value = match func.result {
            None => None,
            Some(ty) => match self.model.resolve(ty) {
                Ty::Result { ok, .. } => *ok,
                _ => Some(ty),
            },
        };
        let text = match value {
            None => "void".into(),
            Some(ty) => self.ty(ty, direction).text,
        };
        match (func.is_async, side) {
            (false, _) => text,
            (true, Side::Export) => format!("{}<{text}>", self.global("Promise")),
            (true, Side::Import) => format!("{text} | {}<{text}>", self.global("PromiseLike")),
        }
    }

    // Types.

    /// A second name of a class: the class under it, and the type of its objects.
    fn second_class(&mut self, id: DeclId, resource: ResourceId, name: &MemberName, keyword: &str) {
        let ident = &name.ident;
        let scope = self.model.resources[resource.0].scope;
        let ty = self.path(scope, &self.naming.resources[resource.0]);
        let class = match self.model.scopes[scope.0].side {
            Side::Export => format!("typeof {ty}"),
            Side::Import => {
                let class = self.path(scope, &self.naming.classes[resource.0]);
                if self.needs_class(resource) { class } else { format!("{class} | undefined") }
            }
        };
        self.lines.docs(&self.model.decls[id.0].docs);
        self.lines.line(&format!("{keyword}const {ident}: {class};"));
        let keyword = keyword.trim_end_matches("declare ");
        self.lines.line(&format!("{keyword}type {ident} = {ty};"));
    }

    /// A named type, and its second form where it goes in as something else.
    fn decl(&mut self, id: DeclId) {
        let decl = &self.model.decls[id.0];
        self.lines.docs(&decl.docs);
        self.decl_form(decl.body, &self.naming.decls[id.0], Direction::Out);
        if let Some(input) = &self.naming.inputs[id.0] {
            let name = &self.naming.decls[id.0];
            self.lines.line(&format!(
                "/** What is accepted where {{@link {name}}} goes into the component. */"
            ));
            self.decl_form(decl.body, input, Direction::In);
        }
    }

    fn decl_form(&mut self, body: TyId, name: &str, direction: Direction) {
        match &self.model.types[body.0] {
            Ty::Record(fields) => self.record(fields, name, direction),
            Ty::Variant(cases) => self.variant(cases, name, direction),
            Ty::Enum(labels) => self.enumeration(labels, name),
            Ty::Flags(labels) => self.flags(labels, name),
            ty => {
                let text = self.structure(ty, direction).text;
                self.lines.line(&format!("export type {name} = {text};"));
            }
        }
    }

    fn record(&mut self, fields: &[Field], name: &str, direction: Direction) {
        self.lines.open(&format!("export interface {name} {{"));
        let names = property_names(fields.iter().map(|field| field.name.as_str()));
        for (field, name) in fields.iter().zip(names) {
            self.lines.docs(&field.docs);
            let is_option = match self.model.resolve(field.ty) {
                Ty::Option(inner) => !matches!(self.model.resolve(*inner), Ty::Option(_)),
                _ => false,
            };
            let mark = if is_option { "?" } else { "" };
            let ty = self.ty(field.ty, direction).text;
            self.lines.line(&format!("{}{mark}: {ty};", property(&name)));
        }
        self.lines.close("}");
    }

    fn variant(&mut self, cases: &[Case], name: &str, direction: Direction) {
        self.lines.open(&format!("export type {name} ="));
        for (index, case) in cases.iter().enumerate() {
            self.lines.docs(&case.docs);
            let end = if index + 1 == cases.len() { ";" } else { "" };
            let text = self.tagged(&case.name, case.ty, direction);
            self.lines.line(&format!("| {text}{end}"));
        }
        self.lines.end_block();
    }

    fn enumeration(&mut self, labels: &[Label], name: &str) {
        let quoted: Vec<String> = labels.iter().map(|label| quote(&label.name)).collect();
        let line = format!("export type {name} = {};", quoted.join(" | "));
        let has_docs = labels.iter().any(|label| label.docs.text.is_some());
        if !has_docs && line.len() <= WIDTH {
            self.lines.line(&line);
            return;
        }
        self.lines.open(&format!("export type {name} ="));
        for (index, label) in labels.iter().enumerate() {
            self.lines.docs(&label.docs);
            let end = if index + 1 == labels.len() { ";" } else { "" };
            self.lines.line(&format!("| {}{end}", quoted[index]));
        }
        self.lines.end_block();
    }

    fn flags(&mut self, labels: &[Label], name: &str) {
        self.lines.open(&format!("export interface {name} {{"));
        let names = property_names(labels.iter().map(|label| label.name.as_str()));
        for (label, name) in labels.iter().zip(names) {
            self.lines.docs(&label.docs);
            self.lines.line(&format!("{}?: boolean | undefined;", property(&name)));
        }
        self.lines.close("}");
    }

    /// `{ tag: 'name'; val: T }`
    fn tagged(&mut self, name: &str, ty: Option<TyId>, direction: Direction) -> String {
        match ty {
            Some(ty) => format!("{{ tag: {}; val: {} }}", quote(name), self.ty(ty, direction).text),
            None => format!("{{ tag: {} }}", quote(name)),
        }
    }

    fn ty(&mut self, id: TyId, direction: Direction) -> Text {
        match &self.model.types[id.0] {
            Ty::Ref(decl) => {
                let decl = *decl;
                let name = match (direction, &self.naming.inputs[decl.0]) {
                    (Direction::In, Some(input)) => input,
                    _ => &self.naming.decls[decl.0],
                };
                Text::simple(self.path(self.model.decls[decl.0].scope, name))
            }
            ty => self.structure(ty, direction),
        }
    }

    fn structure(&mut self, ty: &Ty, direction: Direction) -> Text {
        match ty {
            Ty::Bool => Text::simple("boolean"),
            Ty::Number(Number::S64 | Number::U64) => Text::simple("bigint"),
            Ty::Number(_) => Text::simple("number"),
            Ty::Char | Ty::String => Text::simple("string"),
            Ty::ErrorContext => Text::simple(self.global("Error")),
            Ty::List(element) => self.list(*element, direction),
            Ty::Tuple(types) => {
                let types: Vec<String> =
                    types.iter().map(|ty| self.ty(*ty, direction).text).collect();
                Text::simple(format!("[{}]", types.join(", ")))
            }
            Ty::Option(inner) => self.option(*inner, direction),
            Ty::Result { ok, err } => self.result_value(*ok, *err, direction),
            Ty::Map(key, value) => {
                let (key, value) = (self.ty(*key, direction).text, self.ty(*value, direction).text);
                Text::simple(format!("{}<{key}, {value}>", self.global("Map")))
            }
            Ty::Stream(element) => self.stream(*element, direction),
            Ty::Future(value) => {
                let value = value.map_or_else(|| "void".into(), |ty| self.ty(ty, direction).text);
                Text::simple(format!("{}<{value}>", self.global("Promise")))
            }
            Ty::Handle(resource) => {
                let scope = self.model.resources[resource.0].scope;
                Text::simple(self.path(scope, &self.naming.resources[resource.0]))
            }
            Ty::Ref(decl) => {
                let name = &self.naming.decls[decl.0];
                Text::simple(self.path(self.model.decls[decl.0].scope, name))
            }
            Ty::Record(_) | Ty::Variant(_) | Ty::Enum(_) | Ty::Flags(_) => {
                unreachable!("both ways of filling the model name these: {:?}", children(ty))
            }
        }
    }

    fn list(&mut self, element: TyId, direction: Direction) -> Text {
        if let Ty::Number(number) = self.model.resolve(element) {
            let (array, of) = typed_array(*number);
            return match direction {
                Direction::Out => Text::simple(self.global(array)),
                Direction::In if *number == Number::U8 => Text::simple(self.ours(Ours::BytesLike)),
                Direction::In => Text::compound(format!(
                    "{} | {}<{of}>",
                    self.global(array),
                    self.global("Iterable")
                )),
            };
        }
        let element = self.ty(element, direction).in_parens();
        match direction {
            Direction::Out => Text::simple(format!("{element}[]")),
            Direction::In => Text::compound(format!("readonly {element}[]")),
        }
    }

    fn option(&mut self, inner: TyId, direction: Direction) -> Text {
        if matches!(self.model.resolve(inner), Ty::Option(_)) {
            let some = self.tagged("some", Some(inner), direction);
            return Text::compound(format!("{some} | {{ tag: 'none' }}"));
        }
        Text::compound(format!("{} | undefined", self.ty(inner, direction).text))
    }

    fn result_value(&mut self, ok: Option<TyId>, err: Option<TyId>, direction: Direction) -> Text {
        if let (Some(ok), Some(err)) = (ok, err) {
            let (ok, err) = (self.ty(ok, direction).text, self.ty(err, direction).text);
            return Text::simple(format!("{}<{ok}, {err}>", self.ours(Ours::Result)));
        }
        let mut tagged = |name, ty: Option<TyId>| match ty {
            Some(_) => self.tagged(name, ty, direction),
            None => format!("{{ tag: '{name}'; val?: undefined }}"),
        };
        Text::compound(format!("{} | {}", tagged("ok", ok), tagged("err", err)))
    }

    fn stream(&mut self, element: Option<TyId>, direction: Direction) -> Text {
        let is_bytes =
            element.is_some_and(|ty| matches!(self.model.resolve(ty), Ty::Number(Number::U8)));
        let item = match element {
            // Bytes travel in chunks.
            Some(_) if is_bytes => self.global("Uint8Array"),
            Some(ty) => self.ty(ty, direction).text,
            None => "undefined".into(),
        };
        let (stream, iterable) = (self.global("ReadableStream"), self.global("AsyncIterable"));
        Text::compound(match direction {
            Direction::Out => format!("{stream}<{item}> & {iterable}<{item}>"),
            Direction::In => {
                format!(
                    "{stream}<{item}> | {iterable}<{item}> | {}<{item}>",
                    self.global("Iterable")
                )
            }
        })
    }

    /// Whether a namespace that is being written hides a name of the top level.
    fn is_hidden(&self, name: &str) -> bool {
        let mut at = self.at;
        while at != EXPORTS {
            if self.naming.has(at, name) {
                return true;
            }
            match self.model.scopes[at.0].parent {
                Some(parent) => at = parent,
                None => break,
            }
        }
        false
    }

    /// A name of a scope, as it is mentioned from anywhere in this file.
    fn path(&mut self, scope: ScopeId, name: &str) -> String {
        if scope == self.at {
            return name.to_owned();
        }
        let mut path = vec![name.to_owned()];
        let mut at = scope;
        while let Some(parent) = self.model.scopes[at.0].parent {
            let names = &self.naming.scopes[at.0];
            let is_export = self.model.scopes[at.0].side == Side::Export;
            let is_outermost = self.model.scopes[parent.0].parent.is_none();
            // In its own file the outermost namespace is there as it is declared.
            let is_declared = !is_export || is_outermost && self.file == FileKind::Entry;
            path.push(if is_declared {
                names.ident.clone()
            } else {
                exported_ident(names).to_owned()
            });
            at = parent;
        }
        match (at, self.file) {
            (EXPORTS, FileKind::Entry) => {
                if path.last().is_some_and(|first| self.is_hidden(first)) {
                    path.push(self.ours(Ours::Component));
                }
            }
            (EXPORTS, FileKind::Glue) => path.push(self.ours(Ours::Component)),
            (IMPORTS, FileKind::Glue) => path.push("Imports".into()),
            (IMPORTS, FileKind::Entry) => path.push(self.ours(Ours::Imports)),
            (_, FileKind::Glue) => path.push("Types".into()),
            (_, FileKind::Entry) => path.push(self.ours(Ours::Types)),
        }
        path.reverse();
        path.join(".")
    }
}

/// Names of methods: a getter and its setter share one.
fn property_names_of(funcs: &[Func]) -> Vec<String> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut names: Vec<&str> = Vec::new();
    let positions: Vec<usize> = funcs
        .iter()
        .map(|func| {
            if func.accessor.is_some()
                && let Some(position) = first.get(func.name.as_str())
            {
                return *position;
            }
            first.insert(&func.name, names.len());
            names.push(&func.name);
            names.len() - 1
        })
        .collect();
    let unique = property_names(names.into_iter());
    positions.into_iter().map(|position| unique[position].clone()).collect()
}

/// A name for one more parameter.
fn free_param(func: &Func, wanted: &str) -> String {
    let taken = param_names(func);
    let mut name = wanted.to_owned();
    while taken.contains(&name) {
        name.push('_');
    }
    name
}

/// The name under which the entry exports something.
fn exported_ident(name: &MemberName) -> &str {
    match &name.js {
        Some(js) if is_export_name(js) => js,
        _ => &name.ident,
    }
}

/// Whether `export { x as name }` can be written.
fn is_export_name(name: &str) -> bool {
    property(name) == name
}

/// The typed array of a number type, and its elements in JavaScript.
fn typed_array(number: Number) -> (&'static str, &'static str) {
    match number {
        Number::S8 => ("Int8Array", "number"),
        Number::U8 => ("Uint8Array", "number"),
        Number::S16 => ("Int16Array", "number"),
        Number::U16 => ("Uint16Array", "number"),
        Number::S32 => ("Int32Array", "number"),
        Number::U32 => ("Uint32Array", "number"),
        Number::S64 => ("BigInt64Array", "bigint"),
        Number::U64 => ("BigUint64Array", "bigint"),
        Number::F32 => ("Float32Array", "number"),
        Number::F64 => ("Float64Array", "number"),
    }
}
