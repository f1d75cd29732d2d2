//! Links are checked when a component is instantiated, as `WebAssembly.instantiate`
//! does it: each import is looked for and compared with its type, whether it is used
//! or not, and one `LinkError` tells all that does not fit. Only what the types of the
//! imports name is written; `runtime/import.js` has the rest.

use super::emitter::{Emitter, text_steps};
use super::host::FuncName;
use super::js::{self, Expr, Stmt};
use super::names::{Name, instance_key, lower_camel, upper_camel};
use super::runtime::Helper;
use crate::index::{HostInstanceIndex, ImportIndex, ResourceIndex};
use crate::link::linked::{HostItem, HostRoot, ImportKind, Linked, ModuleType, ResourceKind};

/// The members that an instance must have.
#[derive(Default)]
struct Members<'l> {
    /// Paths of functions and classes, `Class.key` for a static one, `inner.key` for
    /// one of an instance in it.
    functions: Vec<String>,
    /// Core modules, with their paths.
    modules: Vec<(String, &'l ModuleType)>,
}

impl<'a> Emitter<'a> {
    /// The statements that look for the imports and check them.
    pub(super) fn link_imports(&mut self) -> Vec<Stmt> {
        let linked = self.linked;
        let mut stmts = Vec::new();
        for (i, import) in linked.imports.iter().enumerate() {
            let index = ImportIndex::at(i);
            let root = HostItem { root: HostRoot::Import(index), path: vec![] };
            let variable = self.host_instances.get(&root).cloned();
            if variable.is_none() && !self.is_looked_for(&import.name, &import.kind, &root) {
                continue;
            }
            self.steps += text_steps(&import.name);
            let label = match self.import_labels.get(&index) {
                Some(name) => {
                    stmts.push(js::const_(name, js::str(&import.name)));
                    js::id(name)
                }
                None => js::str(&import.name),
            };
            self.link_import(&mut stmts, index, &import.kind, &label, variable.as_ref());
        }
        if stmts.is_empty() {
            return stmts;
        }
        self.uses_imports = true;
        let is_wasi = linked.imports.iter().any(|import| import.name.starts_with("wasi:"));
        let check = if is_wasi { Helper::CheckLinkedWasi } else { Helper::CheckLinked };
        let problems = self.problems();
        stmts.push(js::expr_stmt(self.helper(check, vec![js::id(&problems)])));
        stmts
    }

    /// Whether an import is something by itself at run time.
    fn is_looked_for(&self, name: &str, kind: &ImportKind, root: &HostItem) -> bool {
        if let ImportKind::Resource(resource) = kind {
            return self.defines(*resource, root);
        }
        // Methods, constructors and statics are their class's.
        FuncName::parse(name).resource().is_none() && !is_empty(kind)
    }

    /// Whether an item is the class of a resource type, and not a name for one that is elsewhere.
    fn defines(&self, resource: ResourceIndex, item: &HostItem) -> bool {
        let kind = &self.linked.resources[resource.index()].kind;
        matches!(kind, ResourceKind::Imported(own) if own == item)
    }

    /// Looks for one import: a constant, where it is used.
    fn link_import(
        &mut self,
        stmts: &mut Vec<Stmt>,
        index: ImportIndex,
        kind: &'a ImportKind,
        label: &Expr,
        variable: Option<&Name>,
    ) {
        let problems = self.problems();
        let mut args = vec![js::id(&problems), js::id(&self.imports_param), label.clone()];
        let mut modules = Vec::new();
        let helper = match kind {
            ImportKind::Func(_) => Helper::FindFunction,
            ImportKind::Resource(_) => {
                args.push(js::str("class"));
                args.extend(self.paths(&statics_of(self.linked, index)));
                Helper::FindFunction
            }
            ImportKind::Instance(items) => {
                let mut members = Members::default();
                let root = HostItem { root: HostRoot::Import(index), path: vec![] };
                self.members(items, &root, "", &mut members);
                args.extend(self.paths(&members.functions));
                modules = members.modules;
                let name = &self.linked.imports[index.index()].name;
                if self.has_rival(name) { Helper::FindVersion } else { Helper::FindInstance }
            }
            ImportKind::Module(ty) => {
                args.extend(self.module_type(ty));
                Helper::FindModule
            }
            ImportKind::Component => Helper::FindComponent,
            ImportKind::Type => Helper::FindDefault,
        };
        let value = self.helper(helper, args);
        stmts.push(match variable {
            Some(name) => js::const_(name, value),
            None if modules.is_empty() => js::expr_stmt(value),
            None => {
                let name =
                    self.names.fresh(&instance_key(&self.linked.imports[index.index()].name));
                let found = js::const_(&name, value);
                stmts.push(found);
                return self.check_modules(stmts, &name, label, modules);
            }
        });
        if let Some(name) = variable {
            self.check_modules(stmts, name, label, modules);
        }
    }

    /// Checks the exports of an instance of a component that the host passed in.
    pub(super) fn check_host_instance(&mut self, instance: HostInstanceIndex) -> Vec<Stmt> {
        let linked = self.linked;
        let root = HostRoot::Instance(instance);
        let Some(ImportKind::Instance(items)) = linked.host_instances.get(instance.index()) else {
            return vec![];
        };
        let mut members = Members::default();
        self.members(items, &HostItem { root, path: vec![] }, "", &mut members);
        let (problems, variable) = (self.problems(), self.host_root(root));
        let label = js::str("component");
        let mut args = vec![js::id(&problems), js::id(&variable), label.clone()];
        args.extend(self.paths(&members.functions));
        let mut stmts = vec![js::expr_stmt(self.helper(Helper::CheckInstance, args))];
        self.check_modules(&mut stmts, &variable, &label, members.modules);
        stmts.push(js::expr_stmt(self.helper(Helper::CheckLinked, vec![js::id(&problems)])));
        stmts
    }

    /// The list of what does not fit.
    pub(super) fn problems(&mut self) -> Name {
        if let Some(name) = &self.problems {
            return name.clone();
        }
        let name = self.names.fresh("problems");
        self.problems = Some(name.clone());
        name
    }

    fn check_modules(
        &mut self,
        stmts: &mut Vec<Stmt>,
        instance: &Name,
        label: &Expr,
        modules: Vec<(String, &ModuleType)>,
    ) {
        for (path, ty) in modules {
            let problems = self.problems();
            let mut args = vec![js::id(&problems), js::id(instance), js::str(&path), label.clone()];
            args.extend(self.module_type(ty));
            stmts.push(js::expr_stmt(self.helper(Helper::CheckInnerModule, args)));
        }
    }

    /// The exports and the imports of a module.
    fn module_type(&mut self, ty: &ModuleType) -> [Expr; 2] {
        let row = |texts: &[&str]| js::array(texts.iter().map(|text| js::str(text)).collect());
        for (name, _) in &ty.exports {
            self.steps += text_steps(name);
        }
        for (module, name, _) in &ty.imports {
            self.steps += text_steps(module) + text_steps(name);
        }
        let exports = ty.exports.iter().map(|(name, kind)| row(&[name, kind])).collect();
        let imports =
            ty.imports.iter().map(|(module, name, kind)| row(&[module, name, kind])).collect();
        [js::array(exports), js::array(imports)]
    }

    /// Paths as one text, if there are any.
    fn paths(&mut self, functions: &[String]) -> Option<Expr> {
        self.steps += functions.iter().map(|path| text_steps(path)).sum::<usize>();
        (!functions.is_empty()).then(|| js::str(&functions.join(" ")))
    }

    /// Collects what the exports of an instance are at run time.
    fn members<'l>(
        &self,
        items: impl IntoIterator<Item = (&'l String, &'l ImportKind)>,
        holder: &HostItem,
        prefix: &str,
        members: &mut Members<'l>,
    ) {
        for (name, kind) in items {
            let mut item = holder.clone();
            item.path.push(name.clone());
            match kind {
                ImportKind::Func(_) => match FuncName::parse(name) {
                    FuncName::Plain(name) => {
                        members.functions.push(format!("{prefix}{}", lower_camel(name)));
                    }
                    FuncName::Static(class, method) => {
                        let (class, method) = (upper_camel(class), lower_camel(method));
                        members.functions.push(format!("{prefix}{class}.{method}"));
                    }
                    // Methods are looked for on the objects.
                    FuncName::Constructor(_) | FuncName::Method(..) => {}
                },
                ImportKind::Resource(resource) => {
                    if self.defines(*resource, &item) {
                        members.functions.push(format!("{prefix}{}", upper_camel(name)));
                    }
                }
                ImportKind::Instance(items) => {
                    let prefix = format!("{prefix}{}.", instance_key(name));
                    self.members(items, &item, &prefix, members);
                }
                ImportKind::Module(ty) => {
                    members.modules.push((format!("{prefix}{}", instance_key(name)), ty));
                }
                ImportKind::Component => {
                    let component = instance_key(name);
                    members.functions.push(format!("{prefix}{component}.instantiate"));
                }
                ImportKind::Type => {}
            }
        }
    }
}

/// The statics that a class at the root must have.
fn statics_of(linked: &Linked<'_>, resource: ImportIndex) -> Vec<String> {
    let class = &linked.imports[resource.index()].name;
    let names = linked.imports.iter().map(|import| FuncName::parse(&import.name));
    let of_class = |name| match name {
        FuncName::Static(resource, method) if resource == class => Some(lower_camel(method)),
        FuncName::Static(..)
        | FuncName::Plain(_)
        | FuncName::Constructor(_)
        | FuncName::Method(..) => None,
    };
    names.filter_map(of_class).collect()
}

/// Whether there is nothing of an import at run time.
pub(super) fn is_empty(kind: &ImportKind) -> bool {
    match kind {
        ImportKind::Instance(items) => items.values().all(is_empty),
        ImportKind::Type => true,
        ImportKind::Func(_)
        | ImportKind::Resource(_)
        | ImportKind::Module(_)
        | ImportKind::Component => false,
    }
}
