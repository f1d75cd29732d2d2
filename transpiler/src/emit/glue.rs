//! The glue: the module that exports `instantiate`.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;

use super::async_call::core_defs;
use super::call::CallShape;
use super::emitter::{Emitter, FUNCTION_STEPS, ROOT, text_steps};
use super::export_names::export_names;
use super::file::{ModuleFile, Shared};
use super::host::FuncName;
use super::js::{self, ClassMember, Expr, Pat, Prop, Stmt};
use super::names::{Name, instance_key, lower_camel, upper_camel};
use super::runtime::Helper;
use super::steps::{DRIVERS, Driver, Form};
use crate::error::Result;
use crate::index::{
    CoreInstanceIndex, HostInstanceIndex, InstanceIndex, LiftIndex, ResourceIndex, TrampolineIndex,
};
use crate::limit::interrupt::CHECK;
use crate::link::linked::{
    AsyncBuiltin, CoreDef, CoreModule, Export, Func, HostRoot, Initializer, Linked, ModuleRef,
    ResourceKind, Trampoline,
};
use crate::options::{Options, Target};
use crate::output::File;
use crate::reach::{Need, Reach};

/// The file of the glue, and its source map if that is asked for.
pub(super) fn glue(
    linked: &Linked<'_>,
    reach: &Reach,
    options: &Options,
    name_of_file: &str,
) -> Result<Vec<File<'static>>> {
    let mut file = ModuleFile::new(options);
    let mut shared = file.shared();
    let forms = DRIVERS.map(|driver| shared.exported(driver.key));
    let form = Form::of(linked);
    let name = match form {
        Form::AtOnce => forms[0].clone(),
        Form::Both => shared.names.fresh("steps"),
    };
    let mut emitter = Emitter::new(linked, reach.clone(), shared, 0);
    emitter.strict = options.strict;
    let function = emitter.instantiate(options, &name, form)?;
    let exported = match form {
        Form::AtOnce => vec![function],
        Form::Both => {
            emitter.items.push(js::item(function));
            let mut both = Vec::new();
            for (driver, form) in DRIVERS.iter().zip(&forms) {
                let (param, body) = emitter.drive(driver, &name, None);
                both.push(js::fn_decl(form, vec![param], body));
            }
            both
        }
    };
    if options.target == Target::Function {
        let props = forms.iter().zip(DRIVERS).take(exported.len());
        let props = props.map(|(form, driver)| (driver.key, js::id(form))).collect();
        for function in exported {
            file.push(function);
        }
        file.push(js::ret(js::object(props)));
        return Ok(file.finish(name_of_file, options));
    }
    let doc = jspi_doc(reach);
    for function in exported {
        let mut item = js::export_decl(function);
        if let Some(text) = &doc {
            item = file.docs.item(text, item);
        }
        file.items.push(item);
    }
    Ok(file.finish(name_of_file, options))
}

/// Which exports are suspended by JSPI, and which of them cannot do without.
fn jspi_doc(reach: &Reach) -> Option<String> {
    let mut lines = Vec::new();
    for export in reach.exports.iter().filter(|export| export.suspends) {
        let label = &export.label;
        lines.push(match &export.need {
            Some(Need { reason, is_certain: true }) => {
                format!("- `{label}` needs it: it {reason}")
            }
            Some(Need { reason, is_certain: false }) => {
                format!("- `{label}` may need it: it can get to code that {reason}")
            }
            None => format!("- `{label}` uses it, as an option says"),
        });
    }
    let intro = "Makes an instance. Exports that JSPI (JavaScript Promise Integration) suspends:";
    (!lines.is_empty()).then(|| format!("{intro}\n\n{}", lines.join("\n")))
}

/// The export that is meant to block, for an error: ``export `run` calls `waitable-set.wait` ``.
fn certain_need(reach: &Reach) -> Option<String> {
    let (export, need) = reach.certain().next()?;
    let what = format!("export `{}` {}", export.label, need.reason);
    Some(match reach.certain().count() - 1 {
        0 => what,
        more => format!("{what} (and {more} more block too)"),
    })
}

/// The core modules of a component and of the components that it exports, in the
/// order in which `instantiate` gets them.
pub(super) fn all_modules<'l, 'a>(linked: &'l Linked<'a>) -> Vec<&'l CoreModule<'a>> {
    let mut modules: Vec<_> = linked.modules.iter().collect();
    for component in exported_components(&linked.exports) {
        modules.extend(all_modules(component));
    }
    modules
}

fn exported_components<'l, 'a>(exports: &'l IndexMap<String, Export<'a>>) -> Vec<&'l Linked<'a>> {
    let mut components = Vec::new();
    for export in exports.values() {
        match export {
            Export::Component(component) => components.push(&**component),
            Export::Instance(items) => components.extend(exported_components(items)),
            Export::Func { .. }
            | Export::Resource(_)
            | Export::Type
            | Export::Module(_)
            | Export::Host(_) => {}
        }
    }
    components
}

impl Emitter<'_> {
    /// `function instantiate(cores, imports, options) { … }`, or the generator that both forms run.
    fn instantiate(&mut self, options: &Options, name: &Name, form: Form) -> Result<Stmt> {
        if form == Form::Both {
            self.later = Some(self.names.fresh("later"));
        }
        let cores = self.names.fresh("cores");
        let options_param = self.names.fresh("options");
        self.name_instances();
        if options.is_interruptible() {
            self.deadline = Some(self.names.fresh("deadline"));
        }
        // Everything is written first, which finds out what state it needs.
        let mut next_module = self.first_module + self.linked.modules.len();
        let steps = self.write_steps(&cores, options, &mut next_module)?;
        let exports =
            self.export_object(&cores, &self.linked.exports, "", true, options, &mut next_module)?;
        self.element_copies();
        let dtors = self.destructors();
        let links = self.link_imports();
        let mut behind = BTreeMap::new();
        for instance in 0..self.linked.host_instances.len() {
            let instance = HostInstanceIndex::at(instance);
            behind.insert(instance, self.check_host_instance(instance));
        }

        let classes = std::mem::take(&mut self.classes);
        for (instance, state) in std::mem::take(&mut self.instance_state) {
            behind.entry(instance).or_default().extend(state);
        }
        self.instance_state = behind;
        let mut body = self.declarations(links, options, &options_param);
        self.take_steps(&mut body, steps, &dtors);
        body.extend(classes);
        body.push(js::ret(self.disposable(exports)));
        let params = self.instantiate_params(&cores, &options_param);
        let body = self.explain_start(body);
        Ok(js::fn_decl_with(form.kind(), name, params, body))
    }

    /// Adds `[Symbol.dispose]() { … }` to the exports of an instance that holds what is the
    /// host's; first, so that where there is no such symbol no export is hidden.
    fn disposable(&mut self, mut exports: Expr) -> Expr {
        if !self.reach.holds {
            return exports;
        }
        let dispose = if self.uses_async {
            let store = js::id(&self.async_store());
            self.helper(Helper::DisposeStore, vec![store])
        } else {
            let root = self.instance(ROOT);
            self.helper(Helper::Dispose, vec![js::id(&root)])
        };
        let symbol = js::member(js::ident_str("Symbol"), "dispose");
        let method = js::method(js::Key::computed(symbol), (), vec![js::expr_stmt(dispose)]);
        if let Expr::Object(object) = &mut exports {
            object.props.insert(0, method);
        }
        exports
    }

    /// `instance.release = () => releaseHandles([…])`, and the variable for start functions.
    fn declare_release(&mut self, state: &mut Vec<Stmt>) {
        if !self.reach.holds {
            return;
        }
        let (owner, value) = if self.uses_async {
            let store = js::id(&self.async_store());
            let release = self.helper(Helper::ReleaseStore, vec![store.clone()]);
            (store, release)
        } else {
            let root = js::id(&self.instance(ROOT));
            (root, self.helper(Helper::ReleaseHandles, vec![self.all_handles()]))
        };
        let mut release = js::assign(js::member(owner, "release"), js::arrow((), value));
        if self.linked.modules.iter().any(|module| module.has_start) {
            let name = self.names.fresh("release");
            release = js::assign(js::id(&name), release);
            self.release = Some(name);
        }
        state.push(js::expr_stmt(release));
    }

    /// Names the instances that `instantiate` makes.
    fn name_instances(&mut self) {
        let mut host_instance = 0;
        for initializer in &self.linked.initializers {
            match initializer {
                Initializer::InstantiateModule { .. } => {
                    let name = self.names.fresh("core");
                    self.core_instances.push(name);
                }
                Initializer::InstantiateComponent { .. } => {
                    self.host_root(HostRoot::Instance(HostInstanceIndex(host_instance)));
                    host_instance += 1;
                }
            }
        }
    }

    /// Statements that make each instance, in the order of the initializers.
    fn write_steps(
        &mut self,
        cores: &Name,
        options: &Options,
        next_module: &mut usize,
    ) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        for initializer in &self.linked.initializers {
            self.check_budget(options)?;
            self.steps += 1;
            steps.push(match initializer {
                Initializer::InstantiateModule { module, args } => {
                    let check = self.check_import(module);
                    let module = self.module_value(cores, module);
                    let args = self.module_args(args, check);
                    let value = self.core_exports(module, args);
                    Step { value, classes: vec![] }
                }
                Initializer::InstantiateComponent { component, args } => {
                    let args = self.export_object(cores, args, "", false, options, next_module)?;
                    let classes = std::mem::take(&mut self.classes);
                    let component = self.host_value(component);
                    Step { value: js::call_method(component, "instantiate", vec![args]), classes }
                }
            });
        }
        Ok(steps)
    }

    /// Statements before the first instance: checks, state, and functions for types and
    /// trampolines.
    fn declarations(
        &mut self,
        mut links: Vec<Stmt>,
        options: &Options,
        options_param: &Name,
    ) -> Vec<Stmt> {
        let option = |key| js::member(js::id(options_param), key);
        if self.uses_async {
            self.async_store();
        } else if self.reach.holds {
            self.instance(ROOT);
        }
        let mut state = std::mem::take(&mut self.state);
        if self.uses_async && self.runtime.uses(Helper::HostFailure) {
            let key = "onStreamError";
            let store = js::member(js::id(&self.async_store()), key);
            state.push(js::expr_stmt(js::assign(store, option(key))));
        }
        let max_handles = js::nullish(option("maxHandles"), js::num(options.budget.handles));
        if self.uses_async {
            let held = js::member(js::id(&self.async_store()), "held");
            state.push(js::expr_stmt(js::assign(js::member(held, "max"), max_handles)));
        } else if let Some(held) = &self.held {
            let counter = js::object(vec![("count", js::num(0)), ("max", max_handles)]);
            state.insert(0, js::const_(held, counter));
        }
        self.declare_deadline(&mut state, option("timeout"), options);
        self.declare_release(&mut state);
        let mut body = Vec::new();
        if let Some(what) = certain_need(&self.reach) {
            let check = self.helper(Helper::RequireJspi, vec![js::str(&what)]);
            body.push(js::expr_stmt(check));
        }
        if self.runtime.uses(Helper::Trap) {
            let given = || option("trapModule");
            let use_it = self.helper(Helper::UseTrapModule, vec![given()]);
            body.push(js::if_(given(), vec![js::expr_stmt(use_it)], None));
        }
        if !self.contexts.is_empty() {
            let budget = self.names.fresh("maxLiftBytes");
            let given = js::nullish(option("maxLiftBytes"), js::num(options.budget.lift));
            body.push(js::const_(&budget, given));
            self.budget = Some(budget);
        }
        if let Some(problems) = &self.problems {
            body.push(js::const_(problems, js::array(vec![])));
        }
        body.append(&mut links);
        body.append(&mut state);
        body.append(&mut self.functions);
        body
    }

    /// `const deadline = new Deadline(options.timeout ?? 1000)`, and the function that core code
    /// calls to look at the time.
    fn declare_deadline(&mut self, state: &mut Vec<Stmt>, given: Expr, options: &Options) {
        let Some(deadline) = self.deadline.clone() else { return };
        let class = if self.uses_async { Helper::AsyncDeadline } else { Helper::Deadline };
        let class = self.runtime.import(class);
        let milliseconds = |it| f64::from(u32::try_from(it).unwrap_or(u32::MAX));
        let default = js::num(options.timeout.map_or(f64::INFINITY, milliseconds));
        let value = js::new(js::id(&class), vec![js::nullish(given, default)]);
        state.insert(0, js::const_(&deadline, value));
        if let Some(check) = self.time_check.clone() {
            let value = self.helper(Helper::TimeCheck, vec![js::id(&deadline)]);
            state.insert(1, js::const_(&check, value));
        }
    }

    /// Makes the instances, and binds behind each what waits for it.
    fn take_steps(&mut self, body: &mut Vec<Stmt>, steps: Vec<Step>, dtors: &[Destructor]) {
        let mut ready = Ready::default();
        let (mut core, mut host) = (0, 0);
        for (initializer, Step { value, classes }) in self.linked.initializers.iter().zip(steps) {
            body.extend(classes);
            let (name, behind) = match initializer {
                Initializer::InstantiateModule { .. } => {
                    core += 1;
                    (self.core_instances[core - 1].clone(), None)
                }
                Initializer::InstantiateComponent { .. } => {
                    host += 1;
                    let instance = HostInstanceIndex::at(host - 1);
                    let behind = self.instance_state.remove(&instance);
                    (self.host_root(HostRoot::Instance(instance)), behind)
                }
            };
            body.push(js::const_(&name, value));
            body.extend(behind.into_iter().flatten());
            self.bind_ready(body, &mut ready, core, dtors);
        }
        self.bind_ready(body, &mut ready, usize::MAX, dtors);
    }

    /// `(later, cores, imports = {}, options = {})`, as far as they are used.
    fn instantiate_params(&self, cores: &Name, options_param: &Name) -> Vec<Pat> {
        let uses_options = !self.contexts.is_empty()
            || self.held.is_some()
            || self.uses_async
            || self.deadline.is_some()
            || [Helper::Trap, Helper::HostFailure].iter().any(|it| self.runtime.uses(*it));
        let optional = |name| js::default_pat(name, js::object::<String>(vec![]));
        let mut params: Vec<Pat> = self.later.iter().chain([cores]).map(js::pat).collect();
        if self.uses_imports || uses_options {
            params.push(optional(&self.imports_param));
        }
        if uses_options {
            params.push(optional(options_param));
        }
        params
    }

    /// A start function may call an import, and what that throws is the caller's to see.
    fn explain_start(&mut self, body: Vec<Stmt>) -> Vec<Stmt> {
        let suspends = self.reach.start_suspends && self.runtime.uses(Helper::Suspending);
        let explains = (self.has_imports || suspends) && !self.core_instances.is_empty();
        if !explains && self.release.is_none() {
            return body;
        }
        let error = self.names.fresh("error");
        let mut cause = js::id(&error);
        if suspends {
            let what = js::str("a start function");
            cause = self.helper(Helper::ExplainSuspension, vec![cause, what]);
        }
        let cause = self.helper(Helper::CauseOf, vec![cause]);
        let mut catch = vec![js::throw(cause)];
        let mut start = Vec::new();
        if let Some(release) = &self.release {
            catch.insert(0, js::expr_stmt(js::opt_call(js::id(release), vec![])));
            start.push(js::lets(vec![(release, None)]));
        }
        start.push(js::try_catch(body, Some(&error), catch, None));
        start
    }

    /// Binds contexts, core functions and destructors whose core instances exist by now.
    fn bind_ready(
        &mut self,
        body: &mut Vec<Stmt>,
        ready: &mut Ready,
        instances: usize,
        dtors: &[Destructor],
    ) {
        ready.contexts.note(self.contexts.keys(), |key| {
            awaited(&key.memory).max(key.realloc.as_ref().map_or(0, awaited))
        });
        for i in ready.contexts.take(instances) {
            let (key, name) = self.contexts.get_index(i).expect("contexts are only added");
            let (key, name) = (key.clone(), name.clone());
            let class =
                self.runtime.import(if key.is64 { Helper::Context64 } else { Helper::Context });
            let memory = self.core_value(&key.memory);
            let instance = self.instance(key.instance);
            let mut realloc =
                key.realloc.as_ref().map_or_else(js::undefined, |def| self.core_value(def));
            if key.realloc.is_some() && self.has_contexts.contains(&key.instance) {
                realloc = self.helper(Helper::OnOwnThread, vec![js::id(&instance), realloc]);
            }
            let budget = self.budget.clone().expect("set where there are contexts");
            let args = vec![js::id(&instance), memory, realloc, js::id(&budget)];
            body.push(js::const_(&name, js::new(js::id(&class), args)));
        }
        ready.funcs.note(self.core_funcs.keys(), awaited);
        for i in ready.funcs.take(instances) {
            let (def, name) = self.core_funcs.get_index(i).expect("functions are only added");
            let (def, name) = (def.clone(), name.clone());
            body.push(js::const_(&name, self.core_value(&def)));
        }
        let linked = self.linked;
        ready.lifted.note(self.asynchronous.lifted.keys(), |lift| {
            core_defs(linked, *lift).iter().flatten().map(|def| awaited(def)).max().unwrap_or(0)
        });
        for i in ready.lifted.take(instances) {
            self.bind_lifted(body, i);
        }
        ready.dtors.note(dtors.iter(), |dtor| awaited(&dtor.core));
        for i in ready.dtors.take(instances) {
            let Destructor { resource, instance, core } = &dtors[i];
            let mut value = self.callee_value(core);
            if self.uses_async {
                let instance = self.instance(*instance);
                value = self.helper(Helper::Destructor, vec![js::id(&instance), value]);
            }
            body.push(js::expr_stmt(js::assign(js::member(js::id(resource), "dtor"), value)));
        }
    }

    /// The destructors of the resource types in use. One that is a trampoline may use more types.
    fn destructors(&mut self) -> Vec<Destructor> {
        let linked = self.linked;
        let mut dtors = Vec::new();
        let mut position = 0;
        while let Some((index, resource)) = self.used_resource(position) {
            position += 1;
            let ResourceKind::Defined { instance, dtor: Some(core), .. } =
                &linked.resources[index.index()].kind
            else {
                continue;
            };
            if let CoreDef::Trampoline(trampoline) = core {
                self.trampoline(*trampoline);
            }
            if self.uses_async {
                self.instance(*instance);
                self.runtime.import(Helper::Destructor);
            }
            dtors.push(Destructor { resource, instance: *instance, core: core.clone() });
        }
        dtors
    }

    /// A core function for the glue to call.
    pub(super) fn callee_value(&mut self, def: &CoreDef) -> Expr {
        match def {
            CoreDef::Trampoline(trampoline) => js::id(&self.trampoline(*trampoline)),
            CoreDef::Export { .. } => self.core_value(def),
        }
    }

    /// A core item as an expression.
    pub(super) fn core_value(&mut self, def: &CoreDef) -> Expr {
        match def {
            CoreDef::Export { instance, name } => {
                js::member(js::id(self.core_instance(*instance)), name)
            }
            CoreDef::Trampoline(trampoline) => {
                let mut function = js::id(&self.trampoline(*trampoline));
                if self.may_throw
                    && runs_others(&self.linked.trampolines[trampoline.index()], self.uses_async)
                {
                    function = self.helper(Helper::TrapThrown, vec![function]);
                }
                if self.reach.trampoline(*trampoline) {
                    return self.helper(Helper::Suspending, vec![function]);
                }
                function
            }
        }
    }

    fn module_value(&mut self, cores: &Name, module: &ModuleRef) -> Expr {
        match module {
            ModuleRef::Static(module) => {
                js::index(js::id(cores), js::num(self.first_module + module.index()))
            }
            ModuleRef::Host(item) => self.host_value(item),
        }
    }

    /// The module from which a core module imports the look at the time, and its value.
    fn check_import(&mut self, module: &ModuleRef) -> Option<(String, Expr)> {
        let ModuleRef::Static(module) = module else { return None };
        let name = self.linked.modules[module.index()].check.clone()?;
        if self.time_check.is_none() {
            self.time_check = Some(self.names.fresh("checkTime"));
        }
        let check = js::id(self.time_check.as_ref()?);
        Some((name, js::object(vec![(CHECK, check)])))
    }

    /// The imports object of a core module; `None` when it imports nothing.
    fn module_args(
        &mut self,
        args: &IndexMap<String, IndexMap<String, CoreDef>>,
        check: Option<(String, Expr)>,
    ) -> Option<Expr> {
        if args.is_empty() && check.is_none() {
            return None;
        }
        let mut modules = Vec::new();
        for (module, fields) in args {
            let value = if let Some(instance) = whole_instance(fields) {
                js::id(self.core_instance(instance))
            } else {
                self.steps += fields.keys().map(|name| text_steps(name)).sum::<usize>();
                let fields =
                    fields.iter().map(|(name, def)| (name.clone(), self.core_value(def))).collect();
                js::object::<String>(fields)
            };
            modules.push((module.clone(), value));
        }
        modules.extend(check);
        Some(js::object::<String>(modules))
    }

    /// The function for a trampoline, written when it is first asked for.
    pub(super) fn trampoline(&mut self, index: TrampolineIndex) -> Name {
        if let Some(name) = self.trampolines.get(&index) {
            return name.clone();
        }
        let linked = self.linked;
        let trampoline = &linked.trampolines[index.index()];
        let hint = match trampoline {
            Trampoline::Lower { func: Func::Host { item, .. }, .. } => {
                let name = item.path.last().map_or("imported", String::as_str);
                lower_camel(name.rsplit(['.', ']']).next().unwrap_or(name))
            }
            Trampoline::Lower { func: Func::Lift(_), .. } => "call".to_owned(),
            Trampoline::ResourceNew { resource, .. } => {
                format!("new{}", self.resource_label(*resource))
            }
            Trampoline::ResourceRep { resource, .. } => {
                format!("rep{}", self.resource_label(*resource))
            }
            Trampoline::ResourceDrop { resource, .. } => {
                format!("drop{}", self.resource_label(*resource))
            }
            Trampoline::Async { builtin, .. } => Self::builtin_hint(builtin),
        };
        let name = self.names.fresh(&hint);
        self.trampolines.insert(index, name.clone());
        self.steps += FUNCTION_STEPS;
        let function = match trampoline {
            Trampoline::Lower { func: Func::Host { item, .. }, ty, options } => {
                self.host_trampoline(item, *ty, *options)
            }
            Trampoline::Lower { func: Func::Lift(lift), ty, options } => {
                self.component_trampoline(*lift, *ty, *options)
            }
            Trampoline::ResourceNew { resource, instance } => {
                self.resource_trampoline(Helper::ResourceNew, *resource, *instance)
            }
            Trampoline::ResourceRep { resource, instance } => {
                self.resource_trampoline(Helper::ResourceRep, *resource, *instance)
            }
            Trampoline::ResourceDrop { resource, instance } => {
                self.resource_trampoline(Helper::ResourceDrop, *resource, *instance)
            }
            Trampoline::Async { builtin, instance } => self.async_builtin(builtin, *instance),
        };
        let mut body = function.body;
        if let Some(deadline) = self.deadline.clone() {
            let count = self.helper(Helper::CountCall, vec![js::id(&deadline)]);
            body.insert(0, js::expr_stmt(count));
        }
        self.functions.push(js::fn_decl(&name, function.params, body));
        name
    }

    fn resource_label(&self, resource: ResourceIndex) -> String {
        upper_camel(self.linked.resources[resource.index()].name.as_deref().unwrap_or("resource"))
    }

    fn resource_trampoline(
        &mut self,
        helper: Helper,
        resource: ResourceIndex,
        instance: InstanceIndex,
    ) -> super::call::Function {
        let mut body = super::scope::Body::new(&self.names);
        let param =
            body.names.fresh(if matches!(helper, Helper::ResourceNew) { "rep" } else { "index" });
        let (table, ty) = (self.handles(instance), self.resource(resource));
        let args = vec![js::id(&table), js::id(&ty), js::id(&param)];
        if !matches!(helper, Helper::ResourceRep) {
            self.leave_check(&mut body, instance);
        }
        let call = self.helper(helper, args);
        let kind = &self.linked.resources[resource.index()].kind;
        let destroys = matches!(helper, Helper::ResourceDrop)
            && matches!(kind, ResourceKind::Defined { dtor: Some(_), .. });
        let mut stmts = vec![js::ret(call)];
        if destroys && self.may_throw {
            stmts = self.trap_on_throw(&mut body, stmts);
        }
        body.stmts.append(&mut stmts);
        super::call::Function { params: vec![param], body: body.stmts }
    }

    /// The object that the host gets for exports, or an imported component for arguments.
    fn export_object(
        &mut self,
        cores: &Name,
        exports: &IndexMap<String, Export<'_>>,
        label: &str,
        is_root: bool,
        options: &Options,
        next_module: &mut usize,
    ) -> Result<Expr> {
        let mut props: IndexMap<String, Prop> = IndexMap::new();
        // The whole name of an interface may be a short one too.
        let add = |props: &mut IndexMap<String, Prop>, key: &str, value: Expr| {
            props.entry(key.to_owned()).or_insert_with(|| js::prop(key, value));
        };
        let members = members_of_resources(exports);
        for (name, key) in export_names(exports, is_root) {
            let inner = if label.is_empty() { name.to_owned() } else { format!("{label}#{name}") };
            self.check_budget(options)?;
            self.steps += text_steps(&inner);
            match &exports[name] {
                Export::Func { func, ty } => {
                    let prop = self.function_prop(key.clone(), func, *ty, &inner);
                    props.insert(key, prop);
                }
                Export::Resource(resource) => {
                    let members = members.get(name).map_or(&[][..], Vec::as_slice);
                    let class = self.resource_class(*resource, name, members, label);
                    add(&mut props, &key, class);
                }
                Export::Instance(items) => {
                    let value =
                        self.export_object(cores, items, &inner, false, options, next_module)?;
                    let variable = self.names.fresh(&instance_key(name));
                    self.classes.push(js::const_(&variable, value));
                    add(&mut props, &key, js::id(&variable));
                    add(&mut props, name, js::id(&variable));
                }
                Export::Module(module) => {
                    let value = self.module_value(cores, module);
                    add(&mut props, &key, value);
                }
                Export::Host(item) => {
                    let value = self.host_value(item);
                    add(&mut props, &key, value.clone());
                    add(&mut props, name, value);
                }
                Export::Type => {}
                Export::Component(component) => {
                    let first = *next_module;
                    *next_module += all_modules(component).len();
                    let value = self.component_value(cores, component, name, options, first)?;
                    add(&mut props, &key, value);
                }
            }
        }
        Ok(js::object_of(props.into_values().collect()))
    }

    /// An exported component: `{ instantiate(imports, options) }`, and `instantiateAsync` where
    /// that may be needed.
    fn component_value(
        &mut self,
        cores: &Name,
        component: &Linked<'_>,
        name: &str,
        options: &Options,
        first_module: usize,
    ) -> Result<Expr> {
        let form = Form::of(component);
        let verb = match form {
            Form::AtOnce => "instantiate",
            Form::Both => "steps",
        };
        let function = self.top.fresh(&format!("{verb}-{name}"));
        let reach = Reach::automatic(component);
        let file = Shared { names: self.top, runtime: self.runtime, items: self.items };
        let mut inner = Emitter::new(component, reach, file, first_module);
        inner.strict = self.strict;
        inner.steps = self.steps;
        let instantiate = inner.instantiate(options, &function, form)?;
        self.steps = inner.steps;
        self.items.push(js::item(instantiate));
        let methods = match form {
            Form::AtOnce => {
                let (imports, given) = (self.names.fresh("imports"), self.names.fresh("options"));
                let args = vec![js::id(cores), js::id(&imports), js::id(&given)];
                let call = js::call(js::id(&function), args);
                vec![js::method("instantiate", vec![imports, given], vec![js::ret(call)])]
            }
            Form::Both => {
                let method = |driver: &Driver| {
                    let (param, body) = self.drive(driver, &function, Some(js::id(cores)));
                    js::method(driver.key, vec![param], body)
                };
                DRIVERS.iter().map(method).collect()
            }
        };
        Ok(js::object_of(methods))
    }

    /// The class of an exported resource with these constructor, methods and statics.
    fn resource_class(
        &mut self,
        resource: ResourceIndex,
        name: &str,
        siblings: &[(&str, FuncName<'_>, &Export<'_>)],
        label: &str,
    ) -> Expr {
        if let ResourceKind::Imported(item) = &self.linked.resources[resource.index()].kind {
            return self.host_class(item);
        }
        if let Some(class) = self.resource_classes.get(&resource) {
            return js::id(class);
        }
        let ty = self.resource(resource);
        let class = self.names.fresh(&upper_camel(name));
        self.resource_classes.insert(resource, class.clone());
        let mut members = Vec::new();
        let mut constructor = None;
        for (sibling, func_name, export) in siblings {
            let Export::Func { func: Func::Lift(lift), ty: func_ty } = export else { continue };
            let label =
                if label.is_empty() { (*sibling).to_owned() } else { format!("{label}#{sibling}") };
            match *func_name {
                FuncName::Constructor(_) => {
                    constructor = Some(self.constructor(*lift, *func_ty, &label, &ty, resource));
                }
                FuncName::Method(_, method) => {
                    let function =
                        self.lifted_function(*lift, *func_ty, &label, &CallShape::Method);
                    members.push(js::class_method(
                        lower_camel(method),
                        function.params,
                        function.body,
                    ));
                }
                // A class has no other static called `prototype` than its own.
                FuncName::Static(_, "prototype") => {}
                FuncName::Static(_, method) => {
                    let function =
                        self.lifted_function(*lift, *func_ty, &label, &CallShape::Function);
                    members.push(js::static_method(
                        lower_camel(method),
                        function.params,
                        function.body,
                    ));
                }
                FuncName::Plain(_) => {}
            }
        }
        let constructor = constructor.unwrap_or_else(|| {
            let message = format!("{} has no constructor", upper_camel(name));
            let error = js::new(js::ident_str("TypeError"), vec![js::str(&message)]);
            js::constructor((), vec![js::throw(error)])
        });
        members.insert(0, constructor);
        let base = self.runtime.import(Helper::GuestResource);
        self.classes.push(js::class_decl(&class, Some(js::id(&base)), members));
        self.classes
            .push(js::expr_stmt(js::assign(js::member(js::id(&ty), "Class"), js::id(&class))));
        js::id(&class)
    }

    /// `constructor(…) { super(type, create(…)); }`
    fn constructor(
        &mut self,
        lift: LiftIndex,
        func_ty: crate::index::FuncTypeId,
        label: &str,
        ty: &Name,
        resource: ResourceIndex,
    ) -> ClassMember {
        let create = self.names.fresh("create");
        let function =
            self.lifted_function(lift, func_ty, label, &CallShape::Constructor(resource));
        self.classes.push(js::fn_decl(&create, &function.params, function.body));
        let call = js::call(js::id(&create), function.params.iter().map(js::id).collect());
        let call = js::super_call(vec![js::id(ty), call]);
        js::constructor(&function.params, vec![js::expr_stmt(call)])
    }
}

/// Constructors, methods and statics of each resource among some exports.
fn members_of_resources<'e, 'a>(
    exports: &'e IndexMap<String, Export<'a>>,
) -> HashMap<&'e str, Vec<(&'e str, FuncName<'e>, &'e Export<'a>)>> {
    let mut members: HashMap<_, Vec<_>> = HashMap::new();
    for (name, export) in exports {
        let func_name = FuncName::parse(name);
        if let Some(resource) = func_name.resource() {
            members.entry(resource).or_default().push((name.as_str(), func_name, export));
        }
    }
    members
}

/// A step of instantiation.
struct Step {
    /// The expression that makes the instance.
    value: Expr,
    /// Classes that it is given.
    classes: Vec<Stmt>,
}

/// The destructor of a resource type.
struct Destructor {
    /// The variable with the type.
    resource: Name,
    /// The instance that defines the type.
    instance: InstanceIndex,
    core: CoreDef,
}

/// Declarations that wait for core instances before they can be bound.
#[derive(Default)]
struct Ready {
    contexts: Waiting,
    funcs: Waiting,
    dtors: Waiting,
    lifted: Waiting,
}

/// Positions in a growing list, by how many core instances each waits for.
#[derive(Default)]
struct Waiting {
    noted: usize,
    by_instances: BTreeMap<usize, Vec<usize>>,
}

impl Waiting {
    /// Takes in what the list has more than last time.
    fn note<T>(&mut self, list: impl ExactSizeIterator<Item = T>, awaited: impl Fn(T) -> usize) {
        let length = list.len();
        for (i, item) in list.enumerate().skip(self.noted) {
            self.by_instances.entry(awaited(item)).or_default().push(i);
        }
        self.noted = length;
    }

    /// The positions of what needs no more than `instances`, in their order, each once.
    fn take(&mut self, instances: usize) -> Vec<usize> {
        let later = self.by_instances.split_off(&instances.saturating_add(1));
        let mut taken: Vec<usize> =
            std::mem::replace(&mut self.by_instances, later).into_values().flatten().collect();
        taken.sort_unstable();
        taken
    }
}

/// The number of core instances that must exist before an item does.
fn awaited(def: &CoreDef) -> usize {
    match def {
        CoreDef::Export { instance, .. } => instance.index() + 1,
        CoreDef::Trampoline(_) => 0,
    }
}

/// Whether a built-in, or a call in a component that takes part in concurrency, may run
/// other core code than its caller expects: of a callee, or the `realloc` of either side.
fn runs_others(trampoline: &Trampoline, uses_async: bool) -> bool {
    use AsyncBuiltin as B;
    match trampoline {
        Trampoline::Lower { func: Func::Lift(_), .. } => uses_async,
        Trampoline::Async { builtin, .. } => matches!(
            builtin,
            B::TaskReturn { .. }
                | B::SubtaskCancel { .. }
                | B::StreamRead { .. }
                | B::StreamWrite { .. }
                | B::FutureRead { .. }
                | B::FutureWrite { .. }
                | B::ErrorContextDebugMessage { .. }
        ),
        Trampoline::Lower { .. }
        | Trampoline::ResourceNew { .. }
        | Trampoline::ResourceRep { .. }
        | Trampoline::ResourceDrop { .. } => false,
    }
}

/// The core instance whose exports object can be passed as it is.
fn whole_instance(fields: &IndexMap<String, CoreDef>) -> Option<CoreInstanceIndex> {
    let mut whole = None;
    for (field, def) in fields {
        let CoreDef::Export { instance, name } = def else { return None };
        if field != name || whole.is_some_and(|whole| whole != *instance) {
            return None;
        }
        whole = Some(*instance);
    }
    whole
}
