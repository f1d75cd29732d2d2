//! The state of emitting one component's glue, and the functions, constants and
//! contexts that it hands out once each.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::mem::{Discriminant, discriminant};

use indexmap::IndexMap;

use super::async_call::AsyncState;
use super::copy::Side;
use super::facts::Facts;
use super::file::Shared;
use super::js::{self, Expr, ModuleItem, Stmt};
use super::names::{Name, Names, upper_camel};
use super::over_budget;
use super::runtime::{Helper, Runtime};
use super::scope::{At, Body, Place, Ptr};
use crate::abi::layout::Layouts;
use crate::abi::shape::{Compound, Items, Variant};
use crate::abi::types::Type;
use crate::error::Result;
use crate::index::{
    CoreInstanceIndex, HostInstanceIndex, ImportIndex, InstanceIndex, OptionsIndex, ResourceIndex,
    TrampolineIndex, TypeId,
};
use crate::link::linked::{
    AsyncBuiltin, CoreDef, Func, HostItem, Initializer, Linked, ModuleRef, ResourceKind, Trampoline,
};
use crate::options::{FUNCTION_BYTES, Options};
use crate::reach::Reach;

/// A function that is emitted once per type (and place) and called, with what of
/// the type it is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum TypeFn<'t> {
    /// `(cx, ptr) => value`
    Load(Compound<'t>),
    /// `(cx, ptr) => name`, of an enum with these cases
    LoadEnum(&'t [String]),
    /// `(cx, begin, length) => list`
    LoadItems(Items),
    /// `(cx, …flat) => value`
    LiftFlat(Variant<'t>),
    /// `(cx, ptr, value, holder, key)`
    Store(Compound<'t>),
    /// `(cx, value, holder, key) => begin`
    StoreItems(Items),
    /// `(cx, value, holder, key) => […flat]`
    LowerFlat(Variant<'t>),
    /// `(from, begin, to, out)`
    Copy,
    /// `(from, begin, length, to) => out`
    CopyItems(Items),
}

impl TypeFn<'_> {
    /// The first word of its name.
    fn verb(self) -> &'static str {
        match self {
            Self::Load(_) | Self::LoadEnum(_) | Self::LoadItems(_) => "load",
            Self::LiftFlat(_) => "lift",
            Self::Store(_) | Self::StoreItems(_) => "store",
            Self::LowerFlat(_) => "lower",
            Self::Copy | Self::CopyItems(_) => "copy",
        }
    }

    /// Which scopes it has parameters for, as far as its type holds handles:
    /// `lent` and `borrows` of what is lent, `passing` of what the host gives.
    fn scopes(self) -> (bool, bool, bool) {
        match self {
            Self::Load(_) | Self::LoadEnum(_) | Self::LoadItems(_) | Self::LiftFlat(_) => {
                (true, false, false)
            }
            Self::Store(_) | Self::StoreItems(_) | Self::LowerFlat(_) => (false, true, true),
            Self::Copy | Self::CopyItems(_) => (true, true, false),
        }
    }
}

/// A memory with its `realloc`, seen from an instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ContextKey {
    pub instance: InstanceIndex,
    pub memory: CoreDef,
    pub realloc: Option<CoreDef>,
    pub is64: bool,
    pub shared: bool,
}

/// The root instance. A call from the host enters all instances at once, so its
/// state says for all of them whether they can be entered.
pub(super) const ROOT: InstanceIndex = InstanceIndex(0);

/// Steps that an item with this name is worth.
pub(super) fn text_steps(name: &str) -> usize {
    1 + name.len() / STEP
}

/// Emits the glue of one component.
#[expect(clippy::struct_excessive_bools, reason = "answers about the component, each its own")]
pub(super) struct Emitter<'a> {
    pub linked: &'a Linked<'a>,
    /// The helpers of the file.
    pub runtime: &'a mut Runtime,
    /// The names of the file's top level.
    pub top: &'a mut Names,
    /// The items of the file.
    pub items: &'a mut Vec<ModuleItem>,
    /// The names of `instantiate`, inside those of the file.
    pub names: Names,
    pub facts: Facts,
    layouts32: Layouts,
    layouts64: Layouts,
    /// Declarations that come first in `instantiate`: instances, tables, resource types, constants.
    pub state: Vec<Stmt>,
    /// Declarations that come right behind an instance of a component that the host passed in.
    pub instance_state: BTreeMap<HostInstanceIndex, Vec<Stmt>>,
    /// Functions for types and trampolines; they hoist.
    pub functions: Vec<Stmt>,
    type_fns: HashMap<(Discriminant<TypeFn<'a>>, TypeId, Place, Place), Name>,
    pub contexts: IndexMap<ContextKey, Name>,
    constants: HashMap<Vec<String>, Name>,
    pub instances: BTreeMap<InstanceIndex, Name>,
    handles: BTreeMap<InstanceIndex, Name>,
    /// The variable with how many handles there are and may be, where that is not the store's.
    pub held: Option<Name>,
    /// Variables of resource types, in the order in which they were asked for.
    resources: IndexMap<ResourceIndex, Name>,
    /// Exports objects of core instances.
    pub core_instances: Vec<Name>,
    /// Core functions that are called, by definition.
    pub core_funcs: IndexMap<CoreDef, Name>,
    /// Whether a host import can be called while the guest runs.
    pub has_imports: bool,
    /// The variable with what lets go of them while `instantiate` runs start functions.
    pub release: Option<Name>,
    /// Whether core code can throw an exception, which traps where it leaves an instance.
    pub may_throw: bool,
    /// Whether a memory of the canonical options is shared between threads.
    shares_memory: bool,
    /// Instances in which the canonical ABI itself calls core code (`realloc`, `post-return`).
    pub calls_back: HashSet<InstanceIndex>,
    /// Instances whose core code has contexts (`context.get`, `context.set`).
    pub has_contexts: HashSet<InstanceIndex>,
    /// The `imports` parameter of `instantiate`.
    pub imports_param: Name,
    /// Whether anything is taken from the imports object.
    pub uses_imports: bool,
    /// Variables that hold imports and instances in them.
    pub host_instances: HashMap<HostItem, Name>,
    /// The list of imports that do not fit, where there are any.
    pub problems: Option<Name>,
    /// Constants with the names of imports.
    pub import_labels: HashMap<ImportIndex, Name>,
    pub trampolines: HashMap<TrampolineIndex, Name>,
    /// Classes and instances of exports, in the order of declaration.
    pub classes: Vec<Stmt>,
    pub resource_classes: HashMap<ResourceIndex, Name>,
    /// Whether the component takes part in concurrency.
    pub uses_async: bool,
    /// The blocking calls in core code.
    pub reach: Reach,
    pub asynchronous: AsyncState,
    /// The variable with the budget for lifted bytes.
    pub budget: Option<Name>,
    /// The variable with the time that calls may take, in interruptible components.
    pub deadline: Option<Name>,
    /// The variable with the function that core code calls to look at the time.
    pub time_check: Option<Name>,
    /// The resource whose constructor is being written, which takes the representation itself.
    pub constructs: Option<ResourceIndex>,
    /// Position of the component's first core module among all that are emitted.
    pub first_module: usize,
    /// The parameter that says whether core instances are waited for, where they may have to be.
    pub later: Option<Name>,
    /// Whether integers and booleans are refused that would be converted.
    pub strict: bool,
    /// The amount written so far, in about equal steps: a type that is visited, an item.
    pub steps: usize,
}

/// About how many bytes a step of writing becomes.
const STEP: usize = 64;
/// Steps that the frame of a function is worth.
pub(super) const FUNCTION_STEPS: usize = FUNCTION_BYTES / STEP;

impl<'a> Emitter<'a> {
    pub(super) fn new(
        linked: &'a Linked<'a>,
        reach: Reach,
        file: Shared<'a>,
        first_module: usize,
    ) -> Self {
        let Shared { names: top, runtime, items } = file;
        let mut names = top.child();
        let imports_param = names.fresh("imports");
        let is_host_call = |trampoline: &Trampoline| {
            matches!(trampoline, Trampoline::Lower { func: Func::Host { .. }, .. })
        };
        let from_host = |initializer: &Initializer<'_>| {
            matches!(initializer, Initializer::InstantiateModule { module: ModuleRef::Host(_), .. })
        };
        let uses_context = |trampoline: &Trampoline| match trampoline {
            Trampoline::Async {
                builtin: AsyncBuiltin::ContextGet { .. } | AsyncBuiltin::ContextSet { .. },
                instance,
            } => Some(*instance),
            _ => None,
        };
        let imports_resource = linked
            .resources
            .iter()
            .any(|resource| matches!(resource.kind, ResourceKind::Imported(_)));
        Self {
            linked,
            runtime,
            top,
            items,
            names,
            facts: Facts::new(&linked.types),
            layouts32: Layouts::new(&linked.types, false),
            layouts64: Layouts::new(&linked.types, true),
            state: Vec::new(),
            instance_state: BTreeMap::new(),
            functions: Vec::new(),
            type_fns: HashMap::new(),
            contexts: IndexMap::new(),
            constants: HashMap::new(),
            instances: BTreeMap::new(),
            handles: BTreeMap::new(),
            held: None,
            resources: IndexMap::new(),
            core_instances: Vec::new(),
            core_funcs: IndexMap::new(),
            has_imports: imports_resource || linked.trampolines.iter().any(is_host_call),
            release: None,
            may_throw: linked.modules.iter().any(|module| module.has_tags)
                || linked.initializers.iter().any(from_host),
            shares_memory: linked.options.iter().any(|options| options.shared),
            calls_back: linked
                .options
                .iter()
                .filter(|options| options.realloc.is_some() || options.post_return.is_some())
                .map(|options| options.instance)
                .collect(),
            has_contexts: linked.trampolines.iter().filter_map(uses_context).collect(),
            imports_param,
            uses_imports: false,
            host_instances: HashMap::new(),
            problems: None,
            import_labels: HashMap::new(),
            trampolines: HashMap::new(),
            classes: Vec::new(),
            resource_classes: HashMap::new(),
            uses_async: reach.uses_async,
            reach,
            asynchronous: AsyncState::default(),
            budget: None,
            deadline: None,
            time_check: None,
            constructs: None,
            first_module,
            later: None,
            strict: false,
            steps: 0,
        }
    }

    /// Ends in an error as soon as the text is bound to be over its budget, so that a
    /// few bytes that ask for gigabytes are refused before those are made.
    pub(super) fn check_budget(&self, options: &Options) -> Result<()> {
        match self.steps.saturating_mul(STEP) {
            bytes if bytes > options.budget.output => Err(over_budget(bytes, options)),
            _ => Ok(()),
        }
    }

    /// Layouts for the pointer width of a memory.
    pub(super) fn layouts(&self, is64: bool) -> &Layouts {
        if is64 { &self.layouts64 } else { &self.layouts32 }
    }

    /// A call of a runtime helper.
    pub(super) fn helper(&mut self, helper: Helper, args: Vec<Expr>) -> Expr {
        let name = self.runtime.import(helper);
        js::call(js::id(&name), args)
    }

    /// The side of a call that has these options.
    pub(super) fn side(&mut self, options: OptionsIndex) -> Side {
        let options = &self.linked.options[options.index()];
        let place = Place {
            encoding: options.string_encoding.into(),
            is64: options.memory64,
            instance: options.instance,
        };
        let cx = options.memory.clone().map(|memory| {
            self.context(ContextKey {
                instance: options.instance,
                memory,
                realloc: options.realloc.clone(),
                is64: options.memory64,
                shared: options.shared,
            })
        });
        Side { place, cx }
    }

    fn context(&mut self, key: ContextKey) -> Name {
        self.instance(key.instance);
        if let Some(name) = self.contexts.get(&key) {
            return name.clone();
        }
        let name = self.names.fresh("cx");
        let realloc = key.realloc.clone();
        self.contexts.insert(key, name.clone());
        if let Some(CoreDef::Trampoline(realloc)) = realloc {
            // No module may import it, and when contexts are bound all functions are written.
            self.trampoline(realloc);
        }
        name
    }

    /// Brings the views of a context up to date.
    pub(super) fn refresh(&mut self, cx: &Name) -> Stmt {
        let is_shared = |(key, name): (&ContextKey, &Name)| key.shared && name == cx;
        if self.shares_memory && self.contexts.iter().any(is_shared) {
            return js::expr_stmt(self.helper(Helper::RefreshShared, vec![js::id(cx)]));
        }
        let length = js::member(js::member(js::id(cx), "u8"), "byteLength");
        js::expr_stmt(js::or(length, js::call_method(js::id(cx), "refresh", vec![])))
    }

    /// The state object of a component instance.
    pub(super) fn instance(&mut self, instance: InstanceIndex) -> Name {
        if let Some(name) = self.instances.get(&instance) {
            return name.clone();
        }
        if self.uses_async {
            return self.async_instance(instance);
        }
        let name = self.names.fresh("instance");
        let value = if self.calls_back.is_empty() && self.linked.instances.len() == 1 {
            // Without `realloc` and `post-return` the flag for calls from the host is all there is.
            js::object(vec![("mayEnter", js::bool(true))])
        } else {
            let class = self.runtime.import(Helper::ComponentInstance);
            let root = if instance == ROOT { vec![] } else { vec![js::id(&self.instance(ROOT))] };
            js::new(js::id(&class), root)
        };
        self.state.push(js::const_(&name, value));
        self.instances.insert(instance, name.clone());
        name
    }

    /// The handle table of a component instance.
    pub(super) fn handles(&mut self, instance: InstanceIndex) -> Name {
        if let Some(name) = self.handles.get(&instance) {
            return name.clone();
        }
        let name = self.names.fresh("handles");
        let table = if self.uses_async {
            js::member(js::id(&self.instance(instance)), "handles")
        } else {
            let class = self.runtime.import(Helper::HandleTable);
            let names = &mut self.names;
            let held = self.held.get_or_insert_with(|| names.fresh("held"));
            js::new(js::id(&class), vec![js::id(held)])
        };
        self.state.push(js::const_(&name, table));
        self.handles.insert(instance, name.clone());
        name
    }

    /// The handle tables that are there, but for those of the store.
    pub(super) fn all_handles(&self) -> Expr {
        js::array(self.handles.values().map(js::id).collect())
    }

    /// The run-time object of a resource type.
    pub(super) fn resource(&mut self, resource: ResourceIndex) -> Name {
        if let Some(name) = self.resources.get(&resource) {
            return name.clone();
        }
        let definition = &self.linked.resources[resource.index()];
        let label = upper_camel(definition.name.as_deref().unwrap_or("resource"));
        let name = self.names.fresh(&format!("{label}Type"));
        self.resources.insert(resource, name.clone());
        let (state, value) = match &definition.kind {
            ResourceKind::Imported(item) => {
                let class = self.runtime.import(Helper::HostResourceType);
                let host_class = self.host_class(item);
                let value = js::new(js::id(&class), vec![js::str(&label), host_class]);
                (self.state_of(item.root), value)
            }
            ResourceKind::Defined { .. } => {
                let class = self.runtime.import(Helper::GuestResourceType);
                let root = self.instance(ROOT);
                let mut value = js::new(js::id(&class), vec![js::str(&label), js::id(&root)]);
                if let Some(deadline) = self.deadline.clone() {
                    value = self.helper(Helper::TimedDrops, vec![value, js::id(&deadline)]);
                }
                (&mut self.state, value)
            }
        };
        state.push(js::const_(&name, value));
        name
    }

    /// The resource type that was asked for at this position.
    pub(super) fn used_resource(&self, position: usize) -> Option<(ResourceIndex, Name)> {
        self.resources.get_index(position).map(|(index, name)| (*index, name.clone()))
    }

    /// An array of strings, declared once.
    pub(super) fn constant_strings(&mut self, hint: &str, strings: Vec<String>) -> Name {
        if let Some(name) = self.constants.get(&strings) {
            return name.clone();
        }
        let name = self.names.fresh(hint);
        let array = js::array(strings.iter().map(|s| js::str(s)).collect());
        self.state.push(js::const_(&name, array));
        self.constants.insert(strings, name.clone());
        name
    }

    /// The names of an enum's cases.
    pub(super) fn enum_cases(&mut self, ty: TypeId, cases: &[String]) -> Name {
        let hint = format!("{}Cases", self.type_hint(ty));
        self.constant_strings(&hint, cases.to_vec())
    }

    /// A core function, bound to a name as soon as its instance exists.
    pub(super) fn core_func(&mut self, def: &CoreDef, hint: &str) -> Name {
        if let CoreDef::Trampoline(trampoline) = def {
            return self.trampoline(*trampoline);
        }
        if let Some(name) = self.core_funcs.get(def) {
            return name.clone();
        }
        let name = self.names.fresh(hint);
        self.core_funcs.insert(def.clone(), name.clone());
        name
    }

    /// The exports object of a core instance.
    pub(super) fn core_instance(&self, instance: CoreInstanceIndex) -> &Name {
        &self.core_instances[instance.index()]
    }

    /// The function for a type, written when it is first asked for.
    pub(super) fn type_fn(&mut self, function: TypeFn<'a>, ty: TypeId, place: Place) -> Name {
        self.copy_fn(function, ty, place, place)
    }

    /// Like [`Self::type_fn`], for functions between two places.
    pub(super) fn copy_fn(
        &mut self,
        function: TypeFn<'a>,
        ty: TypeId,
        from: Place,
        to: Place,
    ) -> Name {
        let places = [from, to].map(|place| self.shared_place(ty, place));
        let key = (discriminant(&function), ty, places[0], places[1]);
        if let Some(name) = self.type_fns.get(&key) {
            return name.clone();
        }
        let hint = self.type_hint(ty);
        let name = self.names.fresh(&format!("{}{}", function.verb(), capitalized(&hint)));
        self.type_fns.insert(key, name.clone());
        let mut body = Body::new(&self.names);
        let params = self.write_type_fn(&mut body, function, ty, from, to);
        self.functions.push(js::fn_decl(&name, params, body.stmts));
        name
    }

    /// The same place for all instances where the type holds no handle.
    fn shared_place(&self, ty: TypeId, place: Place) -> Place {
        if self.facts.contains_handle(ty) {
            place
        } else {
            Place { instance: InstanceIndex(0), ..place }
        }
    }

    /// Writes the body of a function for a type; returns its parameters.
    fn write_type_fn(
        &mut self,
        body: &mut Body,
        function: TypeFn<'a>,
        ty: TypeId,
        from: Place,
        to: Place,
    ) -> Vec<Name> {
        match function {
            TypeFn::Load(compound) => {
                let ([cx, ptr], params) = self.params(body, function, ty, ["cx", "ptr"]);
                self.write_load_fn(body, from, &cx, compound, &Ptr::new(&ptr));
                params
            }
            TypeFn::LoadEnum(cases) => {
                let ([cx, ptr], params) = self.params(body, function, ty, ["cx", "ptr"]);
                self.write_load_enum_fn(body, from, &cx, ty, cases, &Ptr::new(&ptr));
                params
            }
            TypeFn::LoadItems(items) => {
                let hints = ["cx", "begin", "length"];
                let ([cx, begin, length], params) = self.params(body, function, ty, hints);
                self.write_load_items_fn(body, from, &cx, items, &begin, &length);
                params
            }
            TypeFn::LiftFlat(variant) => {
                let cx = body.names.fresh("cx");
                let flat = self.layouts(from.is64).flat(ty).expect("the caller flattened it");
                let flat: Vec<Name> = flat.iter().map(|_| body.names.fresh("flat")).collect();
                let scopes = self.scope_params(body, function, ty);
                self.write_lift_flat_fn(body, from, &cx, variant, &flat);
                [vec![cx], flat, scopes].concat()
            }
            TypeFn::Store(compound) => {
                let hints = ["cx", "ptr", "value", "holder", "key"];
                let ([cx, ptr, value, holder, key], params) =
                    self.params(body, function, ty, hints);
                let ptr = Ptr::new(&ptr);
                self.write_store_fn(body, from, &cx, compound, &ptr, &value, [&holder, &key]);
                params
            }
            TypeFn::StoreItems(items) => {
                let hints = ["cx", "value", "holder", "key"];
                let ([cx, value, holder, key], params) = self.params(body, function, ty, hints);
                self.write_store_items_fn(body, from, &cx, items, &value, [&holder, &key]);
                params
            }
            TypeFn::LowerFlat(variant) => {
                let hints = ["cx", "value", "holder", "key"];
                let ([cx, value, holder, key], params) = self.params(body, function, ty, hints);
                let flat =
                    self.layouts(from.is64).flat(ty).expect("the caller flattened it").to_vec();
                let at = At::Index(holder, key);
                let values =
                    self.lower_flat_variant(body, from, Some(&cx), variant, &value, &at, &flat);
                body.push(js::ret(js::array(values)));
                params
            }
            TypeFn::Copy => {
                let hints = ["from", "begin", "to", "out"];
                let ([from_cx, begin, to_cx, out], params) = self.params(body, function, ty, hints);
                let (from, to) = (Side::new(from, from_cx), Side::new(to, to_cx));
                self.write_copy_fn(body, ty, &from, &begin, &to, &out);
                params
            }
            TypeFn::CopyItems(items) => {
                let hints = ["from", "begin", "length", "to"];
                let ([from_cx, begin, length, to_cx], params) =
                    self.params(body, function, ty, hints);
                let (from, to) = (Side::new(from, from_cx), Side::new(to, to_cx));
                self.write_copy_items_fn(body, items, &from, &begin, &length, &to);
                params
            }
        }
    }

    /// The parameters of a function for a type: those with names, and all with the
    /// scopes behind them.
    fn params<const N: usize>(
        &self,
        body: &mut Body,
        function: TypeFn<'a>,
        ty: TypeId,
        hints: [&str; N],
    ) -> ([Name; N], Vec<Name>) {
        let named = hints.map(|hint| body.names.fresh(hint));
        let scopes = self.scope_params(body, function, ty);
        let all = named.iter().cloned().chain(scopes).collect();
        (named, all)
    }

    /// The last parameters of a function for a type that holds handles: where its
    /// body takes note of them.
    fn scope_params(&self, body: &mut Body, function: TypeFn<'a>, ty: TypeId) -> Vec<Name> {
        let has_borrow = self.facts.contains_borrow(ty);
        let (lent, borrows, passing) = function.scopes();
        if has_borrow && lent {
            body.lent = Some(body.names.fresh("lent"));
        }
        if has_borrow && borrows {
            body.borrows = Some(body.names.fresh("borrows"));
        }
        if (has_borrow || self.facts.contains_own(ty)) && passing {
            body.passing = Some(body.names.fresh("passing"));
        }
        [&body.lent, &body.borrows, &body.passing].into_iter().flatten().cloned().collect()
    }

    /// The base name of a function or constant for a type.
    fn type_hint(&self, ty: TypeId) -> String {
        let types = &self.linked.types;
        if let Some(name) = types.name_of(ty) {
            return super::names::lower_camel(name);
        }
        let of = |prefix: &str, inner: TypeId| {
            // One level is enough to read by; names are unique anyway.
            let inner = match types.name_of(inner) {
                Some(name) => upper_camel(name),
                None => kind_word(&types[inner]).to_owned(),
            };
            format!("{prefix}{inner}")
        };
        match &types[ty] {
            Type::List(element) | Type::FixedLengthList(element, _) => of("listOf", *element),
            Type::Option(some) => of("option", *some),
            Type::Result { ok: Some(ok), .. } => of("result", *ok),
            other => {
                let word = kind_word(other);
                format!("{}{}", word[..1].to_lowercase(), &word[1..])
            }
        }
    }
}

fn kind_word(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "Bool",
        Type::S8 => "S8",
        Type::U8 => "U8",
        Type::S16 => "S16",
        Type::U16 => "U16",
        Type::S32 => "S32",
        Type::U32 => "U32",
        Type::S64 => "S64",
        Type::U64 => "U64",
        Type::F32 => "F32",
        Type::F64 => "F64",
        Type::Char => "Char",
        Type::String => "String",
        Type::ErrorContext => "ErrorContext",
        Type::List(_) | Type::FixedLengthList(..) => "List",
        Type::Record(_) => "Record",
        Type::Tuple(_) => "Tuple",
        Type::Variant(_) => "Variant",
        Type::Enum(_) => "Enum",
        Type::Flags(_) => "Flags",
        Type::Option(_) => "Option",
        Type::Result { .. } => "Result",
        Type::Map(..) => "Map",
        Type::Own(_) => "Own",
        Type::Borrow(_) => "Borrow",
        Type::Stream(_) => "Stream",
        Type::Future(_) => "Future",
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + chars.as_str())
        .unwrap_or_default()
}
