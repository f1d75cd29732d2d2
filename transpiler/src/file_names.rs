//! Names of emitted files.

use crate::emit::names::file_stem;
use crate::options::Options;

/// Names of the files that one component becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNames {
    stem: String,
    mjs: bool,
}

impl FileNames {
    /// Names as [`Options::name`] and [`Options::mjs`] have them.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        Self { stem: file_stem(&options.name), mjs: options.mjs }
    }

    /// Names that begin with a stem, which is fit for that.
    #[must_use]
    pub fn of(stem: &str) -> Self {
        Self { stem: stem.to_owned(), mjs: false }
    }

    /// The module that the exports come from.
    pub(crate) fn entry(&self) -> String {
        self.with(if self.mjs { "mjs" } else { "js" })
    }

    /// The module with `instantiate`.
    pub(crate) fn glue(&self) -> String {
        self.with(if self.mjs { "instantiate.mjs" } else { "instantiate.js" })
    }

    /// The declarations of the entry.
    pub(crate) fn entry_types(&self) -> String {
        self.with(if self.mjs { "d.mts" } else { "d.ts" })
    }

    /// The declarations of the glue.
    pub(crate) fn glue_types(&self) -> String {
        self.with(if self.mjs { "instantiate.d.mts" } else { "instantiate.d.ts" })
    }

    /// A core module, by its position.
    pub(crate) fn core(&self, index: usize) -> String {
        if index == 0 {
            self.with("core.wasm")
        } else {
            self.with(&format!("core{}.wasm", index + 1))
        }
    }

    /// A file that is none of these.
    pub(crate) fn with(&self, ending: &str) -> String {
        format!("{}.{ending}", self.stem)
    }
}
