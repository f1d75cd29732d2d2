//! The result of the linker for `emit`: one flat list of initializers and the items it refers to.

use std::borrow::Cow;

use indexmap::IndexMap;
use wasmparser::ValType;

use crate::abi::types::Types;
use crate::index::{
    CoreInstanceIndex, FuncTypeId, HostInstanceIndex, ImportIndex, InstanceIndex, LiftIndex,
    ModuleIndex, OptionsIndex, ResourceIndex, TrampolineIndex, TypeId,
};

/// A component after linking.
///
/// Every alias is resolved to where the item finally comes from, every static
/// component is instantiated, and everything is listed in the order in which it
/// happens.
#[derive(Debug)]
pub struct Linked<'a> {
    pub types: Types,
    /// The static core modules that are instantiated or exported, each once.
    pub modules: Vec<CoreModule<'a>>,
    pub imports: Vec<Import>,
    /// The members of instances of components that the host passed in.
    pub host_instances: Vec<ImportKind>,
    pub instances: Vec<Instance>,
    pub resources: Vec<Resource>,
    pub options: Vec<CanonicalOptions>,
    pub lifts: Vec<Lift>,
    pub trampolines: Vec<Trampoline>,
    pub initializers: Vec<Initializer<'a>>,
    /// The root component's exports, in order.
    pub exports: IndexMap<String, Export<'a>>,
}

/// A core module.
#[derive(Debug)]
pub struct CoreModule<'a> {
    /// Its name in the component's or the module's name section, if any.
    pub name: Option<String>,
    /// Its bytes, as they are in the component.
    pub bytes: &'a [u8],
    /// Its bytes as they are emitted, where an option bounds it.
    pub limited: Option<Vec<u8>>,
    /// The name of the module that it then imports the look at the clock from.
    pub check: Option<String>,
    /// Offset in the component.
    pub offset: usize,
    /// `(module, field)` of each import, in order, duplicates included.
    pub imports: Vec<(String, String)>,
    pub exports: Vec<String>,
    /// Whether it defines or imports tags, without which nothing is thrown.
    pub has_tags: bool,
    /// Whether it has a start function.
    pub has_start: bool,
}

impl<'a> CoreModule<'a> {
    /// Its bytes as they are emitted.
    pub fn emitted(&self) -> &[u8] {
        self.limited.as_deref().unwrap_or(self.bytes)
    }

    /// The same as the contents of a file, which are a part of the component where they can be.
    pub fn contents(&self) -> Cow<'a, [u8]> {
        self.limited.as_ref().map_or(Cow::Borrowed(self.bytes), |bytes| Cow::Owned(bytes.clone()))
    }
}

/// An import of the root component.
#[derive(Debug)]
pub struct Import {
    /// The import name, `version-suffix` appended where it applies.
    pub name: String,
    pub implements: Option<String>,
    pub external_id: Option<String>,
    pub kind: ImportKind,
}

/// The kind of an import; instances list their exports.
#[derive(Debug)]
pub enum ImportKind {
    Func(FuncTypeId),
    Instance(IndexMap<String, ImportKind>),
    Resource(ResourceIndex),
    /// A type that is not a resource: nothing to pass at run time.
    Type,
    Module(ModuleType),
    Component,
}

/// The imports and exports that a core module of the host must have. Kinds are those of the JS API.
#[derive(Debug)]
pub struct ModuleType {
    /// Module, name and kind of all that it may import.
    pub imports: Vec<(String, String, &'static str)>,
    /// Name and kind of what it exports.
    pub exports: Vec<(String, &'static str)>,
}

/// A component instance at run time.
#[derive(Debug)]
pub struct Instance {
    /// The instance that instantiated it; `None` for the root.
    pub parent: Option<InstanceIndex>,
}

/// A resource type at run time.
#[derive(Debug)]
pub struct Resource {
    /// Its WIT name, where it is exported or imported under one.
    pub name: Option<String>,
    pub kind: ResourceKind,
}

/// The origin of a resource type.
#[derive(Debug)]
pub enum ResourceKind {
    /// The host passes it in.
    Imported(HostItem),
    /// The component defines it.
    Defined {
        /// The instance that defines it (`rt.impl` in CanonicalABI.md).
        instance: InstanceIndex,
        rep: ValType,
        dtor: Option<CoreDef>,
    },
}

/// An item that the host passes in: an export path below a root.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostItem {
    pub root: HostRoot,
    /// Names of nested instances and at last of the item; empty for the root itself.
    pub path: Vec<String>,
}

/// The place of a host item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostRoot {
    Import(ImportIndex),
    /// The exports of an imported component that was instantiated.
    Instance(HostInstanceIndex),
}

/// A core function, table, memory, global or tag.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CoreDef {
    Export { instance: CoreInstanceIndex, name: String },
    Trampoline(TrampolineIndex),
}

/// A string encoding (`string_encoding`, CanonicalABI.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StringEncoding {
    Utf8,
    Utf16,
    Latin1Utf16,
}

/// Canonical options of one lift, lower or built-in (`CanonicalOptions`, CanonicalABI.md).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CanonicalOptions {
    /// The component instance that the definition is in.
    pub instance: InstanceIndex,
    pub string_encoding: StringEncoding,
    pub memory: Option<CoreDef>,
    /// Whether `memory` has 64-bit addresses.
    pub memory64: bool,
    /// Whether `memory` is shared between threads.
    pub shared: bool,
    pub realloc: Option<CoreDef>,
    pub post_return: Option<CoreDef>,
    pub is_async: bool,
    pub callback: Option<CoreDef>,
}

/// `canon lift`.
#[derive(Debug)]
pub struct Lift {
    pub core_func: CoreDef,
    pub ty: FuncTypeId,
    pub options: OptionsIndex,
}

/// A component function: a lifted one, or one that the host passes in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Func {
    Lift(LiftIndex),
    Host { item: HostItem, ty: FuncTypeId },
}

/// A function that the glue provides to core code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Trampoline {
    /// `canon lower`; `ty` is the type as the caller sees it.
    Lower { func: Func, ty: FuncTypeId, options: OptionsIndex },
    /// `canon resource.new`
    ResourceNew { resource: ResourceIndex, instance: InstanceIndex },
    /// `canon resource.rep`
    ResourceRep { resource: ResourceIndex, instance: InstanceIndex },
    /// `canon resource.drop`
    ResourceDrop { resource: ResourceIndex, instance: InstanceIndex },
    /// A built-in of the concurrency part of the spec.
    Async { builtin: AsyncBuiltin, instance: InstanceIndex },
}

/// Canonical built-ins for concurrency; names and operands are the spec's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AsyncBuiltin {
    TaskReturn {
        result: Option<TypeId>,
        options: OptionsIndex,
    },
    TaskCancel,
    BackpressureInc,
    BackpressureDec,
    ContextGet {
        ty: ValType,
        slot: u32,
    },
    ContextSet {
        ty: ValType,
        slot: u32,
    },
    SubtaskDrop,
    SubtaskCancel {
        is_async: bool,
    },
    /// `ty` is the `stream` type itself, here and below.
    StreamNew {
        ty: TypeId,
    },
    StreamRead {
        ty: TypeId,
        element: Option<TypeId>,
        options: OptionsIndex,
    },
    StreamWrite {
        ty: TypeId,
        element: Option<TypeId>,
        options: OptionsIndex,
    },
    StreamForward {
        ty: TypeId,
    },
    StreamCancelRead {
        ty: TypeId,
        is_async: bool,
    },
    StreamCancelWrite {
        ty: TypeId,
        is_async: bool,
    },
    StreamDropReadable {
        ty: TypeId,
    },
    StreamDropWritable {
        ty: TypeId,
    },
    /// `ty` is the `future` type itself, here and below.
    FutureNew {
        ty: TypeId,
    },
    FutureRead {
        ty: TypeId,
        element: Option<TypeId>,
        options: OptionsIndex,
    },
    FutureWrite {
        ty: TypeId,
        element: Option<TypeId>,
        options: OptionsIndex,
    },
    FutureForward {
        ty: TypeId,
    },
    FutureCancelRead {
        ty: TypeId,
        is_async: bool,
    },
    FutureCancelWrite {
        ty: TypeId,
        is_async: bool,
    },
    FutureDropReadable {
        ty: TypeId,
    },
    FutureDropWritable {
        ty: TypeId,
    },
    ErrorContextNew {
        options: OptionsIndex,
    },
    ErrorContextDebugMessage {
        options: OptionsIndex,
    },
    ErrorContextDrop,
    WaitableSetNew,
    /// `options` holds just the memory, here and below.
    WaitableSetWait {
        options: OptionsIndex,
    },
    WaitableSetPoll {
        options: OptionsIndex,
    },
    WaitableSetDrop,
    WaitableJoin,
    ThreadIndex,
    ThreadNewIndirect {
        table: CoreDef,
    },
    ThreadResumeLater,
    ThreadSuspend,
    ThreadYield,
    ThreadSuspendThenResume,
    ThreadYieldThenResume,
    ThreadSuspendThenPromote,
    ThreadYieldThenPromote,
    ThreadSpawnRef,
    ThreadSpawnIndirect {
        table: CoreDef,
    },
    ThreadAvailableParallelism,
}

/// A step of instantiation.
#[derive(Debug)]
pub enum Initializer<'a> {
    /// Makes the next core instance (indices count up from 0).
    InstantiateModule {
        module: ModuleRef,
        /// Import module name → field name → definition.
        args: IndexMap<String, IndexMap<String, CoreDef>>,
    },
    /// Instantiates a component that the host passed in; makes the next host instance.
    InstantiateComponent { component: HostItem, args: IndexMap<String, Export<'a>> },
}

/// A core module: one of the component's own or one that the host passes in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ModuleRef {
    Static(ModuleIndex),
    Host(HostItem),
}

/// An item that is exported (or passed to an imported component) under a name.
#[derive(Debug)]
pub enum Export<'a> {
    Func {
        func: Func,
        ty: FuncTypeId,
    },
    Instance(IndexMap<String, Export<'a>>),
    Resource(ResourceIndex),
    /// A type that is not a resource: nothing to export at run time.
    Type,
    Module(ModuleRef),
    /// A component, linked by itself; what it captures from outside is static.
    Component(Box<Linked<'a>>),
    /// An item of the host, passed through as it came (a component or an instance).
    Host(HostItem),
}
