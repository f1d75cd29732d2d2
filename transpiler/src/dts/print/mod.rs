//! Prints a model as declaration files.

mod entry;
mod func;
mod glue;
mod ty;
mod uses;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use self::uses::Uses;
use super::model::{EXPORTS, Func, Model, Number, ScopeId};
use super::naming::{MemberName, Naming, param_names, property_names};
use super::text::{Lines, property};
use crate::file_names::FileNames;
use crate::output::File;
use crate::reach::Reach;

/// The widest line that a list of short things is put on.
const WIDTH: usize = 90;

/// Globals that are not of the language, and declarations of them that fit those of all platforms.
const PLATFORM: [(&str, &str); 3] = [
    ("AbortSignal", "interface AbortSignal {}"),
    ("ReadableStream", "interface ReadableStream<R = any> {}"),
    ("WebAssembly", "namespace WebAssembly { interface Module {} }"),
];

/// A scope that nothing is in.
const NOWHERE: ScopeId = ScopeId(usize::MAX);

/// Members of the JavaScript beside the declarations that its component does not determine.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Emitted {
    /// Whether the entry exports `$init`.
    pub has_init: bool,
    /// Whether the glue exports `instantiateAsync`.
    pub is_async: bool,
    /// Whether calls may have a `timeout`.
    pub is_interruptible: bool,
}

/// Prints both files of a model.
pub(super) fn files(
    mut model: Model,
    names: &FileNames,
    reach: &Reach,
    emitted: Emitted,
) -> Vec<File<'static>> {
    model.name_large_types();
    let uses = Uses::of(&model);
    let naming = Naming::new(&model, |decl| uses.needs_input(decl));
    let printer = |file| Printer {
        model: &model,
        naming: &naming,
        uses: &uses,
        reach,
        emitted,
        file,
        lines: Lines::default(),
        at: EXPORTS,
        ours: BTreeMap::new(),
        uses_disposable: false,
        platform: RefCell::default(),
    };
    let mut entry = printer(FileKind::Entry);
    let mut glue = printer(FileKind::Glue);
    entry.entry();
    glue.glue();
    // The glue must declare the names that the entry takes from it.
    let wanted =
        entry.ours.keys().copied().filter(|ours| *ours != Ours::Component).collect::<Vec<_>>();
    vec![
        File { name: names.entry_types(), contents: entry.finish_entry(names).into() },
        File { name: names.glue_types(), contents: glue.finish_glue(names, &wanted).into() },
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKind {
    /// `<stem>.d.ts`: exports, as the values that they are.
    Entry,
    /// `<stem>.instantiate.d.ts`: imports, as types, and `instantiate`.
    Glue,
}

/// Declarations that are not from the component. Those below `Types` are
/// declared in the glue's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ours {
    /// All exports of the entry, in the glue's file.
    Component,
    Imports,
    Types,
    BytesLike,
    Result,
    RootImport,
    CallOptions,
    ComponentError,
    ComponentValue,
}

impl Ours {
    fn name(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Imports => "Imports",
            Self::Types => "Types",
            Self::BytesLike => "BytesLike",
            Self::Result => "Result",
            Self::RootImport => "RootImport",
            Self::CallOptions => "CallOptions",
            Self::ComponentError => "ComponentError",
            Self::ComponentValue => "ComponentValue",
        }
    }
}

struct Printer<'a> {
    model: &'a Model,
    naming: &'a Naming,
    uses: &'a Uses,
    reach: &'a Reach,
    emitted: Emitted,
    file: FileKind,
    lines: Lines,
    /// The namespace that is being written.
    at: ScopeId,
    /// Which of our declarations the file mentions, and how.
    ours: BTreeMap<Ours, String>,
    uses_disposable: bool,
    /// Which of [`PLATFORM`] the file mentions.
    platform: RefCell<BTreeSet<&'static str>>,
}

impl Printer<'_> {
    fn ours(&mut self, ours: Ours) -> String {
        let naming = self.naming;
        self.ours.entry(ours).or_insert_with(|| naming.free(ours.name())).clone()
    }

    fn global(&self, name: &str) -> String {
        if let Some((name, _)) = PLATFORM.iter().find(|(known, _)| *known == name) {
            self.platform.borrow_mut().insert(name);
        }
        self.naming.global(name)
    }

    /// Declarations of what the file mentions and a project without DOM may not have.
    fn platform_lines(&self) -> Lines {
        let mut lines = Lines::default();
        let mentioned = self.platform.borrow();
        if !mentioned.is_empty() {
            lines.line("");
            lines.line("// For projects whose libraries do not have them.");
            lines.open("declare global {");
            for (_, declaration) in PLATFORM.iter().filter(|(name, _)| mentioned.contains(name)) {
                lines.line(declaration);
            }
            lines.close("}");
        }
        lines
    }
}

/// Names of methods: a getter and its setter share one.
fn property_names_of(funcs: &[Func]) -> Vec<String> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut names: Vec<&str> = Vec::new();
    let positions: Vec<usize> = funcs
        .iter()
        .map(|func| {
            if func.accessor.is_some()
                && let Some(position) = first.get(func.name.as_str())
            {
                return *position;
            }
            first.insert(&func.name, names.len());
            names.push(&func.name);
            names.len() - 1
        })
        .collect();
    let unique = property_names(names.into_iter());
    positions.into_iter().map(|position| unique[position].clone()).collect()
}

/// A name for one more parameter.
fn free_param(func: &Func, wanted: &str) -> String {
    let taken = param_names(func);
    let mut name = wanted.to_owned();
    while taken.contains(&name) {
        name.push('_');
    }
    name
}

/// The name under which the entry exports something.
fn exported_ident(name: &MemberName) -> &str {
    match &name.js {
        Some(js) if is_export_name(js) => js,
        _ => &name.ident,
    }
}

/// Whether `export { x as name }` can be written.
fn is_export_name(name: &str) -> bool {
    property(name) == name
}

/// The typed array of a number type, and its elements in JavaScript.
fn typed_array(number: Number) -> (&'static str, &'static str) {
    match number {
        Number::S8 => ("Int8Array", "number"),
        Number::U8 => ("Uint8Array", "number"),
        Number::S16 => ("Int16Array", "number"),
        Number::U16 => ("Uint16Array", "number"),
        Number::S32 => ("Int32Array", "number"),
        Number::U32 => ("Uint32Array", "number"),
        Number::S64 => ("BigInt64Array", "bigint"),
        Number::U64 => ("BigUint64Array", "bigint"),
        Number::F32 => ("Float32Array", "number"),
        Number::F64 => ("Float64Array", "number"),
    }
}
