//! A linked component comes in; which of its functions can be suspended goes out.
//! The calls of core code are followed from what blocks to all that can get
//! there. Afterwards it is known which exports need JSPI, and why.

mod calls;
mod graph;

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use crate::abi::types::{Type, Types};
use crate::error::{Code, Error, Result};
use crate::index::{FuncTypeId, LiftIndex, OptionsIndex, TrampolineIndex, TypeId};
use crate::link::linked::{
    AsyncBuiltin, CoreDef, Export, Func, HostItem, HostRoot, ImportKind, Initializer, Linked,
    Trampoline,
};
use crate::options::{Options, glob};
use graph::{Graph, Node};

/// The answers for one component.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Whether it takes part in concurrency at all.
    pub uses_async: bool,
    /// Whether an instance can hold what is the host's: resources, streams, calls that are
    /// not settled. It is let go when the instance ends.
    pub holds: bool,
    /// The functions that it exports, in order.
    pub exports: Vec<ExportedFunc>,
    /// Whether a start function can get to what suspends.
    pub start_suspends: bool,
    /// Positions in `exports`.
    by_path: HashMap<String, usize>,
    by_label: HashMap<String, usize>,
    /// Functions of the host that may return a promise whatever their type, and their paths of names.
    promises: HashSet<HostItem>,
    promise_paths: HashSet<String>,
    trampolines: Vec<bool>,
    lifts: Vec<bool>,
}

/// An exported function, and the way in which it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedFunc {
    /// Names of instances, of a resource, and its own.
    pub path: Vec<String>,
    /// The export name as errors tell it, such as `a:b/c#[method]d.e`.
    pub label: String,
    pub lift: LiftIndex,
    /// Whether it returns a promise.
    pub returns_promise: bool,
    /// Whether its core code runs on a stack that JSPI switches, and why it would.
    pub suspends: bool,
    pub need: Option<Need>,
}

/// Why core code can block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The reason, such as ``calls `waitable-set.wait` ``.
    pub reason: String,
    /// Whether it is meant to block: an `async` function without a callback that
    /// calls what waits, or one that calls an asynchronous import synchronously,
    /// either not through tables. Anything else may well do without.
    pub is_certain: bool,
}

/// Facts about a function of core code.
#[derive(Clone, Copy, Default)]
struct Found {
    /// The trampoline that it gets to.
    blocks: Option<TrampolineIndex>,
    /// The same by calls that name their callees, of what is there to wait.
    waits: Option<TrampolineIndex>,
    /// The same of asynchronous imports that are called synchronously.
    imports: Option<TrampolineIndex>,
}

impl Found {
    /// The findings past those that were known.
    fn past(self, known: Self) -> Self {
        Self {
            blocks: self.blocks.filter(|_| known.blocks.is_none()),
            waits: self.waits.filter(|_| known.waits.is_none()),
            imports: self.imports.filter(|_| known.imports.is_none()),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            blocks: self.blocks.or(other.blocks),
            waits: self.waits.or(other.waits),
            imports: self.imports.or(other.imports),
        }
    }

    fn is_nothing(self) -> bool {
        self.blocks.or(self.waits).or(self.imports).is_none()
    }
}

impl Reach {
    /// Goes from what blocks by itself to all that can call it.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidOption`] for a pattern of the options that fits no export.
    pub fn new(linked: &Linked<'_>, options: &Options) -> Result<Self> {
        let mut reach = Self::with_promises(linked, promising(linked, &options.async_imports)?);
        let mut used = HashSet::new();
        for export in &mut reach.exports {
            let find = |patterns: &[String]| {
                patterns.iter().position(|pattern| fits(pattern, &export.label))
            };
            let to_sync = find(&options.sync_exports);
            let to_async = find(&options.async_exports);
            used.extend(to_sync.map(|at| &options.sync_exports[at]));
            used.extend(to_async.map(|at| &options.async_exports[at]));
            let func = &linked.types[linked.lifts[export.lift.index()].ty];
            if to_sync.is_some() {
                export.suspends = false;
            } else if to_async.is_some() && !export.is_constructor() {
                export.suspends = true;
                reach.uses_async = true;
            }
            export.returns_promise = func.is_async || export.suspends;
            reach.lifts[export.lift.index()] = export.suspends;
        }
        for pattern in options.sync_exports.iter().chain(&options.async_exports) {
            if !used.contains(pattern) && !reach.exports.iter().any(|it| fits(pattern, &it.label)) {
                return Err(Error::new(
                    Code::InvalidOption,
                    format!("the component exports no function `{pattern}`"),
                )
                .help(
                    "`windlass inspect` lists the exports; `*` stands for any run of characters",
                ));
            }
        }
        if !reach.exports.iter().any(|export| export.suspends) {
            reach.trampolines.fill(false);
            reach.lifts.fill(false);
        }
        reach.holds = holds(linked, reach.uses_async);
        Ok(reach)
    }

    /// The facts about components of a world: [`Self::holds`].
    pub fn of_world(holds: bool) -> Self {
        Self { holds, ..Self::default() }
    }

    /// The facts that follow from the component alone.
    pub fn automatic(linked: &Linked<'_>) -> Self {
        Self::with_promises(linked, HashMap::new())
    }

    /// The facts that follow when some imports return promises, each with its path.
    fn with_promises(linked: &Linked<'_>, promises: HashMap<HostItem, Vec<String>>) -> Self {
        let mut reach = Self {
            uses_async: uses_async(linked) || !promises.is_empty(),
            holds: holds(linked, uses_async(linked) || !promises.is_empty()),
            promise_paths: promises.values().map(|path| path.join("\0")).collect(),
            promises: promises.into_keys().collect(),
            trampolines: vec![false; linked.trampolines.len()],
            lifts: vec![false; linked.lifts.len()],
            ..Self::default()
        };
        let needs = if reach.uses_async { reach.follow(linked) } else { Vec::new() };
        let mut exports = Vec::new();
        list(&linked.exports, &mut Vec::new(), &mut exports);
        for initializer in &linked.initializers {
            if let Initializer::InstantiateComponent { args, .. } = initializer {
                list(args, &mut Vec::new(), &mut exports);
            }
        }
        reach.exports = exports
            .into_iter()
            .map(|(path, label, lift)| {
                let mut export = ExportedFunc {
                    path,
                    label,
                    lift,
                    returns_promise: false,
                    suspends: reach.lifts[lift.index()],
                    need: needs.get(lift.index()).cloned().flatten(),
                };
                if export.is_constructor() {
                    // `new` gives an object, no promise.
                    export.suspends = false;
                    reach.lifts[lift.index()] = false;
                }
                let func = &linked.types[linked.lifts[lift.index()].ty];
                export.returns_promise = func.is_async || export.suspends;
                export
            })
            .collect();
        for (index, export) in reach.exports.iter().enumerate() {
            reach.by_path.insert(export.path.join("\0"), index);
            reach.by_label.insert(export.label.clone(), index);
        }
        reach
    }

    /// Why each lifted function blocks, if it does.
    fn follow(&mut self, linked: &Linked<'_>) -> Vec<Option<Need>> {
        let blocks = |trampoline: &Trampoline| match trampoline {
            Trampoline::Lower { func: Func::Host { item, .. }, .. } if self.may_promise(item) => {
                true
            }
            trampoline => blocks_itself(linked, trampoline),
        };
        self.trampolines = linked.trampolines.iter().map(blocks).collect();
        if !self.trampolines.contains(&true) && !linked.trampolines.iter().any(is_cancel) {
            return Vec::new();
        }
        let graph = Graph::new(linked);
        let mut found = vec![Found::default(); graph.len()];
        let mut queue = Vec::new();
        for (index, trampoline) in (0..).map(TrampolineIndex).zip(&linked.trampolines) {
            if self.trampolines[index.index()] {
                let is_import =
                    matches!(trampoline, Trampoline::Lower { func: Func::Host { .. }, .. });
                let imports = (is_import && blocks_itself(linked, trampoline)).then_some(index);
                let waits = imports.or(waits_itself(trampoline).then_some(index));
                let new = Found { blocks: Some(index), waits, imports };
                queue.push((Graph::trampoline(index), new));
            }
        }
        loop {
            spread(&graph, &mut found, &mut queue);
            for (lift, suspends) in linked.lifts.iter().zip(&mut self.lifts) {
                *suspends = found_of(linked, &graph, &found, lift).blocks.is_some();
            }
            // Cancelling resumes the callee, on whatever stack it is; one that the host
            // provides is gone at once, as are copies.
            if self.lifts.contains(&true) {
                for (index, trampoline) in (0..).map(TrampolineIndex).zip(&linked.trampolines) {
                    let node = Graph::trampoline(index);
                    if is_cancel(trampoline) && found[node.index()].blocks.is_none() {
                        queue.push((node, Found { blocks: Some(index), ..Found::default() }));
                    }
                }
            }
            if queue.is_empty() {
                break;
            }
        }
        for (index, blocks) in self.trampolines.iter_mut().enumerate() {
            *blocks = found[index].blocks.is_some();
        }
        self.start_suspends =
            graph.starts.iter().any(|start| found[start.index()].blocks.is_some());
        let need = |lift| {
            let Found { blocks, waits, imports } = found_of(linked, &graph, &found, lift);
            let has_callback = linked.options[lift.options.index()].callback.is_some();
            let waits = if has_callback { imports } else { waits };
            let waits = waits.filter(|_| linked.types[lift.ty].is_async);
            waits.or(blocks).map(|cause| Need {
                reason: reason(linked, &linked.trampolines[cause.index()]),
                is_certain: waits.is_some(),
            })
        };
        linked.lifts.iter().map(need).collect()
    }

    /// Whether the function for core code can block.
    pub fn trampoline(&self, trampoline: TrampolineIndex) -> bool {
        self.trampolines[trampoline.index()]
    }

    /// Whether the lifted function's core code runs on a stack that can be switched.
    pub fn lift(&self, lift: LiftIndex) -> bool {
        self.lifts[lift.index()]
    }

    /// Whether a lifted function that can block is one that nothing suspends,
    /// while others of the component are.
    pub fn is_kept_synchronous(&self, lift: LiftIndex) -> bool {
        self.trampolines.contains(&true)
            && self.exports.iter().any(|it| it.lift == lift && !it.suspends && it.need.is_some())
    }

    /// Whether a function of the host may return a promise whatever its type.
    pub fn may_promise(&self, item: &HostItem) -> bool {
        self.promises.contains(item)
    }

    /// The same of an import by its path of names: of instances, of a resource, and its own.
    pub fn import_may_promise(&self, path: &[&str]) -> bool {
        self.promise_paths.contains(&path.join("\0"))
    }

    /// An exported function by its path of names.
    pub fn export(&self, path: &[&str]) -> Option<&ExportedFunc> {
        self.by_path.get(&path.join("\0")).map(|index| &self.exports[*index])
    }

    /// An exported function by its label.
    pub fn labelled(&self, label: &str) -> Option<&ExportedFunc> {
        self.by_label.get(label).map(|index| &self.exports[*index])
    }

    /// Exported functions that are meant to block, which nothing but JSPI lets them.
    pub fn certain(&self) -> impl Iterator<Item = (&ExportedFunc, &Need)> {
        self.exports
            .iter()
            .filter(|export| export.suspends)
            .filter_map(|export| Some((export, export.need.as_ref()?)))
            .filter(|(_, need)| need.is_certain)
    }
}

impl ExportedFunc {
    fn is_constructor(&self) -> bool {
        self.path.last().is_some_and(|name| name.starts_with("[constructor]"))
    }
}

/// Takes what was found to the callers, and theirs.
fn spread(graph: &Graph, found: &mut [Found], queue: &mut Vec<(Node, Found)>) {
    while let Some((node, new)) = queue.pop() {
        let known = found[node.index()];
        let new = new.past(known);
        if new.is_nothing() {
            continue;
        }
        found[node.index()] = known.or(new);
        for (caller, is_certain) in graph.callers(node) {
            let by_table = Found { blocks: new.blocks, ..Found::default() };
            queue.push((caller, if is_certain { new } else { by_table }));
        }
    }
}

fn found_of(
    linked: &Linked<'_>,
    graph: &Graph,
    found: &[Found],
    lift: &crate::link::linked::Lift,
) -> Found {
    // A built-in lifted as it is has no core stack to switch.
    if let CoreDef::Trampoline(_) = lift.core_func {
        return Found::default();
    }
    let callback = linked.options[lift.options.index()].callback.as_ref();
    let all = std::iter::once(&lift.core_func).chain(callback);
    let all = all.filter_map(|def| graph.function(def)).map(|node| found[node.index()]);
    all.fold(Found::default(), Found::or)
}

/// Whether a pattern of an option fits an export; its version may be left out.
fn fits(pattern: &str, label: &str) -> bool {
    let fits = |text: &str| glob(pattern, text, &mut Vec::new());
    if fits(label) {
        return true;
    }
    let Some((instance, func)) = label.rsplit_once('#') else { return false };
    instance.split_once('@').is_some_and(|(name, _)| fits(&format!("{name}#{func}")))
}

/// The functions of the host that patterns name, and their paths of names.
fn promising(linked: &Linked<'_>, patterns: &[String]) -> Result<HashMap<HostItem, Vec<String>>> {
    let mut found = HashMap::new();
    let mut used = HashSet::new();
    for trampoline in &linked.trampolines {
        let Trampoline::Lower { func: Func::Host { item, .. }, .. } = trampoline else { continue };
        let name = item_name(linked, item);
        let Some(at) = patterns.iter().position(|pattern| fits(pattern, &name)) else { continue };
        used.insert(at);
        // `new` gives an object, no promise.
        if item.path.last().is_some_and(|name| name.starts_with("[constructor]")) {
            continue;
        }
        let mut path = Vec::new();
        for name in name.split('#') {
            push_name(&mut path, name);
        }
        found.insert(item.clone(), path);
    }
    match patterns.iter().enumerate().find(|(at, _)| !used.contains(at)) {
        Some((_, pattern)) => Err(Error::new(
            Code::InvalidOption,
            format!("the component calls no imported function `{pattern}`"),
        )
        .help("`windlass inspect` lists the imports; `*` stands for any run of characters")),
        None => Ok(found),
    }
}

/// Appends the name of a function, after that of the resource it belongs to.
fn push_name(path: &mut Vec<String>, name: &str) {
    let member = name.strip_prefix("[method]").or_else(|| name.strip_prefix("[static]"));
    match member.and_then(|member| member.split_once('.')) {
        Some((resource, member)) => path.extend([resource.to_owned(), member.to_owned()]),
        None => path.push(name.to_owned()),
    }
}

/// The functions of exports: path, label and lifted function.
fn list(
    exports: &IndexMap<String, Export<'_>>,
    path: &mut Vec<String>,
    found: &mut Vec<(Vec<String>, String, LiftIndex)>,
) {
    for (name, export) in exports {
        match export {
            Export::Func { func: Func::Lift(lift), .. } => {
                let mut names = path.clone();
                push_name(&mut names, name);
                let label: Vec<&str> = path.iter().chain([name]).map(String::as_str).collect();
                found.push((names, label.join("#"), *lift));
            }
            Export::Instance(items) => {
                path.push(name.clone());
                list(items, path, found);
                path.pop();
            }
            Export::Func { func: Func::Host { .. }, .. }
            | Export::Resource(_)
            | Export::Type
            | Export::Module(_)
            | Export::Component(_)
            | Export::Host(_) => {}
        }
    }
}

/// Whether the component takes part in concurrency at all.
fn uses_async(linked: &Linked<'_>) -> bool {
    let has_value = (0..linked.types.len()).any(|i| {
        let ty = TypeId::at(i);
        matches!(linked.types[ty], Type::Stream(_) | Type::Future(_) | Type::ErrorContext)
    });
    let is_async_func = |ty| is_async(&linked.types, ty);
    has_value
        || linked.options.iter().any(|options| options.is_async)
        || linked.lifts.iter().any(|lift| is_async_func(lift.ty))
        || linked.trampolines.iter().any(|trampoline| match trampoline {
            Trampoline::Async { .. } => true,
            Trampoline::Lower { ty, .. } => is_async_func(*ty),
            Trampoline::ResourceNew { .. }
            | Trampoline::ResourceRep { .. }
            | Trampoline::ResourceDrop { .. } => false,
        })
}

/// Whether an instance can hold what is the host's, see [`Reach::holds`].
fn holds(linked: &Linked<'_>, uses_async: bool) -> bool {
    fn has(kind: &ImportKind, is: fn(&ImportKind) -> bool) -> bool {
        match kind {
            ImportKind::Instance(items) => items.values().any(|item| has(item, is)),
            ImportKind::Func(_)
            | ImportKind::Resource(_)
            | ImportKind::Type
            | ImportKind::Module(_)
            | ImportKind::Component => is(kind),
        }
    }
    let imports =
        |is: fn(&ImportKind) -> bool| linked.imports.iter().any(|import| has(&import.kind, is));
    let is_stream = |i| matches!(linked.types[TypeId::at(i)], Type::Stream(_) | Type::Future(_));
    imports(|kind| matches!(kind, ImportKind::Resource(_) | ImportKind::Component))
        || (uses_async
            && (imports(|kind| matches!(kind, ImportKind::Func(_)))
                || (0..linked.types.len()).any(is_stream)))
}

fn is_async(types: &Types, ty: FuncTypeId) -> bool {
    types[ty].is_async
}

fn is_cancel(trampoline: &Trampoline) -> bool {
    matches!(trampoline, Trampoline::Async { builtin: AsyncBuiltin::SubtaskCancel { .. }, .. })
}

/// Whether a function for core code can block, other than by what it calls.
fn blocks_itself(linked: &Linked<'_>, trampoline: &Trampoline) -> bool {
    use AsyncBuiltin as B;
    let is_sync = |options: OptionsIndex| !linked.options[options.index()].is_async;
    match trampoline {
        Trampoline::Lower { ty, options, .. } => is_async(&linked.types, *ty) && is_sync(*options),
        Trampoline::ResourceNew { .. }
        | Trampoline::ResourceRep { .. }
        | Trampoline::ResourceDrop { .. } => false,
        Trampoline::Async { builtin, .. } => match builtin {
            B::SubtaskCancel { is_async } => !is_async && calls_components(linked),
            B::StreamRead { options, .. }
            | B::StreamWrite { options, .. }
            | B::FutureRead { options, .. }
            | B::FutureWrite { options, .. } => is_sync(*options),
            B::WaitableSetWait { .. }
            | B::ThreadSuspend
            | B::ThreadYield
            | B::ThreadSuspendThenResume
            | B::ThreadYieldThenResume
            | B::ThreadSuspendThenPromote
            | B::ThreadYieldThenPromote => true,
            B::TaskReturn { .. }
            | B::TaskCancel
            | B::BackpressureInc
            | B::BackpressureDec
            | B::ContextGet { .. }
            | B::ContextSet { .. }
            | B::SubtaskDrop
            | B::StreamNew { .. }
            | B::StreamForward { .. }
            | B::StreamCancelRead { .. }
            | B::StreamCancelWrite { .. }
            | B::FutureCancelRead { .. }
            | B::FutureCancelWrite { .. }
            | B::StreamDropReadable { .. }
            | B::StreamDropWritable { .. }
            | B::FutureNew { .. }
            | B::FutureForward { .. }
            | B::FutureDropReadable { .. }
            | B::FutureDropWritable { .. }
            | B::ErrorContextNew { .. }
            | B::ErrorContextDebugMessage { .. }
            | B::ErrorContextDrop
            | B::WaitableSetNew
            | B::WaitableSetPoll { .. }
            | B::WaitableSetDrop
            | B::WaitableJoin
            | B::ThreadIndex
            | B::ThreadNewIndirect { .. }
            | B::ThreadResumeLater
            | B::ThreadSpawnRef
            | B::ThreadSpawnIndirect { .. }
            | B::ThreadAvailableParallelism => false,
        },
    }
}

/// Whether a built-in is there to wait.
fn waits_itself(trampoline: &Trampoline) -> bool {
    let Trampoline::Async { builtin, .. } = trampoline else { return false };
    matches!(
        builtin,
        AsyncBuiltin::WaitableSetWait { .. }
            | AsyncBuiltin::ThreadSuspend
            | AsyncBuiltin::ThreadSuspendThenResume
            | AsyncBuiltin::ThreadSuspendThenPromote
    )
}

/// The blocking action of core code.
fn reason(linked: &Linked<'_>, trampoline: &Trampoline) -> String {
    use AsyncBuiltin as B;
    match trampoline {
        Trampoline::Lower { func: Func::Host { item, .. }, .. } => {
            format!("waits for the import `{}`", item_name(linked, item))
        }
        Trampoline::Lower { func: Func::Lift(_), .. } => {
            "waits for an asynchronous function of another component".into()
        }
        Trampoline::Async { builtin, .. } => {
            let name = match builtin {
                B::SubtaskCancel { .. } => "subtask.cancel",
                B::StreamRead { .. } => "stream.read",
                B::StreamWrite { .. } => "stream.write",
                B::FutureRead { .. } => "future.read",
                B::FutureWrite { .. } => "future.write",
                B::WaitableSetWait { .. } => "waitable-set.wait",
                B::ThreadSuspend => "thread.suspend",
                B::ThreadYield => "thread.yield",
                B::ThreadSuspendThenResume => "thread.suspend-then-resume",
                B::ThreadYieldThenResume => "thread.yield-then-resume",
                B::ThreadSuspendThenPromote => "thread.suspend-then-promote",
                B::ThreadYieldThenPromote => "thread.yield-then-promote",
                _ => "a built-in",
            };
            format!("calls `{name}`")
        }
        Trampoline::ResourceNew { .. }
        | Trampoline::ResourceRep { .. }
        | Trampoline::ResourceDrop { .. } => "calls the host".into(),
    }
}

fn item_name(linked: &Linked<'_>, item: &HostItem) -> String {
    let root = match item.root {
        HostRoot::Import(import) => linked.imports[import.index()].name.as_str(),
        HostRoot::Instance(_) => "an instance",
    };
    std::iter::once(root).chain(item.path.iter().map(String::as_str)).collect::<Vec<_>>().join("#")
}

/// Whether one instance calls another asynchronously.
fn calls_components(linked: &Linked<'_>) -> bool {
    linked.trampolines.iter().any(|trampoline| match trampoline {
        Trampoline::Lower { func: Func::Lift(_), options, .. } => {
            linked.options[options.index()].is_async
        }
        _ => false,
    })
}
