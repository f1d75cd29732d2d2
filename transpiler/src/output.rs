//! The result of [`transpile`](crate::transpile).

use std::borrow::Cow;
use std::ops::Range;

/// The emitted files and what is known of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output<'a> {
    /// Emitted files in a fixed order, the entry first.
    pub files: Vec<File<'a>>,
    /// Import names and what they were mapped to, as [`map`](crate::Options::map) has it: a
    /// module, or `module#export`. `None` where nothing provides an import, which is an error
    /// but with [`instantiate_only`](crate::Options::instantiate_only).
    pub imports: Vec<(String, Option<String>)>,
    /// JavaScript names that the entry exports.
    pub exports: Vec<String>,
    /// Facts that users should know although nothing is wrong.
    pub notices: Vec<Notice>,
}

/// Something to tell a user about the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// A word for its kind, which never changes: `colliding-exports`.
    pub code: &'static str,
    /// A sentence, as errors have it.
    pub message: String,
}

/// An emitted file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File<'a> {
    /// Its name, without folders.
    pub name: String,
    /// A core module is a part of the component that it comes from.
    pub contents: Cow<'a, [u8]>,
}

impl File<'_> {
    /// Which bytes of `component`, which the file was made from, the contents are.
    /// `None` where they were made, not taken.
    #[must_use]
    pub fn part_of(&self, component: &[u8]) -> Option<Range<usize>> {
        let Cow::Borrowed(contents) = self.contents else { return None };
        let start = contents.as_ptr().addr().checked_sub(component.as_ptr().addr())?;
        let end = start.checked_add(contents.len())?;
        (end <= component.len()).then_some(start..end)
    }
}
