//! The calls of all core instances of a component, as one graph.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::calls::{Calls, Signature, calls};
use crate::index::{ModuleIndex, TrampolineIndex};
use crate::link::linked::{
    AsyncBuiltin, CoreDef, Func, Initializer, Linked, ModuleRef, Trampoline,
};

/// Functions and calls of all instances together; past it, an instance is taken
/// as one function that calls whatever it can.
const MAX_SIZE: usize = 5_000_000;

/// A function, or what stands for several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Node(u32);

/// Facts about a core instance.
enum Instance<'l> {
    Known {
        calls: &'l Calls<'l>,
        /// Its function 0.
        first: Node,
        tables: Vec<TableId>,
    },
    /// Anything: calls all that it gets, and all references.
    Opaque { node: Node, table: TableId },
}

type TableId = usize;
type Cluster = usize;

/// A table at run time.
#[derive(Default)]
struct Table {
    cluster: Cluster,
    /// Signature (`None`: any) and function of its elements.
    elements: Vec<(Option<u32>, Node)>,
    slots: HashMap<u32, (u32, Node)>,
    /// Whether what is in a slot can be something else.
    is_mixed: bool,
}

/// Who calls each function, and whether by a call that names it.
pub(super) struct Graph {
    /// `(callee, caller, is_certain)`, by callee.
    edges: Vec<(Node, Node, bool)>,
    begins: Vec<usize>,
    /// The function of each core definition that something asked for.
    functions: HashMap<CoreDef, Node>,
    /// Functions that run when a module is instantiated.
    pub starts: Vec<Node>,
}

impl Graph {
    /// Builds the graph; one pass over the code of each module.
    pub(super) fn new(linked: &Linked<'_>) -> Self {
        let mut modules: HashMap<ModuleIndex, Option<Calls<'_>>> = HashMap::new();
        for initializer in &linked.initializers {
            if let Initializer::InstantiateModule { module: ModuleRef::Static(module), .. } =
                initializer
            {
                modules
                    .entry(*module)
                    .or_insert_with(|| calls(linked.modules[module.index()].bytes));
            }
        }
        let mut builder = Builder {
            linked,
            clusters: Clusters::new(linked),
            next: u32::try_from(linked.trampolines.len()).expect("indices are u32"),
            size: 0,
            instances: Vec::new(),
            tables: Vec::new(),
            signatures: HashMap::new(),
            references: HashMap::new(),
            loose: HashSet::new(),
            opaque: HashMap::new(),
            pools: IndexMap::new(),
            edges: Vec::new(),
            starts: Vec::new(),
        };
        for initializer in &linked.initializers {
            if let Initializer::InstantiateModule { module, args } = initializer {
                let calls = match module {
                    ModuleRef::Static(module) => modules.get(module).and_then(Option::as_ref),
                    ModuleRef::Host(_) => None,
                };
                builder.instance(calls, args);
            }
        }
        builder.finish()
    }

    /// The function of a definition that is lifted.
    pub(super) fn function(&self, def: &CoreDef) -> Option<Node> {
        match def {
            CoreDef::Trampoline(trampoline) => Some(Node(trampoline.0)),
            CoreDef::Export { .. } => self.functions.get(def).copied(),
        }
    }

    pub(super) fn trampoline(trampoline: TrampolineIndex) -> Node {
        Node(trampoline.0)
    }

    pub(super) fn len(&self) -> usize {
        self.begins.len() - 1
    }

    /// Who calls a function.
    pub(super) fn callers(&self, node: Node) -> impl Iterator<Item = (Node, bool)> {
        let range = self.begins[node.index()]..self.begins[node.index() + 1];
        self.edges[range].iter().map(|(_, caller, is_certain)| (*caller, *is_certain))
    }
}

impl Node {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

struct Builder<'a, 'l> {
    linked: &'l Linked<'a>,
    clusters: Clusters,
    next: u32,
    size: usize,
    instances: Vec<Instance<'l>>,
    tables: Vec<Table>,
    signatures: HashMap<Signature, u32>,
    /// Functions that references are around to.
    references: HashMap<Cluster, Vec<(Option<u32>, Node)>>,
    /// Tables whose elements come from references and become them.
    loose: HashSet<TableId>,
    opaque: HashMap<Cluster, Vec<Node>>,
    /// The node for all callees of one signature (`None`: any) in a table, or among references.
    pools: IndexMap<(Pool, Option<u32>), Node>,
    edges: Vec<(Node, Node, bool)>,
    starts: Vec<Node>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Pool {
    Table(TableId),
    References(Cluster),
}

impl<'l> Builder<'_, 'l> {
    fn nodes(&mut self, count: usize) -> Node {
        let first = Node(self.next);
        self.next += u32::try_from(count).expect("bounded by `MAX_SIZE` and the trampolines");
        first
    }

    /// `caller` calls `callee`.
    fn edge(&mut self, caller: Node, callee: Node, is_certain: bool) {
        self.edges.push((callee, caller, is_certain));
    }

    fn signature(&mut self, signature: &Signature) -> u32 {
        let next = u32::try_from(self.signatures.len()).expect("fewer than types");
        *self.signatures.entry(signature.clone()).or_insert(next)
    }

    fn pool(&mut self, pool: Pool, signature: Option<u32>) -> Node {
        if let Some(node) = self.pools.get(&(pool, signature)) {
            return *node;
        }
        let node = self.nodes(1);
        self.pools.insert((pool, signature), node);
        node
    }

    /// The function of a definition; `None` for what is no function.
    fn target(&self, def: &CoreDef) -> Option<Node> {
        match def {
            CoreDef::Trampoline(trampoline) => Some(Node(trampoline.0)),
            CoreDef::Export { instance, name } => match &self.instances[instance.index()] {
                Instance::Opaque { node, .. } => Some(*node),
                Instance::Known { calls, first, .. } => {
                    let index = *calls.exported_functions.get(name.as_str())?;
                    Some(Node(first.0 + index))
                }
            },
        }
    }

    fn table(&self, def: &CoreDef) -> Option<TableId> {
        let CoreDef::Export { instance, name } = def else { return None };
        match &self.instances[instance.index()] {
            Instance::Opaque { table, .. } => Some(*table),
            Instance::Known { calls, tables, .. } => {
                let index = *calls.exported_tables.get(name.as_str())?;
                tables.get(index as usize).copied()
            }
        }
    }

    fn new_table(&mut self, cluster: Cluster) -> TableId {
        self.tables.push(Table { cluster, ..Table::default() });
        self.tables.len() - 1
    }

    fn instance(
        &mut self,
        calls: Option<&'l Calls<'l>>,
        args: &IndexMap<String, IndexMap<String, CoreDef>>,
    ) {
        let position = self.instances.len();
        let cluster = self.clusters.find(position);
        let weight = calls.map_or(0, |calls| {
            let bodies = calls.bodies.iter();
            calls.functions.len()
                + calls.elements.iter().map(|elements| elements.functions.len()).sum::<usize>()
                + bodies.map(|body| body.direct.len() + body.indirect.len()).sum::<usize>()
        });
        match calls {
            Some(calls) if self.size + weight <= MAX_SIZE => {
                self.size += weight;
                self.known(calls, args, cluster);
            }
            _ => self.unknown(args, cluster),
        }
    }

    fn unknown(&mut self, args: &IndexMap<String, IndexMap<String, CoreDef>>, cluster: Cluster) {
        let node = self.nodes(1);
        let everything = self.pool(Pool::References(cluster), None);
        self.edge(node, everything, false);
        self.opaque.entry(cluster).or_default().push(node);
        for def in args.values().flat_map(|fields| fields.values()) {
            self.loose.extend(self.table(def));
            if let Some(target) = self.target(def) {
                self.edge(node, target, false);
                self.references.entry(cluster).or_default().push((None, target));
            }
        }
        // Which of its exports are tables it does not tell; one that stands for all will do.
        let table = self.new_table(cluster);
        self.loose.insert(table);
        self.instances.push(Instance::Opaque { node, table });
    }

    fn known(
        &mut self,
        calls: &'l Calls<'l>,
        args: &IndexMap<String, IndexMap<String, CoreDef>>,
        cluster: Cluster,
    ) {
        let first = self.nodes(calls.functions.len());
        let node = |index: u32| Node(first.0 + index);
        let argument = |(module, field): &(&str, &str)| args.get(*module)?.get(*field);
        for (index, import) in (0..).zip(&calls.imported_functions) {
            if let Some(target) = argument(import).and_then(|def| self.target(def)) {
                self.edge(node(index), target, true);
            }
        }
        let mut tables = Vec::new();
        for import in &calls.imported_tables {
            let table = argument(import).and_then(|def| self.table(def));
            tables.push(table.unwrap_or_else(|| self.new_table(cluster)));
        }
        while tables.len() < calls.tables as usize {
            tables.push(self.new_table(cluster));
        }
        let signatures: Vec<u32> =
            calls.signatures.iter().map(|signature| self.signature(signature)).collect();
        let signature_of = |index: u32| signatures[calls.functions[index as usize] as usize];

        for elements in &calls.elements {
            let table = &mut self.tables[tables[elements.table as usize]];
            table.is_mixed |= elements.offset.is_none();
            for (at, function) in (0..).zip(&elements.functions) {
                let Some(function) = *function else {
                    table.is_mixed = true;
                    continue;
                };
                let (signature, node) = (signature_of(function), node(function));
                table.elements.push((Some(signature), node));
                let slot = elements.offset.unwrap_or(0).wrapping_add(at);
                table.is_mixed |= table.slots.insert(slot, (signature, node)).is_some();
            }
        }
        let references = self.references.entry(cluster).or_default();
        for function in &calls.referenced {
            references.push((Some(signature_of(*function)), node(*function)));
        }
        if calls.moves_references {
            self.loose.extend(&tables);
        }
        let imported = u32::try_from(calls.imported_functions.len()).expect("a u32 index");
        for (index, body) in (imported..).zip(&calls.bodies) {
            let caller = node(index);
            for callee in &body.direct {
                self.edge(caller, node(*callee), true);
            }
            for ty in &body.by_reference {
                let pool = self.pool(Pool::References(cluster), Some(signatures[*ty as usize]));
                self.edge(caller, pool, false);
            }
        }
        self.starts.extend(calls.start.map(node));
        self.instances.push(Instance::Known { calls, first, tables });
    }

    fn finish(mut self) -> Graph {
        self.indirect();
        self.trampolines();
        // A loose table's elements are references, and references get into it.
        for table in self.loose.clone() {
            let Table { cluster, elements, .. } = &self.tables[table];
            self.references.entry(*cluster).or_default().extend(elements.iter().copied());
        }
        let mut by_signature: HashMap<Pool, HashMap<Option<u32>, Vec<Node>>> = HashMap::new();
        let mut position = 0;
        while let Some((&(pool, signature), &node)) = self.pools.get_index(position) {
            position += 1;
            let (cluster, elements) = match pool {
                Pool::Table(table) => {
                    let Table { cluster, ref elements, .. } = self.tables[table];
                    (cluster, elements.as_slice())
                }
                Pool::References(cluster) => {
                    (cluster, self.references.get(&cluster).map_or(&[][..], Vec::as_slice))
                }
            };
            let groups = by_signature.entry(pool).or_insert_with(|| {
                let mut groups: HashMap<_, Vec<_>> = HashMap::new();
                for (signature, callee) in elements {
                    groups.entry(*signature).or_default().push(*callee);
                }
                groups
            });
            let callees: Vec<Node> = match signature {
                None => groups.values().flatten().copied().collect(),
                Some(_) => [signature, None]
                    .iter()
                    .filter_map(|signature| groups.get(signature))
                    .flatten()
                    .copied()
                    .collect(),
            };
            for callee in callees {
                self.edge(node, callee, false);
            }
            if let Pool::Table(table) = pool
                && self.loose.contains(&table)
            {
                let all = self.pool(Pool::References(cluster), signature);
                self.edge(node, all, false);
            }
            for callee in self.opaque.get(&cluster).cloned().unwrap_or_default() {
                self.edge(node, callee, false);
            }
        }
        let mut functions = HashMap::new();
        for lift in &self.linked.lifts {
            let options = &self.linked.options[lift.options.index()];
            for def in std::iter::once(&lift.core_func).chain(&options.callback) {
                if let Some(node) = self.target(def) {
                    functions.insert(def.clone(), node);
                }
            }
        }
        let Self { mut edges, next, starts, .. } = self;
        edges
            .sort_unstable_by_key(|(callee, caller, is_certain)| (callee.0, caller.0, !is_certain));
        edges.dedup_by_key(|(callee, caller, _)| (*callee, *caller));
        let mut begins = vec![0; next as usize + 1];
        for (callee, ..) in &edges {
            begins[callee.index() + 1] += 1;
        }
        for i in 1..begins.len() {
            begins[i] += begins[i - 1];
        }
        Graph { edges, begins, functions, starts }
    }

    /// Calls through tables: of one element, where it is a constant and nobody
    /// changes the table, or of all that have the type.
    fn indirect(&mut self) {
        for position in 0..self.instances.len() {
            let Instance::Known { calls, first, ref tables } = self.instances[position] else {
                continue;
            };
            let tables = tables.clone();
            let imported = u32::try_from(calls.imported_functions.len()).expect("a u32 index");
            for (index, body) in (imported..).zip(&calls.bodies) {
                for indirect in &body.indirect {
                    let caller = Node(first.0 + index);
                    let signature = self.signature(&calls.signatures[indirect.ty as usize]);
                    let id = tables[indirect.table as usize];
                    let table = &self.tables[id];
                    if let (Some(slot), false, false) =
                        (indirect.slot, table.is_mixed, self.loose.contains(&id))
                    {
                        // Anything else than a function of the type is a trap.
                        if let Some((_, callee)) =
                            table.slots.get(&slot).copied().filter(|(of, _)| *of == signature)
                        {
                            self.edge(caller, callee, true);
                        }
                        continue;
                    }
                    let pool = self.pool(Pool::Table(id), Some(signature));
                    self.edge(caller, pool, false);
                }
            }
        }
    }

    /// The core code that functions of the glue call.
    fn trampolines(&mut self) {
        let linked = self.linked;
        for (index, trampoline) in (0..).zip(&linked.trampolines) {
            let node = Node(index);
            match trampoline {
                Trampoline::Lower { func: Func::Lift(lift), .. } => {
                    let lift = &linked.lifts[lift.index()];
                    let options = &linked.options[lift.options.index()];
                    for def in std::iter::once(&lift.core_func).chain(&options.callback) {
                        if let (CoreDef::Export { .. }, Some(callee)) = (def, self.target(def)) {
                            self.edge(node, callee, true);
                        }
                    }
                }
                Trampoline::Async {
                    builtin:
                        AsyncBuiltin::ThreadNewIndirect { table }
                        | AsyncBuiltin::ThreadSpawnIndirect { table },
                    ..
                } => {
                    if let Some(table) = self.table(table) {
                        let pool = self.pool(Pool::Table(table), None);
                        self.edge(node, pool, false);
                    }
                }
                // Destructors run where nothing can be suspended.
                Trampoline::Lower { .. }
                | Trampoline::ResourceNew { .. }
                | Trampoline::ResourceRep { .. }
                | Trampoline::ResourceDrop { .. }
                | Trampoline::Async { .. } => {}
            }
        }
    }
}

/// Core instances that share anything: references of one can get to the other.
struct Clusters {
    parents: Vec<usize>,
}

impl Clusters {
    fn new(linked: &Linked<'_>) -> Self {
        let mut clusters = Self { parents: Vec::new() };
        for initializer in &linked.initializers {
            let Initializer::InstantiateModule { args, .. } = initializer else { continue };
            let this = clusters.parents.len();
            clusters.parents.push(this);
            for def in args.values().flat_map(|fields| fields.values()) {
                if let CoreDef::Export { instance, .. } = def {
                    let (a, b) = (clusters.find(instance.index()), clusters.find(this));
                    clusters.parents[a] = b;
                }
            }
        }
        clusters
    }

    fn find(&mut self, mut instance: usize) -> Cluster {
        while self.parents[instance] != instance {
            self.parents[instance] = self.parents[self.parents[instance]];
            instance = self.parents[instance];
        }
        instance
    }
}
