//! The result of decoding: every static component as the list of its definitions, in order.

use std::ops::Range;

use wasmparser::component_types::{
    ComponentCoreModuleTypeId, ComponentDefinedTypeId, ComponentEntityType, ComponentFuncTypeId,
    ComponentInstanceTypeId, ComponentTypeId, ComponentValType, ResourceId,
};
use wasmparser::types::Types;
use wasmparser::{CanonicalFunction, CanonicalOption, ExternalKind, ValType};

/// A validated component.
pub struct Decoded<'a> {
    /// Every component in the file; the root is the first.
    pub components: Vec<Component<'a>>,
    /// Every core module in the file, in order of appearance.
    pub modules: Vec<Module<'a>>,
    /// The types behind all type ids in the definitions.
    pub types: Types,
    /// Every section of the file, for people who look at it.
    pub sections: Vec<Section<'a>>,
}

/// A section of a component or core module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// The spec's name of the section, or a custom section's own.
    pub name: &'a str,
    pub custom: bool,
    /// The number of components and modules around it; 0 in the root.
    pub depth: u32,
    /// Bytes of its contents in the file.
    pub range: Range<usize>,
}

/// The position of a component in [`Decoded::components`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ComponentId(pub u32);

/// The position of a core module in [`Decoded::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ModuleId(pub u32);

/// A core module inside the component.
#[derive(Debug, Default)]
pub struct Module<'a> {
    /// Its name in its own or in the component's name section.
    pub name: Option<&'a str>,
    pub bytes: &'a [u8],
    /// Offset in the file.
    pub offset: usize,
    /// `(module, field)` of each import, in order, duplicates included.
    pub imports: Vec<(&'a str, &'a str)>,
    pub exports: Vec<&'a str>,
    /// Whether it defines or imports tags, without which nothing is thrown.
    pub has_tags: bool,
    pub has_start: bool,
}

/// A component in the file, before it is instantiated.
#[derive(Debug, Default)]
pub struct Component<'a> {
    pub definitions: Vec<Definition<'a>>,
    /// Items captured from the components around it, in the order of its capture slots.
    pub captures: Vec<CaptureSource>,
}

/// The place in the enclosing component of an item that a nested one captures (outer aliases).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CaptureSource {
    /// An index into its core modules.
    Module(u32),
    /// An index into its components.
    Component(u32),
    /// A capture slot of its own.
    Captured(u32),
}

/// A reference to an item of a component's index spaces. Types are the validator's.
#[derive(Clone, Copy, Debug)]
pub enum ItemRef {
    Func(u32),
    Instance(u32),
    Module(u32),
    Component(u32),
    /// A type that is a resource.
    Resource(ResourceId),
    /// Any other type.
    Type,
}

/// A definition that appends to the index spaces of a component, or exports from it.
/// Types other than resources have no definition here: ids of the validator name them.
#[derive(Debug)]
pub enum Definition<'a> {
    Import {
        /// As instantiation arguments spell it.
        name: &'a str,
        /// With the version suffix where it applies.
        full_name: String,
        implements: Option<String>,
        external_id: Option<&'a str>,
        ty: ComponentEntityType,
    },
    Module(ModuleId),
    Component(ComponentId),
    /// A core instance made by instantiating a module.
    CoreInstantiate {
        module: u32,
        ty: ComponentCoreModuleTypeId,
        args: Vec<(&'a str, u32)>,
    },
    /// A core instance that is a list of items.
    CoreExports(Vec<(&'a str, ExternalKind, u32)>),
    /// An instance made by instantiating a component.
    Instantiate {
        component: u32,
        component_ty: ComponentTypeId,
        ty: ComponentInstanceTypeId,
        args: Vec<(&'a str, ItemRef)>,
    },
    /// An instance that is a list of items.
    Exports(Vec<(&'a str, ItemRef)>),
    /// A resource type.
    Resource {
        id: ResourceId,
        rep: ValType,
        dtor: Option<u32>,
    },
    /// An alias of what an instance exports, types excepted.
    AliasExport {
        instance: u32,
        name: &'a str,
    },
    /// An alias of what a core instance exports.
    AliasCoreExport {
        kind: ExternalKind,
        instance: u32,
        name: &'a str,
    },
    /// An outer alias of a core module or component.
    AliasCaptured(u32),
    /// An outer alias that goes no component out.
    AliasLocal(CaptureSource),
    /// `canon lift`
    Lift {
        core_func: u32,
        ty: ComponentFuncTypeId,
        options: Options,
    },
    /// `canon lower`
    Lower {
        func: u32,
        ty: ComponentFuncTypeId,
        options: Options,
    },
    ResourceNew(ResourceId),
    ResourceRep(ResourceId),
    ResourceDrop(ResourceId),
    /// A built-in of the concurrency part of the spec.
    Async {
        canonical: CanonicalFunction,
        operand: Operand,
        options: Options,
    },
    Export {
        /// As aliases spell it.
        name: &'a str,
        /// With the version suffix where it applies.
        full_name: String,
        item: ItemRef,
        ty: ComponentEntityType,
    },
}

/// The type that a concurrency built-in works on.
#[derive(Clone, Copy, Debug)]
pub enum Operand {
    None,
    /// The result type of `task.return`.
    Value(ComponentValType),
    /// A `stream` or `future` type.
    Defined(ComponentDefinedTypeId),
}

/// Canonical options as they are written, with what the memory is.
#[derive(Debug, Default)]
pub struct Options {
    pub list: Box<[CanonicalOption]>,
    pub memory64: bool,
    pub shared: bool,
}
