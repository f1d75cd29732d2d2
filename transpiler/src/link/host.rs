//! Items that the host passes in: imports of the root, and exports of imported components.

use std::rc::Rc;

use indexmap::IndexMap;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentCoreModuleTypeId, ComponentEntityType,
};
use wasmparser::types::EntityType;

use super::Linker;
use super::frame::Scope;
use super::items::{Comp, Inst, Item, Module};
use super::linked::{Func, HostItem, ImportKind, ModuleType, Resource, ResourceKind};
use crate::error::{Code, Error, Result};
use crate::index::ResourceIndex;

impl Linker<'_, '_, '_> {
    /// The item of a type that the host passes in at a place.
    pub(super) fn host_item(
        &mut self,
        scope: &mut Scope,
        name: &str,
        ty: ComponentEntityType,
        host: HostItem,
    ) -> Result<(Item, ImportKind)> {
        self.spent.item(name, &host.path)?;
        Ok(match ty {
            ComponentEntityType::Func(id) => {
                let ty = self.func_type(scope, id)?;
                (Item::Func(Rc::new(Func::Host { item: host, ty })), ImportKind::Func(ty))
            }
            ComponentEntityType::Instance(id) => {
                let decoded = self.decoded;
                let mut exports = IndexMap::new();
                let mut kinds = IndexMap::new();
                for (name, export) in &decoded.types[id].exports {
                    let full_name = export.full_name(name).into_owned();
                    let mut path = host.path.clone();
                    path.push(full_name.clone());
                    let host = HostItem { root: host.root, path };
                    let (item, kind) = self.host_item(scope, name, export.ty, host)?;
                    exports.insert(name.clone(), item);
                    kinds.insert(full_name, kind);
                }
                (
                    Item::Instance(Rc::new(Inst { host: Some(host), exports })),
                    ImportKind::Instance(kinds),
                )
            }
            ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(id), .. } => {
                let resource = if let Some(&known) = scope.resources.get(&id.resource()) {
                    known
                } else {
                    let new = self
                        .new_resource(Resource { name: None, kind: ResourceKind::Imported(host) });
                    scope.resources.insert(id.resource(), new);
                    new
                };
                self.name_resource(resource, name);
                (Item::Resource(resource), ImportKind::Resource(resource))
            }
            ComponentEntityType::Type { created, .. } => {
                self.name_type(scope, name, created)?;
                (Item::Type, ImportKind::Type)
            }
            ComponentEntityType::Module(id) => (
                Item::Module(Module::Host(Rc::new(host))),
                ImportKind::Module(self.module_type(id)?),
            ),
            ComponentEntityType::Component(_) => {
                (Item::Component(Comp::Host(Rc::new(host))), ImportKind::Component)
            }
            ComponentEntityType::Value(_) => {
                return Err(Error::new(Code::Unsupported, "values cannot be imported"));
            }
        })
    }

    fn module_type(&mut self, id: ComponentCoreModuleTypeId) -> Result<ModuleType> {
        let ty = &self.decoded.types[id];
        let (mut imports, mut exports) = (Vec::new(), Vec::new());
        for ((module, name), ty) in &ty.imports {
            self.spent.text(module.len() + name.len())?;
            imports.push((module.clone(), name.clone(), core_kind(*ty)));
        }
        for (name, ty) in &ty.exports {
            self.spent.text(name.len())?;
            exports.push((name.clone(), core_kind(*ty)));
        }
        Ok(ModuleType { imports, exports })
    }

    pub(super) fn new_resource(&mut self, resource: Resource) -> ResourceIndex {
        let index = ResourceIndex::at(self.out.resources.len());
        self.out.resources.push(resource);
        index
    }
}

/// The JS API's name for a kind of core item.
fn core_kind(ty: EntityType) -> &'static str {
    match ty {
        EntityType::Func(_) | EntityType::FuncExact(_) => "function",
        EntityType::Table(_) => "table",
        EntityType::Memory(_) => "memory",
        EntityType::Global(_) => "global",
        EntityType::Tag(_) => "tag",
    }
}
