//! Items that the host passes in: where they are found and how they are called.

use super::emitter::Emitter;
use super::js::{self, Expr, Stmt};
use super::names::{Name, instance_key, lower_camel, upper_camel};
use crate::index::ImportIndex;
use crate::link::linked::{HostItem, HostRoot, ImportKind};

/// A function name of a component, taken apart (`plainname`, Explainer.md).
pub(super) enum FuncName<'a> {
    Plain(&'a str),
    Constructor(&'a str),
    Method(&'a str, &'a str),
    Static(&'a str, &'a str),
}

impl<'a> FuncName<'a> {
    /// Takes a name apart.
    pub(super) fn parse(name: &'a str) -> Self {
        if let Some(resource) = name.strip_prefix("[constructor]") {
            return Self::Constructor(resource);
        }
        if let Some((resource, method)) =
            name.strip_prefix("[method]").and_then(|name| name.split_once('.'))
        {
            return Self::Method(resource, method);
        }
        if let Some((resource, method)) =
            name.strip_prefix("[static]").and_then(|name| name.split_once('.'))
        {
            return Self::Static(resource, method);
        }
        Self::Plain(name)
    }

    /// The resource that the function belongs to.
    pub(super) fn resource(&self) -> Option<&'a str> {
        match *self {
            Self::Plain(_) => None,
            Self::Constructor(resource) | Self::Method(resource, _) | Self::Static(resource, _) => {
                Some(resource)
            }
        }
    }
}

impl Emitter<'_> {
    /// The list for declarations that read this root: it must exist by then.
    pub(super) fn state_of(&mut self, root: HostRoot) -> &mut Vec<Stmt> {
        match root {
            HostRoot::Import(_) => &mut self.state,
            HostRoot::Instance(instance) => self.instance_state.entry(instance).or_default(),
        }
    }

    /// A host function called with lifted arguments.
    pub(super) fn host_call(&mut self, item: &HostItem, mut args: Vec<Expr>) -> Expr {
        let name = self.host_name(item).to_owned();
        match FuncName::parse(&name) {
            FuncName::Method(_, method) => {
                let this = if args.is_empty() { js::undefined() } else { args.remove(0) };
                js::call_method(this, &lower_camel(method), args)
            }
            FuncName::Static(resource, method) => {
                let method = lower_camel(method);
                let class = self.host_sibling(item, resource);
                js::call_method(class, &method, args)
            }
            FuncName::Constructor(resource) => {
                let class = self.host_sibling(item, resource);
                js::new(class, args)
            }
            FuncName::Plain(name) => {
                let name = lower_camel(name);
                match self.host_parent(item) {
                    Some(parent) => js::call_method(js::id(&parent), &name, args),
                    None => js::call(self.host_value(item), args),
                }
            }
        }
    }

    /// A host item as a value: a function, class, instance, module or component.
    pub(super) fn host_value(&mut self, item: &HostItem) -> Expr {
        let Some(parent) = self.host_parent(item) else {
            return js::id(&self.host_root(item.root));
        };
        let name = self.host_name(item).to_owned();
        let key = match FuncName::parse(&name) {
            FuncName::Plain(name) if self.is_resource(item) => upper_camel(name),
            FuncName::Plain(name) => instance_key(name),
            FuncName::Constructor(resource) => upper_camel(resource),
            FuncName::Method(resource, method) => {
                let prototype =
                    js::member(js::member(js::id(&parent), &upper_camel(resource)), "prototype");
                return js::member(prototype, &lower_camel(method));
            }
            FuncName::Static(resource, method) => {
                return js::member(
                    js::member(js::id(&parent), &upper_camel(resource)),
                    &lower_camel(method),
                );
            }
        };
        js::member(js::id(&parent), &key)
    }

    /// The class that the host passes for a resource type.
    pub(super) fn host_class(&mut self, item: &HostItem) -> Expr {
        match self.host_parent(item) {
            Some(parent) => js::member(js::id(&parent), &upper_camel(self.host_name(item))),
            None => js::id(&self.host_root(item.root)),
        }
    }

    pub(super) fn host_name<'b>(&'b self, item: &'b HostItem) -> &'b str {
        match (item.path.last(), item.root) {
            (Some(name), _) => name,
            (None, HostRoot::Import(import)) => &self.linked.imports[import.index()].name,
            (None, HostRoot::Instance(_)) => "component",
        }
    }

    /// The instance that holds an item; `None` where the item is a root itself.
    pub(super) fn host_parent(&mut self, item: &HostItem) -> Option<Name> {
        let (_, parents) = item.path.split_last()?;
        let mut parent = self.host_root(item.root);
        let mut path = Vec::new();
        for name in parents {
            path.push(name.clone());
            let item = HostItem { root: item.root, path: path.clone() };
            parent = if let Some(name) = self.host_instances.get(&item) {
                name.clone()
            } else {
                let variable = self.names.fresh(&lower_camel(name));
                let value = js::member(js::id(&parent), &instance_key(name));
                self.state_of(item.root).push(js::const_(&variable, value));
                self.host_instances.insert(item, variable.clone());
                variable
            };
        }
        Some(parent)
    }

    /// A class beside a function of its resource.
    fn host_sibling(&mut self, item: &HostItem, resource: &str) -> Expr {
        if let Some(parent) = self.host_parent(item) {
            return js::member(js::id(&parent), &upper_camel(resource));
        }
        let import = self.linked.imports.iter().position(|import| import.name == resource);
        match import {
            Some(import) => js::id(&self.host_root(HostRoot::Import(ImportIndex::at(import)))),
            None => js::undefined(),
        }
    }

    /// The variable that holds an import or the exports of an imported component's instance.
    pub(super) fn host_root(&mut self, root: HostRoot) -> Name {
        let key = HostItem { root, path: vec![] };
        if let Some(name) = self.host_instances.get(&key) {
            return name.clone();
        }
        let variable = match root {
            HostRoot::Instance(instance) => self.names.fresh(&format!("component{}", instance.0)),
            HostRoot::Import(import) => {
                self.names.fresh(&instance_key(&self.linked.imports[import.index()].name))
            }
        };
        self.host_instances.insert(key, variable.clone());
        variable
    }

    /// Whether an incompatible version of the same interface is imported too.
    pub(super) fn has_rival(&self, name: &str) -> bool {
        let track = |name: &str| {
            let (path, version) = name.split_once('@')?;
            let end = match version.split('.').collect::<Vec<_>>()[..] {
                _ if version.contains('-') => version.len(),
                ["0", "0", ..] => version.len(),
                ["0", minor, ..] => minor.len() + 2,
                [major, ..] => major.len(),
                [] => 0,
            };
            Some((path.to_owned(), version[..end].to_owned()))
        };
        let Some((path, own)) = track(name) else { return false };
        let others = self.linked.imports.iter().filter_map(|import| track(&import.name));
        others.into_iter().any(|(other, version)| other == path && version != own)
    }

    /// The name of an import, which errors show, as a constant.
    pub(super) fn import_label(&mut self, root: HostRoot) -> Expr {
        let HostRoot::Import(import) = root else { return js::str("component") };
        if let Some(name) = self.import_labels.get(&import) {
            return js::id(name);
        }
        let text = &self.linked.imports[import.index()].name;
        let name = self.names.fresh(&format!("{}Name", instance_key(text)));
        self.import_labels.insert(import, name.clone());
        js::id(&name)
    }

    fn is_resource(&self, item: &HostItem) -> bool {
        let HostRoot::Import(import) = item.root else { return false };
        let mut kind = &self.linked.imports[import.index()].kind;
        for name in &item.path {
            let ImportKind::Instance(exports) = kind else { return false };
            let Some(export) = exports.get(name) else { return false };
            kind = export;
        }
        matches!(kind, ImportKind::Resource(_))
    }
}
