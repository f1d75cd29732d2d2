//! Which proposals and parts of the component model a file uses. Everything has
//! been validated before, so that what cannot be read here is skipped.

use std::collections::BTreeSet;

use wasmparser::{
    CanonicalFunction, CanonicalOption, ComponentDefinedType, ComponentType,
    ComponentTypeDeclaration, CompositeInnerType, CoreType, Encoding, FunctionBody,
    InstanceTypeDeclaration, KnownCustom, MemoryType, Operator, OperatorsReader, Parser, Payload,
    PrimitiveValType, ProducersSectionReader, RefType, TableType, TypeRef, ValType,
};

/// The findings of one pass over a file.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Parts of the component model.
    pub component: BTreeSet<&'static str>,
    /// Proposals of core WebAssembly.
    pub core: BTreeSet<String>,
    /// `(field, name, version)` of all producers sections, each once, in order of appearance.
    pub producers: Vec<(String, String, String)>,
    /// The depth to which components are nested.
    pub nesting: u32,
}

/// Looks through a component.
pub(super) fn find(bytes: &[u8]) -> Found {
    let mut found = Found::default();
    // The components and modules that are open, with their memories.
    let mut open: Vec<(Encoding, usize)> = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let Ok(payload) = payload else { break };
        match payload {
            Payload::Version { encoding, .. } => {
                if encoding == Encoding::Component && !open.is_empty() {
                    found.component.insert("nested-components");
                    found.nesting =
                        found.nesting.max(u32::try_from(open.len()).unwrap_or(u32::MAX));
                }
                open.push((encoding, 0));
            }
            Payload::End(_) => {
                let memories = open.pop().map_or(0, |(_, memories)| memories);
                if memories > 1 {
                    found.core("multi-memory");
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports().flatten() {
                    match import.ty {
                        TypeRef::Memory(ty) => {
                            count_memory(&mut open);
                            found.memory(&ty);
                        }
                        TypeRef::Table(ty) => found.table(&ty),
                        TypeRef::Tag(_) => found.core("exceptions"),
                        TypeRef::Global(ty) => found.val_type(ty.content_type),
                        TypeRef::Func(_) | TypeRef::FuncExact(_) => {}
                    }
                    if import.module == "wasm:js-string" {
                        found.core("js-string-builtins");
                    }
                }
            }
            Payload::MemorySection(section) => {
                for ty in section.into_iter().flatten() {
                    count_memory(&mut open);
                    found.memory(&ty);
                }
            }
            Payload::TableSection(section) => {
                for table in section.into_iter().flatten() {
                    found.table(&table.ty);
                }
            }
            Payload::TagSection(_) => found.core("exceptions"),
            Payload::TypeSection(section) => {
                for group in section.into_iter().flatten() {
                    found.types(&group);
                }
            }
            Payload::GlobalSection(section) => {
                for global in section.into_iter().flatten() {
                    found.val_type(global.ty.content_type);
                    found.constant(global.init_expr.get_operators_reader());
                }
            }
            Payload::CodeSectionEntry(body) => found.body(&body),
            Payload::ComponentTypeSection(section) => {
                for ty in section.into_iter().flatten() {
                    found.component_type(&ty);
                }
            }
            Payload::ComponentCanonicalSection(section) => {
                for canonical in section.into_iter().flatten() {
                    found.canonical(&canonical);
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Producers(producers) = section.as_known() {
                    found.producers(producers);
                }
            }
            _ => {}
        }
    }
    found
}

fn count_memory(open: &mut [(Encoding, usize)]) {
    if let Some((_, memories)) = open.last_mut() {
        *memories += 1;
    }
}

impl Found {
    fn core(&mut self, feature: &str) {
        if !self.core.contains(feature) {
            self.core.insert(feature.to_owned());
        }
    }

    fn memory(&mut self, ty: &MemoryType) {
        if ty.memory64 {
            self.core("memory64");
        }
        if ty.shared {
            self.core("threads");
        }
        if ty.page_size_log2.is_some() {
            self.core("custom-page-sizes");
        }
    }

    fn table(&mut self, ty: &TableType) {
        if ty.table64 {
            self.core("memory64");
        }
        if ty.shared {
            self.core("shared-everything-threads");
        }
        self.ref_type(ty.element_type);
    }

    fn val_type(&mut self, ty: ValType) {
        match ty {
            ValType::I32 | ValType::I64 | ValType::F32 | ValType::F64 => {}
            ValType::V128 => self.core("simd"),
            ValType::Ref(ty) => self.ref_type(ty),
        }
    }

    fn ref_type(&mut self, ty: RefType) {
        if ty == RefType::FUNCREF {
            return;
        }
        if ty == RefType::EXTERNREF {
            self.core("reference-types");
        } else if ty == RefType::EXNREF {
            self.core("exceptions");
        } else if ty.is_concrete_type_ref() || !ty.is_nullable() {
            self.core("function-references");
        } else {
            self.core("gc");
        }
    }

    fn types(&mut self, group: &wasmparser::RecGroup) {
        if group.is_explicit_rec_group() {
            self.core("gc");
        }
        for ty in group.types() {
            match &ty.composite_type.inner {
                CompositeInnerType::Func(func) => {
                    if func.results().len() > 1 {
                        self.core("multi-value");
                    }
                    for ty in func.params().iter().chain(func.results()) {
                        self.val_type(*ty);
                    }
                }
                CompositeInnerType::Array(_) | CompositeInnerType::Struct(_) => self.core("gc"),
                CompositeInnerType::Cont(_) => self.core("stack-switching"),
            }
        }
    }

    fn body(&mut self, body: &FunctionBody<'_>) {
        if let Ok(locals) = body.get_locals_reader() {
            for (_, ty) in locals.into_iter().flatten() {
                self.val_type(ty);
            }
        }
        if let Ok(operators) = body.get_operators_reader() {
            self.operators(operators);
        }
    }

    fn operators(&mut self, operators: OperatorsReader<'_>) {
        let mut last = "mvp";
        for operator in operators.into_iter().flatten() {
            let proposal = proposal(&operator);
            // Runs of one proposal are the rule.
            if proposal != last {
                last = proposal;
                if proposal != "mvp" {
                    self.core(&proposal.replace('_', "-"));
                }
            }
        }
    }

    /// A constant expression: arithmetic in it belongs to a proposal of its own.
    fn constant(&mut self, operators: OperatorsReader<'_>) {
        let is_extended = operators.clone().into_iter().flatten().any(|operator| {
            matches!(
                operator,
                Operator::I32Add
                    | Operator::I32Sub
                    | Operator::I32Mul
                    | Operator::I64Add
                    | Operator::I64Sub
                    | Operator::I64Mul
            )
        });
        if is_extended {
            self.core("extended-const");
        }
        self.operators(operators);
    }

    fn component_type(&mut self, ty: &ComponentType<'_>) {
        match ty {
            ComponentType::Defined(ty) => self.defined_type(ty),
            ComponentType::Func(func) => {
                if func.async_ {
                    self.component.insert("async");
                }
            }
            ComponentType::Component(declarations) => {
                for declaration in declarations {
                    match declaration {
                        ComponentTypeDeclaration::Type(ty) => self.component_type(ty),
                        ComponentTypeDeclaration::CoreType(ty) => self.core_type(ty),
                        ComponentTypeDeclaration::Alias(_)
                        | ComponentTypeDeclaration::Export { .. }
                        | ComponentTypeDeclaration::Import(_) => {}
                    }
                }
            }
            ComponentType::Instance(declarations) => {
                for declaration in declarations {
                    match declaration {
                        InstanceTypeDeclaration::Type(ty) => self.component_type(ty),
                        InstanceTypeDeclaration::CoreType(ty) => self.core_type(ty),
                        InstanceTypeDeclaration::Alias(_)
                        | InstanceTypeDeclaration::Export { .. } => {}
                    }
                }
            }
            ComponentType::Resource { .. } => {
                self.component.insert("resources");
            }
        }
    }

    fn core_type(&mut self, ty: &CoreType<'_>) {
        match ty {
            CoreType::Rec(group) => self.types(group),
            CoreType::Module(_) => {}
        }
    }

    fn defined_type(&mut self, ty: &ComponentDefinedType<'_>) {
        let feature = match ty {
            ComponentDefinedType::Own(_) | ComponentDefinedType::Borrow(_) => "resources",
            ComponentDefinedType::Future(_) => "futures",
            ComponentDefinedType::Stream(_) => "streams",
            ComponentDefinedType::Map(..) => "maps",
            ComponentDefinedType::FixedLengthList(..) => "fixed-length-lists",
            ComponentDefinedType::Primitive(PrimitiveValType::ErrorContext) => "error-context",
            ComponentDefinedType::Primitive(_)
            | ComponentDefinedType::Record(_)
            | ComponentDefinedType::Variant(_)
            | ComponentDefinedType::List(_)
            | ComponentDefinedType::Tuple(_)
            | ComponentDefinedType::Flags(_)
            | ComponentDefinedType::Enum(_)
            | ComponentDefinedType::Option(_)
            | ComponentDefinedType::Result { .. } => return,
        };
        self.component.insert(feature);
    }

    fn canonical(&mut self, canonical: &CanonicalFunction) {
        use CanonicalFunction as C;
        let (feature, options): (_, &[CanonicalOption]) = match canonical {
            C::Lift { options, .. } | C::Lower { options, .. } => (None, options),
            C::ResourceNew { .. } | C::ResourceDrop { .. } | C::ResourceRep { .. } => {
                (Some("resources"), &[])
            }
            C::ThreadSpawnRef { .. }
            | C::ThreadSpawnIndirect { .. }
            | C::ThreadAvailableParallelism
            | C::ThreadIndex
            | C::ThreadNewIndirect { .. }
            | C::ThreadResumeLater
            | C::ThreadSuspend
            | C::ThreadSuspendThenResume
            | C::ThreadYieldThenResume
            | C::ThreadSuspendThenPromote
            | C::ThreadYieldThenPromote => (Some("threads"), &[]),
            C::StreamNew { .. }
            | C::StreamForward { .. }
            | C::StreamCancelRead { .. }
            | C::StreamCancelWrite { .. }
            | C::StreamDropReadable { .. }
            | C::StreamDropWritable { .. } => (Some("streams"), &[]),
            C::StreamRead { options, .. } | C::StreamWrite { options, .. } => {
                (Some("streams"), options)
            }
            C::FutureNew { .. }
            | C::FutureForward { .. }
            | C::FutureCancelRead { .. }
            | C::FutureCancelWrite { .. }
            | C::FutureDropReadable { .. }
            | C::FutureDropWritable { .. } => (Some("futures"), &[]),
            C::FutureRead { options, .. } | C::FutureWrite { options, .. } => {
                (Some("futures"), options)
            }
            C::ErrorContextNew { options } | C::ErrorContextDebugMessage { options } => {
                (Some("error-context"), options)
            }
            C::ErrorContextDrop => (Some("error-context"), &[]),
            C::TaskReturn { options, .. } => (Some("async"), options),
            _ => (Some("async"), &[]),
        };
        self.component.extend(feature);
        for option in options {
            let feature = match option {
                CanonicalOption::Async => "async",
                CanonicalOption::Callback(_) => "async-callback",
                CanonicalOption::UTF16 => "utf16",
                CanonicalOption::CompactUTF16 => "latin1+utf16",
                CanonicalOption::Gc => "gc",
                _ => continue,
            };
            self.component.insert(feature);
        }
    }

    fn producers(&mut self, section: ProducersSectionReader<'_>) {
        for field in section.into_iter().flatten() {
            for value in field.values.into_iter().flatten() {
                let entry =
                    (field.name.to_owned(), value.name.to_owned(), value.version.to_owned());
                if !self.producers.contains(&entry) {
                    self.producers.push(entry);
                }
            }
        }
    }
}

macro_rules! define_proposal {
    ($( @$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*) )*) => {
        /// The proposal that an operator belongs to, `mvp` for the first release.
        fn proposal(operator: &Operator<'_>) -> &'static str {
            match operator {
                $( Operator::$op $({ $($arg: _),* })? => stringify!($proposal), )*
                _ => "unknown",
            }
        }
    };
}
wasmparser::for_each_operator!(define_proposal);
