//! An emitted JavaScript file while it is written: its items, the helpers inside it and the
//! only table of names of its top level. All emitters that write into a file borrow these, and
//! to write the file out uses them up, so no file has two tables.

use super::js::{self, ModuleItem, Stmt};
use super::names::{Name, Names};
use super::print::{self, Docs};
use super::runtime::Runtime;
use crate::options::{Options, Target};
use crate::output::File;

/// A file that is being written.
#[derive(Debug)]
pub(super) struct ModuleFile {
    pub names: Names,
    pub runtime: Runtime,
    pub items: Vec<ModuleItem>,
    pub docs: Docs,
}

/// State that the emitters of one file share.
pub(super) struct Shared<'f> {
    pub names: &'f mut Names,
    pub runtime: &'f mut Runtime,
    pub items: &'f mut Vec<ModuleItem>,
}

impl ModuleFile {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            names: Names::new(options.minify),
            runtime: Runtime::new(options.minify),
            items: Vec::new(),
            docs: Docs::new(),
        }
    }

    /// The state that emitters need to write into this file.
    pub(super) fn shared(&mut self) -> Shared<'_> {
        Shared { names: &mut self.names, runtime: &mut self.runtime, items: &mut self.items }
    }

    /// Adds a statement.
    pub(super) fn push(&mut self, stmt: Stmt) {
        self.items.push(js::item(stmt));
    }

    /// The file under its name, with its source map if that is asked for.
    pub(super) fn finish(self, name: &str, options: &Options) -> Vec<File<'static>> {
        let Self { runtime, items, docs, .. } = self;
        let is_function = options.target == Target::Function;
        if is_function || !options.source_map {
            // Modules are strict by themselves.
            let strict = vec![js::item(js::expr_stmt(js::str("use strict")))];
            let strict = if is_function { strict } else { vec![] };
            let strict = print::print_with_docs(strict, &Docs::new(), options.minify);
            let text = print::print_with_docs(items, &docs, options.minify);
            let text = format!("{strict}{}{text}", runtime.text());
            return vec![File { name: name.to_owned(), contents: text.into_bytes().into() }];
        }
        let (mut text, map) = print::print_with_map(&runtime, items, &docs, options.minify);
        let map_name = format!("{name}.map");
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.extend(["//# sourceMappingURL=", &map_name, "\n"]);
        vec![
            File { name: name.to_owned(), contents: text.into_bytes().into() },
            File { name: map_name, contents: map.into_bytes().into() },
        ]
    }
}

impl Shared<'_> {
    /// A name of the file's top level that the file exports, so it can have no other.
    pub(super) fn exported(&mut self, name: &'static str) -> Name {
        self.names.exact(name).expect("the first names of a file are free")
    }
}
