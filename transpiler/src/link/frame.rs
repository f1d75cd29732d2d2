//! The index spaces of one component instance while it is being made.

use std::collections::HashMap;
use std::rc::Rc;

use indexmap::IndexMap;
use wasmparser::ExternalKind;
use wasmparser::component_types::{ComponentDefinedTypeId, ComponentFuncTypeId, ResourceId};

use super::items::{Captured, Comp, CoreInst, Inst, Item, Module, lost};
use super::linked::{CoreDef, Export, Func};
use crate::decode::{CaptureSource, Component, ItemRef};
use crate::error::Result;
use crate::index::{FuncTypeId, InstanceIndex, ResourceIndex, TypeId};

/// The meaning of the validator's types in one component instance.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) resources: HashMap<ResourceId, ResourceIndex>,
    pub(super) types: HashMap<ComponentDefinedTypeId, TypeId>,
    pub(super) funcs: HashMap<ComponentFuncTypeId, FuncTypeId>,
}

/// A component instance that is being made.
pub(super) struct Frame<'d, 'a> {
    pub(super) component: &'d Component<'a>,
    pub(super) instance: InstanceIndex,
    /// The definition that comes next.
    pub(super) next: usize,
    /// The arguments of imports; the root's come from the host.
    pub(super) args: Option<HashMap<&'d str, Item>>,
    pub(super) captured: Rc<[Captured]>,
    pub(super) scope: Scope,
    pub(super) core_funcs: Vec<CoreDef>,
    pub(super) core_tables: Vec<CoreDef>,
    pub(super) core_memories: Vec<CoreDef>,
    pub(super) core_globals: Vec<CoreDef>,
    pub(super) core_tags: Vec<CoreDef>,
    pub(super) core_instances: Vec<CoreInst>,
    pub(super) modules: Vec<Module>,
    pub(super) funcs: Vec<Rc<Func>>,
    pub(super) instances: Vec<Rc<Inst>>,
    pub(super) components: Vec<Comp>,
    pub(super) exports: IndexMap<String, Item>,
    /// Of the root only.
    pub(super) root_exports: IndexMap<String, Export<'a>>,
}

impl<'d, 'a> Frame<'d, 'a> {
    pub(super) fn new(
        component: &'d Component<'a>,
        instance: InstanceIndex,
        captured: Rc<[Captured]>,
        args: Option<HashMap<&'d str, Item>>,
    ) -> Self {
        Self {
            component,
            instance,
            next: 0,
            args,
            captured,
            scope: Scope::default(),
            core_funcs: Vec::new(),
            core_tables: Vec::new(),
            core_memories: Vec::new(),
            core_globals: Vec::new(),
            core_tags: Vec::new(),
            core_instances: Vec::new(),
            modules: Vec::new(),
            funcs: Vec::new(),
            instances: Vec::new(),
            components: Vec::new(),
            exports: IndexMap::new(),
            root_exports: IndexMap::new(),
        }
    }

    /// Appends to the index space of the item's sort.
    pub(super) fn push(&mut self, item: Item) {
        match item {
            Item::Func(func) => self.funcs.push(func),
            Item::Instance(instance) => self.instances.push(instance),
            Item::Module(module) => self.modules.push(module),
            Item::Component(component) => self.components.push(component),
            Item::Resource(_) | Item::Type => {}
        }
    }

    pub(super) fn item(&self, item: ItemRef) -> Result<Item> {
        Ok(match item {
            ItemRef::Func(i) => Item::Func(at(&self.funcs, i)?.clone()),
            ItemRef::Instance(i) => Item::Instance(at(&self.instances, i)?.clone()),
            ItemRef::Module(i) => Item::Module(at(&self.modules, i)?.clone()),
            ItemRef::Component(i) => Item::Component(at(&self.components, i)?.clone()),
            ItemRef::Resource(id) => Item::Resource(self.resource(id)?),
            ItemRef::Type => Item::Type,
        })
    }

    pub(super) fn resource(&self, id: ResourceId) -> Result<ResourceIndex> {
        self.scope.resources.get(&id).copied().ok_or_else(|| lost("resource type"))
    }

    pub(super) fn captured(&self, source: CaptureSource) -> Result<Captured> {
        Ok(match source {
            CaptureSource::Module(i) => Captured::Module(at(&self.modules, i)?.clone()),
            CaptureSource::Component(i) => Captured::Component(at(&self.components, i)?.clone()),
            CaptureSource::Captured(i) => at(&self.captured, i)?.clone(),
        })
    }

    /// The index space of a sort of core items.
    pub(super) fn core_space(&self, kind: ExternalKind) -> &Vec<CoreDef> {
        match kind {
            ExternalKind::Func | ExternalKind::FuncExact => &self.core_funcs,
            ExternalKind::Table => &self.core_tables,
            ExternalKind::Memory => &self.core_memories,
            ExternalKind::Global => &self.core_globals,
            ExternalKind::Tag => &self.core_tags,
        }
    }

    pub(super) fn core_space_mut(&mut self, kind: ExternalKind) -> &mut Vec<CoreDef> {
        match kind {
            ExternalKind::Func | ExternalKind::FuncExact => &mut self.core_funcs,
            ExternalKind::Table => &mut self.core_tables,
            ExternalKind::Memory => &mut self.core_memories,
            ExternalKind::Global => &mut self.core_globals,
            ExternalKind::Tag => &mut self.core_tags,
        }
    }
}

/// The item at an index that validation has checked.
pub(super) fn at<T>(space: &[T], index: u32) -> Result<&T> {
    space.get(index as usize).ok_or_else(|| lost(&format!("index {index}")))
}
