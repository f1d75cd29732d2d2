//! Who calls whom inside a core module, as far as the module alone tells.

use std::collections::HashMap;

use wasmparser::{
    CompositeInnerType, ConstExpr, Element, ElementItems, ElementKind, Export, ExternalKind,
    FunctionBody, Import, Operator, Parser, Payload, TableInit, TypeRef, ValType, WasmFeatures,
};

/// Parameters and results of a function, all references alike.
pub(super) type Signature = Vec<u8>;

/// The calls of a valid core module.
#[derive(Debug, Default)]
pub(super) struct Calls<'a> {
    /// By type index; what is no function has an empty one.
    pub signatures: Vec<Signature>,
    /// Type indices of all functions, imported ones first.
    pub functions: Vec<u32>,
    /// `(module, field)` of imported functions.
    pub imported_functions: Vec<(&'a str, &'a str)>,
    /// `(module, field)` of imported tables.
    pub imported_tables: Vec<(&'a str, &'a str)>,
    /// Imported tables and its own.
    pub tables: u32,
    pub exported_functions: HashMap<&'a str, u32>,
    pub exported_tables: HashMap<&'a str, u32>,
    pub start: Option<u32>,
    /// Of the functions that are defined here, in order.
    pub bodies: Vec<Body>,
    pub elements: Vec<Elements>,
    /// Functions that code, globals or passive segments have references to.
    pub referenced: Vec<u32>,
    /// Whether code reads references from tables or puts them there.
    pub moves_references: bool,
}

/// The calls of a function.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Functions, each once.
    pub direct: Vec<u32>,
    pub indirect: Vec<Indirect>,
    /// Types of calls through references.
    pub by_reference: Vec<u32>,
}

/// A call through a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Indirect {
    pub table: u32,
    /// Index of the type.
    pub ty: u32,
    /// The element, where it is a constant.
    pub slot: Option<u32>,
}

/// The elements that an active segment puts into a table; `None` for an element that is no
/// function of the module.
#[derive(Debug)]
pub(super) struct Elements {
    pub table: u32,
    /// The offset, if it is a constant.
    pub offset: Option<u32>,
    pub functions: Vec<Option<u32>>,
}

/// Reads the calls of a core module that was validated before; nothing of what cannot be read.
pub(super) fn calls(bytes: &[u8]) -> Option<Calls<'_>> {
    let mut calls = Calls::default();
    let mut parser = Parser::new(0);
    // Validation has decided which features the module may use.
    parser.set_features(WasmFeatures::all());
    for payload in parser.parse_all(bytes) {
        calls.payload(payload.ok()?).ok()?;
    }
    calls.referenced.sort_unstable();
    calls.referenced.dedup();
    Some(calls)
}

impl<'a> Calls<'a> {
    fn payload(&mut self, payload: Payload<'a>) -> wasmparser::Result<()> {
        match payload {
            Payload::TypeSection(section) => {
                for group in section {
                    for ty in group?.types() {
                        self.signatures.push(match &ty.composite_type.inner {
                            CompositeInnerType::Func(func) => {
                                signature(func.params(), func.results())
                            }
                            _ => Vec::new(),
                        });
                    }
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    self.import(import?);
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    self.functions.push(ty?);
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    self.tables += 1;
                    if let TableInit::Expr(init) = table?.init
                        && self.constant(&init)? > 0
                    {
                        // All elements begin as that reference.
                        self.moves_references = true;
                    }
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    self.constant(&global?.init_expr)?;
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    self.export(export?);
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(section) => {
                for element in section {
                    self.element(element?)?;
                }
            }
            Payload::CodeSectionEntry(body) => {
                let body = self.body(&body)?;
                self.bodies.push(body);
            }
            _ => {}
        }
        Ok(())
    }

    fn import(&mut self, import: Import<'a>) {
        match import.ty {
            TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                self.functions.push(ty);
                self.imported_functions.push((import.module, import.name));
            }
            TypeRef::Table(_) => {
                self.tables += 1;
                self.imported_tables.push((import.module, import.name));
            }
            TypeRef::Memory(_) | TypeRef::Global(_) | TypeRef::Tag(_) => {}
        }
    }

    fn export(&mut self, export: Export<'a>) {
        match export.kind {
            ExternalKind::Func | ExternalKind::FuncExact => {
                self.exported_functions.insert(export.name, export.index);
            }
            ExternalKind::Table => {
                self.exported_tables.insert(export.name, export.index);
            }
            ExternalKind::Memory | ExternalKind::Global | ExternalKind::Tag => {}
        }
    }

    fn element(&mut self, element: Element<'_>) -> wasmparser::Result<()> {
        let functions = self.items(element.items)?;
        match element.kind {
            ElementKind::Active { table_index, offset_expr } => self.elements.push(Elements {
                table: table_index.unwrap_or(0),
                offset: offset(&offset_expr),
                functions,
            }),
            ElementKind::Passive | ElementKind::Declared => {
                self.referenced.extend(functions.into_iter().flatten());
            }
        }
        Ok(())
    }

    fn items(&mut self, items: ElementItems<'_>) -> wasmparser::Result<Vec<Option<u32>>> {
        let mut functions = Vec::new();
        match items {
            ElementItems::Functions(section) => {
                for function in section {
                    functions.push(Some(function?));
                }
            }
            ElementItems::Expressions(_, section) => {
                for expr in section {
                    let mut found = None;
                    for operator in expr?.get_operators_reader() {
                        match operator? {
                            Operator::RefFunc { function_index } => found = Some(function_index),
                            // A reference that something else holds.
                            Operator::GlobalGet { .. } => self.moves_references = true,
                            _ => {}
                        }
                    }
                    functions.push(found);
                }
            }
        }
        Ok(functions)
    }

    /// The number of functions that a constant expression refers to.
    fn constant(&mut self, expr: &ConstExpr<'_>) -> wasmparser::Result<usize> {
        let before = self.referenced.len();
        for operator in expr.get_operators_reader() {
            if let Operator::RefFunc { function_index } = operator? {
                self.referenced.push(function_index);
            }
        }
        Ok(self.referenced.len() - before)
    }

    fn body(&mut self, body: &FunctionBody<'_>) -> wasmparser::Result<Body> {
        let mut calls = Body::default();
        let mut constant = None;
        for operator in body.get_operators_reader()? {
            let before = constant.take();
            match operator? {
                Operator::I32Const { value } => constant = Some(value.cast_unsigned()),
                Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                    calls.direct.push(function_index);
                }
                Operator::CallIndirect { type_index, table_index }
                | Operator::ReturnCallIndirect { type_index, table_index } => {
                    calls.indirect.push(Indirect {
                        table: table_index,
                        ty: type_index,
                        slot: before,
                    });
                }
                Operator::CallRef { type_index } | Operator::ReturnCallRef { type_index } => {
                    calls.by_reference.push(type_index);
                }
                Operator::RefFunc { function_index } => self.referenced.push(function_index),
                Operator::TableGet { .. }
                | Operator::TableSet { .. }
                | Operator::TableInit { .. }
                | Operator::TableCopy { .. }
                | Operator::TableGrow { .. }
                | Operator::TableFill { .. } => self.moves_references = true,
                _ => {}
            }
        }
        for list in [&mut calls.direct, &mut calls.by_reference] {
            list.sort_unstable();
            list.dedup();
        }
        calls.indirect.sort_unstable();
        calls.indirect.dedup();
        Ok(calls)
    }
}

fn signature(params: &[ValType], results: &[ValType]) -> Signature {
    let kind = |ty: &ValType| match ty {
        ValType::I32 => 0,
        ValType::I64 => 1,
        ValType::F32 => 2,
        ValType::F64 => 3,
        ValType::V128 => 4,
        ValType::Ref(_) => 5,
    };
    let mut signature: Signature = params.iter().map(kind).collect();
    signature.push(u8::MAX);
    signature.extend(results.iter().map(kind));
    signature
}

/// A lone constant.
fn offset(expr: &ConstExpr<'_>) -> Option<u32> {
    let mut operators = expr.get_operators_reader().into_iter();
    match (operators.next()?.ok()?, operators.next()?.ok()?) {
        (Operator::I32Const { value }, Operator::End) => Some(value.cast_unsigned()),
        _ => None,
    }
}
