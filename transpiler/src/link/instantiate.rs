//! Runs the definitions of components. Nested instantiation keeps its frames on a
//! stack of its own, so nesting costs no native stack.

use std::collections::HashMap;
use std::rc::Rc;

use indexmap::IndexMap;
use wasmparser::ExternalKind;
use wasmparser::component_types::{
    ComponentCoreModuleTypeId, ComponentEntityType, ComponentFuncTypeId, ComponentInstanceTypeId,
    ComponentTypeId,
};

use super::Linker;
use super::frame::{Frame, Scope, at};
use super::items::{Captured, Comp, CoreInst, Inst, Item, Module, lost};
use super::linked::{
    CoreDef, Func, HostItem, HostRoot, Import, ImportKind, Initializer, Lift, Resource,
    ResourceKind, Trampoline,
};
use crate::decode::{Definition, ItemRef, Options};
use crate::error::Result;
use crate::index::{ImportIndex, LiftIndex, TrampolineIndex};

impl<'d, 'a> Linker<'d, 'a, '_> {
    /// Runs the root and everything it instantiates.
    pub(super) fn run(&mut self, root: Frame<'d, 'a>) -> Result<Frame<'d, 'a>> {
        let mut outer = Vec::new();
        let mut frame = root;
        loop {
            let component = frame.component;
            if let Some(definition) = component.definitions.get(frame.next) {
                frame.next += 1;
                self.spent.work(1)?;
                if let Some(callee) = self.define(&mut frame, definition)? {
                    outer.push(std::mem::replace(&mut frame, callee));
                }
                continue;
            }
            let Some(mut caller) = outer.pop() else { return Ok(frame) };
            let instance = Inst { host: None, exports: frame.exports };
            self.instantiated(&mut caller, instance)?;
            frame = caller;
        }
    }

    /// Finishes the instantiation that a frame waits for.
    fn instantiated(&mut self, frame: &mut Frame<'d, 'a>, instance: Inst) -> Result<()> {
        let component = frame.component;
        let Some(Definition::Instantiate { ty, .. }) = component.definitions.get(frame.next - 1)
        else {
            return Err(lost("instance"));
        };
        let item = Item::Instance(Rc::new(instance));
        self.bind(&mut frame.scope, "", ComponentEntityType::Instance(*ty), &item)?;
        frame.push(item);
        Ok(())
    }

    /// Runs one definition; gives the frame of a component that has to run first.
    fn define(
        &mut self,
        frame: &mut Frame<'d, 'a>,
        definition: &'d Definition<'a>,
    ) -> Result<Option<Frame<'d, 'a>>> {
        match definition {
            Definition::Import { name, full_name, implements, external_id, ty } => {
                let import = |kind| Import {
                    name: full_name.clone(),
                    implements: implements.clone(),
                    external_id: external_id.map(str::to_owned),
                    kind,
                };
                self.define_import(frame, name, full_name, *ty, import)?;
            }
            Definition::Module(id) => frame.modules.push(Module::Static(*id)),
            Definition::Component(id) => {
                let sources = &self.component(*id).captures;
                self.spent.work(sources.len())?;
                let captured =
                    sources.iter().map(|s| frame.captured(*s)).collect::<Result<Rc<[_]>>>()?;
                frame.components.push(Comp::Static { component: *id, captured });
            }
            Definition::CoreInstantiate { module, ty, args } => {
                self.core_instantiate(frame, *module, *ty, args)?;
            }
            Definition::CoreExports(exports) => self.core_exports(frame, exports)?,
            Definition::Instantiate { component, component_ty, ty, args } => {
                return self.instantiate(frame, *component, *component_ty, *ty, args);
            }
            Definition::Exports(exports) => self.exports(frame, exports)?,
            Definition::Resource { id, rep, dtor } => {
                let dtor = dtor.map(|i| self.spent.core(&frame.core_funcs, i)).transpose()?;
                let kind = ResourceKind::Defined { instance: frame.instance, rep: *rep, dtor };
                let resource = self.new_resource(Resource { name: None, kind });
                frame.scope.resources.insert(*id, resource);
            }
            Definition::AliasExport { instance, name } => {
                let instance = at(&frame.instances, *instance)?;
                let item = instance.exports.get(*name).cloned().ok_or_else(|| lost(name))?;
                frame.push(item);
            }
            Definition::AliasCoreExport { kind, instance, name } => {
                self.spent.text(name.len())?;
                let def = at(&frame.core_instances, *instance)?.export(name)?;
                frame.core_space_mut(*kind).push(def);
            }
            Definition::AliasCaptured(slot) => {
                let captured = at(&frame.captured, *slot)?.clone();
                push_captured(frame, captured);
            }
            Definition::AliasLocal(source) => {
                let captured = frame.captured(*source)?;
                push_captured(frame, captured);
            }
            Definition::Lift { core_func, ty, options } => {
                self.lift(frame, *core_func, *ty, options)?;
            }
            Definition::Lower { func, ty, options } => {
                self.lower(frame, *func, *ty, options)?;
            }
            Definition::ResourceNew(id) => {
                let (resource, instance) = (frame.resource(*id)?, frame.instance);
                self.trampoline(frame, Trampoline::ResourceNew { resource, instance })?;
            }
            Definition::ResourceRep(id) => {
                let (resource, instance) = (frame.resource(*id)?, frame.instance);
                self.trampoline(frame, Trampoline::ResourceRep { resource, instance })?;
            }
            Definition::ResourceDrop(id) => {
                let (resource, instance) = (frame.resource(*id)?, frame.instance);
                self.trampoline(frame, Trampoline::ResourceDrop { resource, instance })?;
            }
            Definition::Async { canonical, operand, options } => {
                let builtin = self.builtin(frame, canonical, *operand, options)?;
                let instance = frame.instance;
                self.trampoline(frame, Trampoline::Async { builtin, instance })?;
            }
            Definition::Export { name, full_name, item, ty } => {
                let names = (*name, full_name.as_str());
                self.define_export(frame, names, *item, *ty)?;
            }
        }
        Ok(None)
    }

    /// An import: what the component is given under its name, or for the root, of the host.
    fn define_import(
        &mut self,
        frame: &mut Frame<'d, 'a>,
        name: &str,
        full_name: &str,
        ty: ComponentEntityType,
        import: impl FnOnce(ImportKind) -> Import,
    ) -> Result<()> {
        let item = if let Some(args) = &frame.args {
            let item = args.get(name).cloned().ok_or_else(|| lost(name))?;
            self.bind(&mut frame.scope, name, ty, &item)?;
            item
        } else {
            let index = ImportIndex::at(self.out.imports.len());
            let host = HostItem { root: HostRoot::Import(index), path: Vec::new() };
            let (item, kind) = self.host_item(&mut frame.scope, full_name, ty, host)?;
            self.out.imports.push(import(kind));
            item
        };
        frame.push(item);
        Ok(())
    }

    fn core_exports(
        &mut self,
        frame: &mut Frame<'d, 'a>,
        exports: &[(&str, ExternalKind, u32)],
    ) -> Result<()> {
        let mut items = HashMap::new();
        for &(name, kind, index) in exports {
            self.spent.text(name.len())?;
            let def = self.spent.core(frame.core_space(kind), index)?;
            items.insert(name.to_owned(), def);
        }
        frame.core_instances.push(CoreInst::Exports(items));
        Ok(())
    }

    fn exports(&mut self, frame: &mut Frame<'d, 'a>, exports: &[(&str, ItemRef)]) -> Result<()> {
        let mut items = IndexMap::new();
        for &(name, item) in exports {
            self.spent.text(name.len())?;
            items.insert(name.to_owned(), frame.item(item)?);
        }
        frame.push(Item::Instance(Rc::new(Inst { host: None, exports: items })));
        Ok(())
    }

    fn core_instantiate(
        &mut self,
        frame: &mut Frame<'d, 'a>,
        module: u32,
        ty: ComponentCoreModuleTypeId,
        args: &[(&'a str, u32)],
    ) -> Result<()> {
        let module = at(&frame.modules, module)?.clone();
        let mut by_name = HashMap::new();
        for &(name, index) in args {
            by_name.insert(name, at(&frame.core_instances, index)?);
        }
        let decoded = self.decoded;
        let mut imports: IndexMap<String, IndexMap<String, CoreDef>> = IndexMap::new();
        for ((module, field), _) in &decoded.types[ty].imports {
            self.spent.text(module.len() + field.len())?;
            let instance = by_name.get(module.as_str()).ok_or_else(|| lost(module))?;
            let def = instance.export(field)?;
            if let Some(fields) = imports.get_mut(module) {
                fields.insert(field.clone(), def);
            } else {
                let fields = IndexMap::from([(field.clone(), def)]);
                imports.insert(module.clone(), fields);
            }
        }
        let module = self.module_ref(&module);
        let instance = self.new_core_instance()?;
        self.out.initializers.push(Initializer::InstantiateModule { module, args: imports });
        frame.core_instances.push(CoreInst::Module(instance));
        Ok(())
    }

    fn instantiate(
        &mut self,
        frame: &mut Frame<'d, 'a>,
        component: u32,
        component_ty: ComponentTypeId,
        ty: ComponentInstanceTypeId,
        args: &'d [(&'a str, ItemRef)],
    ) -> Result<Option<Frame<'d, 'a>>> {
        self.spent.work(args.len())?;
        let mut items = HashMap::with_capacity(args.len());
        for &(name, item) in args {
            items.insert(name, frame.item(item)?);
        }
        match at(&frame.components, component)?.clone() {
            Comp::Static { component, captured } => {
                let instance = self.new_instance(Some(frame.instance))?;
                Ok(Some(Frame::new(self.component(component), instance, captured, Some(items))))
            }
            Comp::Host(host) => {
                let args = self.host_args(&frame.scope, component_ty, &items)?;
                let instance = self.new_host_instance()?;
                self.out
                    .initializers
                    .push(Initializer::InstantiateComponent { component: (*host).clone(), args });
                let host = HostItem { root: HostRoot::Instance(instance), path: Vec::new() };
                let ty = ComponentEntityType::Instance(ty);
                let (item, kind) = self.host_item(&mut frame.scope, "", ty, host)?;
                self.out.host_instances.push(kind);
                frame.push(item);
                Ok(None)
            }
        }
    }

    /// The arguments of an imported component, as far as its type asks for them.
    fn host_args(
        &mut self,
        outer: &Scope,
        ty: ComponentTypeId,
        items: &HashMap<&'d str, Item>,
    ) -> Result<IndexMap<String, super::linked::Export<'a>>> {
        let decoded = self.decoded;
        // The component's own ids for imported resources mean what it is given.
        let mut scope = Scope { resources: outer.resources.clone(), ..Scope::default() };
        self.spent.work(scope.resources.len())?;
        let mut args = IndexMap::new();
        for (name, import) in &decoded.types[ty].imports {
            let item = items.get(name.as_str()).ok_or_else(|| lost(name))?;
            self.bind(&mut scope, name, import.ty, item)?;
            let arg = self.export(&mut scope, name, import.ty, item)?;
            args.insert(import.full_name(name).into_owned(), arg);
        }
        Ok(args)
    }

    fn lift(
        &mut self,
        frame: &mut Frame<'d, 'a>,
        core_func: u32,
        ty: ComponentFuncTypeId,
        options: &Options,
    ) -> Result<()> {
        let ty = self.func_type(&mut frame.scope, ty)?;
        let options = self.options(frame, options)?;
        let core_func = self.spent.core(&frame.core_funcs, core_func)?;
        let lift = LiftIndex::at(self.out.lifts.len());
        self.out.lifts.push(Lift { core_func, ty, options });
        frame.push(Item::Func(Rc::new(Func::Lift(lift))));
        Ok(())
    }

    fn lower(
        &mut self,
        frame: &mut Frame<'d, 'a>,
        func: u32,
        ty: ComponentFuncTypeId,
        options: &Options,
    ) -> Result<()> {
        let ty = self.func_type(&mut frame.scope, ty)?;
        let options = self.options(frame, options)?;
        let func = (**at(&frame.funcs, func)?).clone();
        self.trampoline(frame, Trampoline::Lower { func, ty, options })
    }

    /// An export under its name, and its full name if it is one of the root.
    fn define_export(
        &mut self,
        frame: &mut Frame<'d, 'a>,
        (name, full_name): (&str, &str),
        item: ItemRef,
        ty: ComponentEntityType,
    ) -> Result<()> {
        let item = frame.item(item)?;
        // An export may be ascribed a type whose resources are new names for the item's.
        self.bind(&mut frame.scope, name, ty, &item)?;
        if frame.args.is_none() {
            let export = self.export(&mut frame.scope, name, ty, &item)?;
            frame.root_exports.insert(full_name.to_owned(), export);
        } else {
            self.spent.text(name.len())?;
            frame.exports.insert(name.to_owned(), item.clone());
        }
        frame.push(item);
        Ok(())
    }

    /// Appends a trampoline to the core functions, one that exists already if it is equal.
    fn trampoline(&mut self, frame: &mut Frame<'d, 'a>, trampoline: Trampoline) -> Result<()> {
        if let Trampoline::Lower { func: Func::Host { item, .. }, .. } = &trampoline {
            self.spent.host(item)?;
        }
        let (index, _) = self.trampolines.insert_full(trampoline);
        frame.core_funcs.push(CoreDef::Trampoline(TrampolineIndex::at(index)));
        Ok(())
    }
}

fn push_captured(frame: &mut Frame<'_, '_>, captured: Captured) {
    match captured {
        Captured::Module(module) => frame.modules.push(module),
        Captured::Component(component) => frame.components.push(component),
    }
}
