//! Items that leave the linker: exports of the root, and arguments of imported components.

use indexmap::IndexMap;
use wasmparser::component_types::{ComponentEntityType, ComponentInstanceTypeId};

use super::frame::Scope;
use super::items::{Comp, Inst, Item, Module, lost};
use super::linked::{Export, Func, ModuleRef};
use super::{Linker, link_component};
use crate::error::{Code, Error, Result};

impl<'a> Linker<'_, 'a, '_> {
    /// An item as it is seen from outside: no more of it than its type says.
    pub(super) fn export(
        &mut self,
        scope: &mut Scope,
        name: &str,
        ty: ComponentEntityType,
        item: &Item,
    ) -> Result<Export<'a>> {
        self.spent.item(name, &[])?;
        Ok(match (ty, item) {
            (ComponentEntityType::Func(id), Item::Func(func)) => {
                self.spent.export()?;
                if let Func::Host { item, .. } = &**func {
                    self.spent.host(item)?;
                }
                Export::Func { func: (**func).clone(), ty: self.func_type(scope, id)? }
            }
            (ComponentEntityType::Instance(id), Item::Instance(instance)) => {
                self.export_instance(scope, id, instance)?
            }
            (ComponentEntityType::Type { .. }, Item::Resource(resource)) => {
                self.rename_resource(*resource, name);
                Export::Resource(*resource)
            }
            (ComponentEntityType::Type { created, .. }, Item::Type) => {
                self.name_type(scope, name, created)?;
                Export::Type
            }
            (ComponentEntityType::Module(_), Item::Module(module)) => {
                Export::Module(self.module_ref(module))
            }
            (ComponentEntityType::Component(_), Item::Component(component)) => match component {
                Comp::Host(host) => Export::Host((**host).clone()),
                Comp::Static { component: id, captured } => {
                    if component.captures_host() {
                        return Err(Error::new(
                            Code::Unsupported,
                            format!("the exported component `{name}` captures an import of the component around it"),
                        )
                        .help("pass it to the inner component as an import of its own"));
                    }
                    let linked = link_component(self.decoded, *id, captured.clone(), self.spent)?;
                    Export::Component(Box::new(linked))
                }
            },
            _ => return Err(lost(name)),
        })
    }

    fn export_instance(
        &mut self,
        scope: &mut Scope,
        id: ComponentInstanceTypeId,
        instance: &Inst,
    ) -> Result<Export<'a>> {
        let decoded = self.decoded;
        let ty = &decoded.types[id];
        let mut exports = IndexMap::new();
        for (name, export) in &ty.exports {
            let item = instance.exports.get(name).ok_or_else(|| lost(name))?;
            let export_item = self.export(scope, name, export.ty, item)?;
            exports.insert(export.full_name(name).into_owned(), export_item);
        }
        // A type that leaves something out hides it, so the host's object does not pass as it is.
        match &instance.host {
            Some(host) if shows_all(instance, &exports) => Ok(Export::Host(host.clone())),
            _ => Ok(Export::Instance(exports)),
        }
    }

    pub(super) fn module_ref(&mut self, module: &Module) -> ModuleRef {
        match module {
            Module::Static(id) => ModuleRef::Static(self.module(*id)),
            Module::Host(host) => ModuleRef::Host((**host).clone()),
        }
    }
}

fn shows_all(instance: &Inst, exports: &IndexMap<String, Export<'_>>) -> bool {
    instance.exports.len() == exports.len()
        && !exports.values().any(|export| matches!(export, Export::Instance(_)))
}
