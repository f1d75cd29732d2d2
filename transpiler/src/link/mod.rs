//! A decoded component comes in; one flat, ordered list of initializers goes out.
//! Nested components are instantiated here, at transpile time. Afterwards every
//! item is known by where it finally comes from, and no alias is left.

mod builtins;
mod frame;
mod host;
mod instantiate;
mod items;
pub mod linked;
mod outside;
mod spent;
mod types;

use std::collections::HashMap;
use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};
use wasmparser::component_types::{ComponentDefinedTypeId, ComponentFuncTypeId};

use crate::abi::types::Types;
use crate::decode::{ComponentId, Decoded, ModuleId};
use crate::error::{Code, Error, Result};
use crate::index::{
    CoreInstanceIndex, FuncTypeId, HostInstanceIndex, InstanceIndex, ModuleIndex, TypeId,
};
use crate::options::Budget;
use frame::Frame;
use items::Captured;
use linked::{CanonicalOptions, CoreModule, Instance, Linked, Trampoline};
use spent::Spent;

/// Components that are exported from exported components from …; each level is linked by recursion.
const MAX_EXPORTED_COMPONENT_DEPTH: u32 = 50;

/// Instantiates a component as far as that is possible before run time.
///
/// # Errors
///
/// [`Code::BudgetExceeded`] when the component makes more instances than
/// [`Budget::instances`] or takes absurdly long to link, and
/// [`Code::Unsupported`] for exported components that capture what the host passes in.
///
/// ```
/// use windlass::{decode, link, options::Budget};
/// let bytes = wat::parse_str(
///     "(component (core module $m) (core instance (instantiate $m)))",
/// )?;
/// let decoded = decode::decode(&bytes)?;
/// let linked = link::link(&decoded, &Budget::default())?;
/// assert_eq!(linked.initializers.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn link<'a>(decoded: &Decoded<'a>, budget: &Budget) -> Result<Linked<'a>> {
    let mut spent = Spent::new(budget);
    link_component(decoded, ComponentId(0), Rc::from([]), &mut spent)
}

/// Links a static component as a root of its own.
fn link_component<'a>(
    decoded: &Decoded<'a>,
    component: ComponentId,
    captured: Rc<[Captured]>,
    spent: &mut Spent,
) -> Result<Linked<'a>> {
    spent.exported_depth += 1;
    if spent.exported_depth > MAX_EXPORTED_COMPONENT_DEPTH {
        return Err(Error::new(
            Code::BudgetExceeded,
            "exported components export components too deeply",
        ));
    }
    let mut linker = Linker::new(decoded, spent);
    let instance = linker.new_instance(None)?;
    let root = Frame::new(linker.component(component), instance, captured, None);
    let root = linker.run(root)?;
    linker.out.exports = root.root_exports;
    let linked = linker.finish();
    spent.exported_depth -= 1;
    Ok(linked)
}

/// The state of linking one root component.
struct Linker<'d, 'a, 's> {
    decoded: &'d Decoded<'a>,
    spent: &'s mut Spent,
    out: Linked<'a>,
    modules: HashMap<ModuleId, ModuleIndex>,
    trampolines: IndexSet<Trampoline>,
    options: IndexSet<CanonicalOptions>,
    core_instances: u32,
    host_instances: u32,
    /// Types that mention no resource mean the same in every instance.
    plain_types: HashMap<ComponentDefinedTypeId, TypeId>,
    plain_funcs: HashMap<ComponentFuncTypeId, FuncTypeId>,
}

impl<'d, 'a, 's> Linker<'d, 'a, 's> {
    fn new(decoded: &'d Decoded<'a>, spent: &'s mut Spent) -> Self {
        Self {
            decoded,
            spent,
            out: Linked {
                types: Types::default(),
                modules: Vec::new(),
                imports: Vec::new(),
                host_instances: Vec::new(),
                instances: Vec::new(),
                resources: Vec::new(),
                options: Vec::new(),
                lifts: Vec::new(),
                trampolines: Vec::new(),
                initializers: Vec::new(),
                exports: IndexMap::new(),
            },
            modules: HashMap::new(),
            trampolines: IndexSet::new(),
            options: IndexSet::new(),
            core_instances: 0,
            host_instances: 0,
            plain_types: HashMap::new(),
            plain_funcs: HashMap::new(),
        }
    }

    fn finish(mut self) -> Linked<'a> {
        self.out.trampolines = self.trampolines.into_iter().collect();
        self.out.options = self.options.into_iter().collect();
        self.out
    }

    fn component(&self, id: ComponentId) -> &'d crate::decode::Component<'a> {
        &self.decoded.components[id.0 as usize]
    }

    fn new_instance(&mut self, parent: Option<InstanceIndex>) -> Result<InstanceIndex> {
        self.spent.instance()?;
        let index = InstanceIndex::at(self.out.instances.len());
        self.out.instances.push(Instance { parent });
        Ok(index)
    }

    fn new_core_instance(&mut self) -> Result<CoreInstanceIndex> {
        self.spent.instance()?;
        self.core_instances += 1;
        Ok(CoreInstanceIndex(self.core_instances - 1))
    }

    fn new_host_instance(&mut self) -> Result<HostInstanceIndex> {
        self.spent.instance()?;
        self.host_instances += 1;
        Ok(HostInstanceIndex(self.host_instances - 1))
    }

    /// The emitted module of a static one, listed when it is first used.
    fn module(&mut self, id: ModuleId) -> ModuleIndex {
        let next = ModuleIndex::at(self.out.modules.len());
        *self.modules.entry(id).or_insert_with(|| {
            let module = &self.decoded.modules[id.0 as usize];
            self.out.modules.push(CoreModule {
                name: module.name.map(str::to_owned),
                bytes: module.bytes,
                limited: None,
                check: None,
                offset: module.offset,
                imports: module
                    .imports
                    .iter()
                    .map(|&(module, field)| (module.to_owned(), field.to_owned()))
                    .collect(),
                exports: module.exports.iter().map(|&name| name.to_owned()).collect(),
                has_tags: module.has_tags,
                has_start: module.has_start,
            });
            next
        })
    }
}
