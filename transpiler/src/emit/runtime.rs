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
        let mut text = String::new();
        for item in self.items() {
            if self.minify {
                text.push_str(item.minified);
                continue;
            }
            text.push_str(item.doc);
            text.push_str(&FILES[item.file].1[item.range.clone()]);
            text.push_str("\n\n");
        }
        text
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
