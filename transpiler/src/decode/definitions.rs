//! The sections of a component as [`Definition`]s, with the validator's types looked up.

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentEntityType, ComponentFuncTypeId, ComponentValType, ResourceId,
};
use wasmparser::types::TypesRef;
use wasmparser::{
    CanonicalFunction, CanonicalOption, ComponentAlias, ComponentExternName, ComponentExternalKind,
    ComponentInstance, ComponentName, ComponentOuterAliasKind, ComponentType, Instance,
    KnownCustom, Payload,
};

use super::{
    CaptureSource, ComponentId, Decoder, Definition, ItemRef, Operand, Options, invalid, position,
};
use crate::error::{Code, Error, Result};

/// Sizes of the index spaces before a section, so that its items can be found in them.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    types: u32,
    funcs: u32,
    instances: u32,
}

fn read<T>(item: wasmparser::Result<T>) -> Result<T> {
    item.map_err(|e| invalid(&e))
}

impl<'a> Decoder<'_, 'a> {
    pub(super) fn counts(&self) -> Counts {
        match (self.open.last(), self.validator.types(0)) {
            (Some(super::Open::Component(_)), Some(types)) => Counts {
                types: types.component_type_count(),
                funcs: types.component_function_count(),
                instances: types.component_instance_count(),
            },
            _ => Counts::default(),
        }
    }

    pub(super) fn component_payload(
        &mut self,
        id: ComponentId,
        payload: &Payload<'a>,
        before: Counts,
    ) -> Result<()> {
        match payload {
            Payload::InstanceSection(section) => {
                for instance in section.clone() {
                    let definition = self.core_instance(read(instance)?);
                    self.push(id, definition);
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for (instance, index) in section.clone().into_iter().zip(before.instances..) {
                    let definition = self.instance(read(instance)?, index)?;
                    self.push(id, definition);
                }
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section.clone() {
                    if let Some(definition) = self.alias(id, read(alias)?)? {
                        self.push(id, definition);
                    }
                }
            }
            Payload::ComponentTypeSection(section) => {
                for (ty, index) in section.clone().into_iter().zip(before.types..) {
                    if let ComponentType::Resource { rep, dtor } = read(ty)? {
                        let resource = self.types().component_any_type_at(index);
                        let resource = resource.unwrap_resource().resource();
                        self.push(id, Definition::Resource { id: resource, rep, dtor });
                    }
                }
            }
            Payload::ComponentCanonicalSection(section) => {
                let mut lifted = before.funcs..;
                for canonical in section.clone() {
                    let definition = self.canonical(read(canonical)?, &mut lifted)?;
                    self.push(id, definition);
                }
            }
            Payload::ComponentImportSection(section) => {
                for import in section.clone() {
                    self.import(id, read(import)?.name)?;
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section.clone() {
                    let export = read(export)?;
                    let item = self.item(export.kind, export.index)?;
                    self.export(id, export.name, item)?;
                }
            }
            Payload::ComponentStartSection { range, .. } => {
                return Err(Error::new(
                    Code::Unsupported,
                    "component start functions are not released",
                )
                .offset(position(range.start)));
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::ComponentName(names) = section.as_known() {
                    self.module_names(id, names);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn import(&mut self, id: ComponentId, name: ComponentExternName<'a>) -> Result<()> {
        let item = self.types().component_item_for_import(name.name);
        let ty = item.ok_or_else(|| missing(name.name))?.ty;
        self.note_module(id, ty);
        let definition = Definition::Import {
            name: name.name,
            full_name: name.full_name().into_owned(),
            implements: name.full_implements().map(std::borrow::Cow::into_owned),
            external_id: name.external_id,
            ty,
        };
        self.push(id, definition);
        Ok(())
    }

    fn export(
        &mut self,
        id: ComponentId,
        name: ComponentExternName<'a>,
        item: ItemRef,
    ) -> Result<()> {
        let found = self.types().component_item_for_export(name.name);
        let ty = found.ok_or_else(|| missing(name.name))?.ty;
        self.note_module(id, ty);
        let full_name = name.full_name().into_owned();
        self.push(id, Definition::Export { name: name.name, full_name, item, ty });
        Ok(())
    }

    /// Takes note that the next core module of a component is none of its own.
    fn note_module(&mut self, id: ComponentId, ty: ComponentEntityType) {
        if let ComponentEntityType::Module(_) = ty {
            self.local_modules[id.0 as usize].push(None);
        }
    }

    /// The index spaces of the innermost open component.
    fn types(&self) -> TypesRef<'_> {
        self.validator.types(0).expect("a component is open")
    }

    /// Takes over the names of core modules that do not name themselves.
    fn module_names(&mut self, id: ComponentId, names: wasmparser::ComponentNameSectionReader<'a>) {
        // A malformed custom section does not make a component invalid.
        for name in names.into_iter().map_while(std::result::Result::ok) {
            let ComponentName::CoreModules(map) = name else { continue };
            for naming in map.into_iter().map_while(std::result::Result::ok) {
                let local = self.local_modules[id.0 as usize].get(naming.index as usize);
                if let Some(&Some(module)) = local {
                    self.modules[module.0 as usize].name.get_or_insert(naming.name);
                }
            }
        }
    }

    fn core_instance(&self, instance: Instance<'a>) -> Definition<'a> {
        match instance {
            Instance::Instantiate { module_index, args } => Definition::CoreInstantiate {
                module: module_index,
                ty: self.types().module_at(module_index),
                args: args.iter().map(|a| (a.name, a.index)).collect(),
            },
            Instance::FromExports(exports) => {
                Definition::CoreExports(exports.iter().map(|e| (e.name, e.kind, e.index)).collect())
            }
        }
    }

    fn instance(&self, instance: ComponentInstance<'a>, index: u32) -> Result<Definition<'a>> {
        Ok(match instance {
            ComponentInstance::Instantiate { component_index, args } => Definition::Instantiate {
                component: component_index,
                component_ty: self.types().component_at(component_index),
                ty: self.types().component_instance_at(index),
                args: args
                    .iter()
                    .map(|a| Ok((a.name, self.item(a.kind, a.index)?)))
                    .collect::<Result<_>>()?,
            },
            ComponentInstance::FromExports(exports) => Definition::Exports(
                exports
                    .iter()
                    .map(|e| Ok((e.name.name, self.item(e.kind, e.index)?)))
                    .collect::<Result<_>>()?,
            ),
        })
    }

    #[expect(clippy::needless_pass_by_value, reason = "its parts are copied out")]
    fn alias(
        &mut self,
        id: ComponentId,
        alias: ComponentAlias<'a>,
    ) -> Result<Option<Definition<'a>>> {
        Ok(match alias {
            ComponentAlias::InstanceExport { kind: ComponentExternalKind::Type, .. } => None,
            ComponentAlias::InstanceExport { kind, instance_index, name } => {
                if kind == ComponentExternalKind::Module {
                    self.local_modules[id.0 as usize].push(None);
                }
                Some(Definition::AliasExport { instance: instance_index, name })
            }
            ComponentAlias::CoreInstanceExport { kind, instance_index, name } => {
                Some(Definition::AliasCoreExport { kind, instance: instance_index, name })
            }
            ComponentAlias::Outer { kind, count, index } => {
                let source = match kind {
                    ComponentOuterAliasKind::CoreModule => {
                        self.local_modules[id.0 as usize].push(None);
                        CaptureSource::Module(index)
                    }
                    ComponentOuterAliasKind::Component => CaptureSource::Component(index),
                    ComponentOuterAliasKind::CoreType | ComponentOuterAliasKind::Type => {
                        return Ok(None);
                    }
                };
                Some(if count == 0 {
                    Definition::AliasLocal(source)
                } else {
                    Definition::AliasCaptured(self.capture(count, source)?)
                })
            }
        })
    }

    #[expect(clippy::unnecessary_wraps, reason = "as the other definitions")]
    fn canonical(
        &self,
        canonical: CanonicalFunction,
        lifted: &mut std::ops::RangeFrom<u32>,
    ) -> Result<Definition<'a>> {
        use CanonicalFunction as C;
        let types = self.types();
        let defined = |ty: u32| Operand::Defined(types.component_defined_type_at(ty));
        let none = Box::default;
        let (operand, options) = match &canonical {
            C::Lift { core_func_index, options, .. } => {
                let ty = types.component_function_at(lifted.next().unwrap_or(u32::MAX));
                let options = self.options(options.clone());
                return Ok(Definition::Lift { core_func: *core_func_index, ty, options });
            }
            C::Lower { func_index, options } => {
                let ty: ComponentFuncTypeId = types.component_function_at(*func_index);
                let options = self.options(options.clone());
                return Ok(Definition::Lower { func: *func_index, ty, options });
            }
            C::ResourceNew { resource } => {
                return Ok(Definition::ResourceNew(self.resource(*resource)));
            }
            C::ResourceRep { resource } => {
                return Ok(Definition::ResourceRep(self.resource(*resource)));
            }
            C::ResourceDrop { resource } => {
                return Ok(Definition::ResourceDrop(self.resource(*resource)));
            }
            C::TaskReturn { result, options } => {
                let operand = match result {
                    None => Operand::None,
                    Some(wasmparser::ComponentValType::Primitive(ty)) => {
                        Operand::Value(ComponentValType::Primitive(*ty))
                    }
                    Some(wasmparser::ComponentValType::Type(ty)) => {
                        Operand::Value(ComponentValType::Type(types.component_defined_type_at(*ty)))
                    }
                };
                (operand, options.clone())
            }
            C::StreamRead { ty, options }
            | C::StreamWrite { ty, options }
            | C::FutureRead { ty, options }
            | C::FutureWrite { ty, options } => (defined(*ty), options.clone()),
            C::StreamNew { ty }
            | C::StreamForward { ty }
            | C::StreamCancelRead { ty, .. }
            | C::StreamCancelWrite { ty, .. }
            | C::StreamDropReadable { ty }
            | C::StreamDropWritable { ty }
            | C::FutureNew { ty }
            | C::FutureForward { ty }
            | C::FutureCancelRead { ty, .. }
            | C::FutureCancelWrite { ty, .. }
            | C::FutureDropReadable { ty }
            | C::FutureDropWritable { ty } => (defined(*ty), none()),
            C::ErrorContextNew { options } | C::ErrorContextDebugMessage { options } => {
                (Operand::None, options.clone())
            }
            C::WaitableSetWait { memory } | C::WaitableSetPoll { memory } => {
                (Operand::None, [CanonicalOption::Memory(*memory)].into())
            }
            _ => (Operand::None, none()),
        };
        Ok(Definition::Async { canonical, operand, options: self.options(options) })
    }

    fn options(&self, list: Box<[CanonicalOption]>) -> Options {
        let memory = list.iter().find_map(|option| match option {
            CanonicalOption::Memory(index) => Some(self.types().memory_at(*index)),
            _ => None,
        });
        Options {
            list,
            memory64: memory.is_some_and(|m| m.memory64),
            shared: memory.is_some_and(|m| m.shared),
        }
    }

    fn resource(&self, index: u32) -> ResourceId {
        self.types().component_any_type_at(index).unwrap_resource().resource()
    }

    fn item(&self, kind: ComponentExternalKind, index: u32) -> Result<ItemRef> {
        Ok(match kind {
            ComponentExternalKind::Module => ItemRef::Module(index),
            ComponentExternalKind::Func => ItemRef::Func(index),
            ComponentExternalKind::Instance => ItemRef::Instance(index),
            ComponentExternalKind::Component => ItemRef::Component(index),
            ComponentExternalKind::Type => match self.types().component_any_type_at(index) {
                ComponentAnyTypeId::Resource(id) => ItemRef::Resource(id.resource()),
                _ => ItemRef::Type,
            },
            ComponentExternalKind::Value => {
                return Err(Error::new(Code::Unsupported, "component values are not released"));
            }
        })
    }
}

fn missing(name: &str) -> Error {
    Error::new(Code::InvalidComponent, format!("the type of `{name}` is not known"))
}
