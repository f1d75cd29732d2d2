//! The declarations of the entry: exports as the values that they are.

use std::collections::HashSet;

use super::super::model::{
    Accessor, Docs, EXPORTS, Func, IMPORTS, Member, ResourceId, ScopeId, Side, TYPES,
};
use super::super::naming::MemberName;
use super::super::text::{Lines, class_member, quote};
use super::uses::directions;
use super::{Ours, Printer, is_export_name, property_names_of};
use crate::emit::names::{export_key, instance_key};
use crate::file_names::FileNames;

impl Printer<'_> {
    pub(super) fn entry(&mut self) {
        self.scope_body(EXPORTS);
        self.root_type_aliases();
        if self.emitted.has_init {
            let promise = self.global("Promise");
            self.lines.line("/** Settled when the exports are there: at once where core modules are, as in Node. */");
            self.lines.line(&format!("export declare const $init: {promise}<void>;"));
        }
        if self.lines.is_empty() {
            self.lines.line("export {};");
        }
    }

    /// Types of the world that its own functions mention belong to its imports.
    pub(super) fn root_type_aliases(&mut self) {
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
                | Member::Opaque(..) => {}
            }
        }
        for name in names {
            if !taken.contains(name.as_str()) {
                let imports = self.ours(Ours::Imports);
                self.lines.line(&format!("export type {name} = {imports}.{name};"));
            }
        }
    }

    pub(super) fn finish_entry(self, files: &FileNames) -> Vec<u8> {
        let mut head = self.head();
        if let Some(name) = self.ours.get(&Ours::Component) {
            // The namespace of this very module, for names that an inner one hides.
            head.line(&format!(
                "import type * as {name} from {};",
                quote(&format!("./{}", files.entry()))
            ));
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
            let from = quote(&format!("./{}", files.glue()));
            head.line(&format!("import type {{ {} }} from {from};", names.join(", ")));
        }
        if !self.ours.is_empty() {
            head.line("");
        }
        head.push(&self.lines);
        head.push(&self.platform_lines());
        head.into_bytes()
    }

    pub(super) fn head(&self) -> Lines {
        let mut head = Lines::default();
        if self.uses_disposable {
            head.line("/// <reference lib=\"esnext.disposable\" />");
            head.line("");
        }
        head
    }

    /// The declarations of a scope of exports.
    pub(super) fn scope_body(&mut self, id: ScopeId) {
        let outer = std::mem::replace(&mut self.at, id);
        let scope = &self.model.scopes[id.0];
        let is_root = scope.parent.is_none();
        let mut renamed = Vec::new();
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
                (_, None) => true,
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
        self.at = outer;
    }

    pub(super) fn is_printed(&self, member: &Member) -> bool {
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
            | Member::Opaque(..) => true,
        }
    }

    pub(super) fn export_member(
        &mut self,
        scope: ScopeId,
        member: &Member,
        name: &MemberName,
        keyword: &str,
    ) {
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
                let docs = self.scope_docs(*inner, name);
                self.lines.docs(&docs);
                self.lines.open(&format!("{keyword}namespace {} {{", name.ident));
                self.scope_body(*inner);
                self.lines.close("}");
            }
            Member::Module(_) | Member::Component(_) | Member::Opaque(..) => {
                let ty = self.constant_type(member);
                self.lines.line(&format!("{keyword}const {}: {ty};", name.ident));
            }
        }
    }

    /// The docs of an interface, which say so where it is not called by the last segment of its name.
    fn scope_docs(&self, id: ScopeId, name: &MemberName) -> Docs {
        let scope = &self.model.scopes[id.0];
        let mut docs = scope.docs.clone();
        let short = export_key(instance_key(&scope.name));
        if name.js.as_ref().is_some_and(|js| *js != short) {
            let note = format!("`{}`; another export is called `{short}`.", scope.name);
            docs.text = Some(match docs.text {
                Some(text) => format!("{}\n\n{note}", text.trim_end()),
                None => note,
            });
        }
        docs
    }

    /// The type of what is neither a function nor declared.
    pub(super) fn constant_type(&mut self, member: &Member) -> String {
        match member {
            Member::Module(_) => self.module_type(),
            Member::Component(_) => self.ours(Ours::ComponentValue),
            Member::Opaque(_, Some(scope)) if self.has_values(*scope) => {
                match self.model.scopes[scope.0].parent {
                    Some(parent) => self.path(parent, &self.naming.scopes[scope.0].ident),
                    None => "unknown".into(),
                }
            }
            _ => "unknown".into(),
        }
    }

    pub(super) fn module_type(&self) -> String {
        format!("{}.Module", self.global("WebAssembly"))
    }

    /// A getter, with its setter if there is one: a variable.
    pub(super) fn accessor_variable(
        &mut self,
        scope: ScopeId,
        func: &Func,
        name: &MemberName,
        keyword: &str,
    ) {
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

    pub(super) fn accessor_type(&mut self, scope: ScopeId, func: &Func) -> String {
        let side = self.model.scopes[scope.0].side;
        match func.accessor {
            Some(Accessor::Set) => match func.params.first() {
                Some((_, ty)) => self.ty(*ty, directions(side).0).text,
                None => "never".into(),
            },
            Some(Accessor::Get) | None => self.result(side, func),
        }
    }

    pub(super) fn class(&mut self, id: ResourceId, name: &MemberName, keyword: &str) {
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
    pub(super) fn methods(
        &mut self,
        scope: ScopeId,
        resource: Option<&str>,
        funcs: &[Func],
        keyword: &str,
    ) {
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
}
