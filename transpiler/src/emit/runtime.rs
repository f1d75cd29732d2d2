//! Helpers asked for come in; their text, with all that they need, goes out.
//! The helpers are the declarations of `runtime/*.js`, which the build script
//! takes apart.

use super::names::Name;

include!(concat!(env!("OUT_DIR"), "/runtime.rs"));

/// A top-level declaration of `runtime/*.js`.
struct Item {
    name: &'static str,
    /// The name when minifying.
    short: &'static str,
    /// Positions in [`ITEMS`] of what it refers to.
    dependencies: &'static [usize],
    /// A line of comment that goes before the text, or nothing.
    doc: &'static str,
    /// Position in [`FILES`].
    file: usize,
    /// The text, from the declaration's first byte past `export` to its end.
    range: std::ops::Range<usize>,
    minified: &'static str,
}

/// The origin of a place in the emitted text. Lines and columns count from 0.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mapping {
    pub line: usize,
    pub column: usize,
    /// Position in [`Runtime::sources`].
    pub source: usize,
    pub source_line: usize,
    pub source_column: usize,
}

/// The helpers that one module uses.
#[derive(Debug)]
pub struct Runtime {
    minify: bool,
    /// By position in [`ITEMS`], whose order lets every item be evaluated after
    /// what its evaluation needs.
    used: Vec<bool>,
}

impl Runtime {
    /// No helper is used yet.
    pub fn new(minify: bool) -> Self {
        Self { minify, used: vec![false; ITEMS.len()] }
    }

    /// Marks `helper` as used, with all it refers to, and gives the identifier to call it by.
    pub fn import(&mut self, helper: Helper) -> Name {
        let index = helper.index();
        let mut rest = vec![index];
        while let Some(index) = rest.pop() {
            if !std::mem::replace(&mut self.used[index], true) {
                rest.extend_from_slice(ITEMS[index].dependencies);
            }
        }
        let item = &ITEMS[index];
        Name::of_helper(if self.minify { item.short } else { item.name })
    }

    /// Whether `helper` is used, itself or by another.
    pub fn uses(&self, helper: Helper) -> bool {
        self.used[helper.index()]
    }

    /// The text of the used helpers, to put before the module's own.
    pub fn text(&self) -> String {
        self.text_with_mappings().0
    }

    /// [`Self::text`], and where its lines come from.
    pub(super) fn text_with_mappings(&self) -> (String, Vec<Mapping>) {
        let (mut text, mut mappings, mut line, mut column) = (String::new(), Vec::new(), 0, 0);
        for item in self.items() {
            let file = FILES[item.file].1;
            let before = &file[..item.range.start];
            let source = self.files().position(|file| file == item.file).unwrap_or(0);
            let source_line = before.matches('\n').count();
            // Columns are counted in UTF-16 code units.
            let source_column =
                before.rsplit('\n').next().map_or(0, |text| text.encode_utf16().count());
            if self.minify {
                // A number stands where it is used.
                if item.minified.is_empty() {
                    continue;
                }
                mappings.push(Mapping { line, column, source, source_line, source_column });
                text.push_str(item.minified);
                column += item.minified.encode_utf16().count();
                continue;
            }
            text.push_str(item.doc);
            line += item.doc.matches('\n').count();
            let body = &file[item.range.clone()];
            for (number, content) in body.lines().enumerate() {
                if !content.is_empty() {
                    let source_column = if number == 0 { source_column } else { 0 };
                    let source_line = source_line + number;
                    mappings.push(Mapping { line, column: 0, source, source_line, source_column });
                }
                line += 1;
            }
            text.push_str(body);
            text.push_str("\n\n");
            line += 1;
        }
        if self.minify && !text.is_empty() {
            text.push('\n');
        }
        (text, mappings)
    }

    /// Path and text of the files that the used helpers come from.
    pub(super) fn sources(&self) -> Vec<(&'static str, &'static str)> {
        self.files().map(|file| FILES[file]).collect()
    }

    /// Positions in [`FILES`] of the files that the used helpers come from.
    fn files(&self) -> impl Iterator<Item = usize> {
        (0..FILES.len()).filter(|file| self.items().any(|item| item.file == *file))
    }

    fn items(&self) -> impl Iterator<Item = &'static Item> {
        ITEMS.iter().zip(&self.used).filter(|(_, used)| **used).map(|(item, _)| item)
    }
}

/// Every identifier that helpers have, which nothing else may have.
pub fn reserved() -> impl Iterator<Item = &'static str> {
    ITEMS.iter().flat_map(|item| [item.name, item.short])
}

#[cfg(test)]
#[path = "runtime_test.rs"]
mod tests;

#[cfg(test)]
#[path = "runtime_properties_test.rs"]
mod properties_tests;
