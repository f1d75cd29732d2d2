//! Types of the validator as interned types, and resources found by walking types
//! and items in parallel.

use wasmparser::PrimitiveValType;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentEntityType,
    ComponentFuncTypeId, ComponentValType, ResourceId,
};

use super::Linker;
use super::frame::Scope;
use super::items::{Item, lost};
use crate::abi::types::{FuncType, Type};
use crate::error::Result;
use crate::index::{FuncTypeId, ResourceIndex, TypeId};
use crate::link::linked::ResourceKind;

/// A converted type and whether a resource is in it.
#[derive(Clone, Copy)]
struct Converted {
    id: TypeId,
    has_resource: bool,
}

impl Linker<'_, '_, '_> {
    /// Learns which resources the ids in a type stand for from an item of that type.
    pub(super) fn bind(
        &mut self,
        scope: &mut Scope,
        name: &str,
        ty: ComponentEntityType,
        item: &Item,
    ) -> Result<()> {
        self.spent.work(1)?;
        match (ty, item) {
            (ComponentEntityType::Type { created, referenced }, Item::Resource(resource)) => {
                for id in [created, referenced] {
                    if let ComponentAnyTypeId::Resource(id) = id {
                        scope.resources.insert(id.resource(), *resource);
                    }
                }
                self.name_resource(*resource, name);
            }
            (ComponentEntityType::Instance(id), Item::Instance(instance)) => {
                let decoded = self.decoded;
                for (name, export) in &decoded.types[id].exports {
                    if let Some(item) = instance.exports.get(name) {
                        self.bind(scope, name, export.ty, item)?;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Names a resource that has no name yet.
    pub(super) fn name_resource(&mut self, resource: ResourceIndex, name: &str) {
        self.out.resources[resource.index()].name.get_or_insert_with(|| name.to_owned());
    }

    /// Names a resource as the root exports it, which is the name that users know.
    pub(super) fn rename_resource(&mut self, resource: ResourceIndex, name: &str) {
        let resource = &mut self.out.resources[resource.index()];
        if matches!(resource.kind, ResourceKind::Defined { .. }) {
            resource.name = Some(name.to_owned());
        }
    }

    /// Names a type that is exported or imported.
    pub(super) fn name_type(
        &mut self,
        scope: &mut Scope,
        name: &str,
        ty: ComponentAnyTypeId,
    ) -> Result<()> {
        if let ComponentAnyTypeId::Defined(id) = ty {
            let ty = self.defined_type(scope, id)?.id;
            self.out.types.name(ty, name);
        }
        Ok(())
    }

    pub(super) fn func_type(
        &mut self,
        scope: &mut Scope,
        id: ComponentFuncTypeId,
    ) -> Result<FuncTypeId> {
        if let Some(&known) = self.plain_funcs.get(&id).or_else(|| scope.funcs.get(&id)) {
            return Ok(known);
        }
        let decoded = self.decoded;
        let func = &decoded.types[id];
        let mut has_resource = false;
        let mut params = Vec::with_capacity(func.params.len());
        for (name, ty) in &func.params {
            self.spent.text(name.as_str().len())?;
            let ty = self.converted(scope, *ty, &mut has_resource)?;
            params.push((name.as_str().to_owned(), ty));
        }
        let result = self.optional(scope, func.result, &mut has_resource)?;
        let ty = self.out.types.intern_func(FuncType { is_async: func.async_, params, result });
        let memo = if has_resource { &mut scope.funcs } else { &mut self.plain_funcs };
        memo.insert(id, ty);
        Ok(ty)
    }

    pub(super) fn val_type(&mut self, scope: &mut Scope, ty: ComponentValType) -> Result<TypeId> {
        self.converted(scope, ty, &mut false)
    }

    /// The type of a `stream` or `future`, or any other that is defined.
    pub(super) fn defined(
        &mut self,
        scope: &mut Scope,
        id: ComponentDefinedTypeId,
    ) -> Result<TypeId> {
        Ok(self.defined_type(scope, id)?.id)
    }

    fn optional(
        &mut self,
        scope: &mut Scope,
        ty: Option<ComponentValType>,
        has_resource: &mut bool,
    ) -> Result<Option<TypeId>> {
        ty.map(|ty| self.converted(scope, ty, has_resource)).transpose()
    }

    fn converted(
        &mut self,
        scope: &mut Scope,
        ty: ComponentValType,
        has_resource: &mut bool,
    ) -> Result<TypeId> {
        match ty {
            ComponentValType::Primitive(ty) => Ok(self.out.types.intern(primitive(ty))),
            ComponentValType::Type(id) => {
                let converted = self.defined_type(scope, id)?;
                *has_resource |= converted.has_resource;
                Ok(converted.id)
            }
        }
    }

    /// Recursion is bounded: the validator allows types 100 levels deep.
    fn defined_type(&mut self, scope: &mut Scope, id: ComponentDefinedTypeId) -> Result<Converted> {
        if let Some(&id) = self.plain_types.get(&id) {
            return Ok(Converted { id, has_resource: false });
        }
        if let Some(&id) = scope.types.get(&id) {
            return Ok(Converted { id, has_resource: true });
        }
        let mut has_resource = false;
        let ty = self.structure(scope, id, &mut has_resource)?;
        let ty = self.out.types.intern(ty);
        let memo = if has_resource { &mut scope.types } else { &mut self.plain_types };
        memo.insert(id, ty);
        Ok(Converted { id: ty, has_resource })
    }

    fn structure(
        &mut self,
        scope: &mut Scope,
        id: ComponentDefinedTypeId,
        has_resource: &mut bool,
    ) -> Result<Type> {
        use ComponentDefinedType as T;
        self.spent.work(1)?;
        let decoded = self.decoded;
        Ok(match &decoded.types[id] {
            T::Primitive(ty) => primitive(*ty),
            T::Record(record) => {
                let mut fields = Vec::with_capacity(record.fields.len());
                for (name, ty) in &record.fields {
                    let name = self.label(name.as_str())?;
                    fields.push((name, self.converted(scope, *ty, has_resource)?));
                }
                Type::Record(fields)
            }
            T::Variant(variant) => {
                let mut cases = Vec::with_capacity(variant.cases.len());
                for (name, case) in &variant.cases {
                    let name = self.label(name.as_str())?;
                    cases.push((name, self.optional(scope, case.ty, has_resource)?));
                }
                Type::Variant(cases)
            }
            T::Tuple(tuple) => {
                self.spent.work(tuple.types.len())?;
                let mut types = Vec::with_capacity(tuple.types.len());
                for ty in &tuple.types {
                    types.push(self.converted(scope, *ty, has_resource)?);
                }
                Type::Tuple(types)
            }
            T::Flags(names) => {
                Type::Flags(names.iter().map(|n| self.label(n.as_str())).collect::<Result<_>>()?)
            }
            T::Enum(names) => {
                Type::Enum(names.iter().map(|n| self.label(n.as_str())).collect::<Result<_>>()?)
            }
            T::List { element, .. } => Type::List(self.converted(scope, *element, has_resource)?),
            T::FixedLengthList { element, length, .. } => {
                Type::FixedLengthList(self.converted(scope, *element, has_resource)?, *length)
            }
            T::Map { key, value, .. } => Type::Map(
                self.converted(scope, *key, has_resource)?,
                self.converted(scope, *value, has_resource)?,
            ),
            T::Option { ty, .. } => Type::Option(self.converted(scope, *ty, has_resource)?),
            T::Result { ok, err, .. } => Type::Result {
                ok: self.optional(scope, *ok, has_resource)?,
                err: self.optional(scope, *err, has_resource)?,
            },
            T::Own(id) => {
                *has_resource = true;
                Type::Own(resource(scope, id.resource())?)
            }
            T::Borrow(id) => {
                *has_resource = true;
                Type::Borrow(resource(scope, id.resource())?)
            }
            T::Future { ty, .. } => Type::Future(self.optional(scope, *ty, has_resource)?),
            T::Stream { ty, .. } => Type::Stream(self.optional(scope, *ty, has_resource)?),
        })
    }

    fn label(&mut self, name: &str) -> Result<String> {
        self.spent.text(name.len())?;
        Ok(name.to_owned())
    }
}

fn resource(scope: &Scope, id: ResourceId) -> Result<ResourceIndex> {
    scope.resources.get(&id).copied().ok_or_else(|| lost("resource type"))
}

fn primitive(ty: PrimitiveValType) -> Type {
    match ty {
        PrimitiveValType::Bool => Type::Bool,
        PrimitiveValType::S8 => Type::S8,
        PrimitiveValType::U8 => Type::U8,
        PrimitiveValType::S16 => Type::S16,
        PrimitiveValType::U16 => Type::U16,
        PrimitiveValType::S32 => Type::S32,
        PrimitiveValType::U32 => Type::U32,
        PrimitiveValType::S64 => Type::S64,
        PrimitiveValType::U64 => Type::U64,
        PrimitiveValType::F32 => Type::F32,
        PrimitiveValType::F64 => Type::F64,
        PrimitiveValType::Char => Type::Char,
        PrimitiveValType::String => Type::String,
        PrimitiveValType::ErrorContext => Type::ErrorContext,
    }
}
