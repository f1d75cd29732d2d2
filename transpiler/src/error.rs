//! Errors, the same from Rust, napi, Wasm and the CLI.

use std::fmt;

use crate::text;

/// The code of an error, for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The bytes are no valid component.
    InvalidComponent,
    /// The bytes are a core module.
    CoreModule,
    /// The bytes are no WebAssembly at all.
    NotWasm,
    /// The component uses something this release cannot turn into JavaScript.
    Unsupported,
    /// The bytes are a WIT package, which has nothing to run.
    WitPackage,
    /// An import has no mapping.
    UnknownImport,
    /// An option has a value that makes no sense.
    InvalidOption,
    /// A budget of the options is used up.
    BudgetExceeded,
    /// WIT text or a WIT package is not valid.
    InvalidWit,
}

impl Code {
    /// The code as users see it, `error.code` in JavaScript.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidComponent => "invalid-component",
            Self::CoreModule => "core-module",
            Self::NotWasm => "not-wasm",
            Self::Unsupported => "unsupported",
            Self::WitPackage => "wit-package",
            Self::UnknownImport => "unknown-import",
            Self::InvalidOption => "invalid-option",
            Self::BudgetExceeded => "budget-exceeded",
            Self::InvalidWit => "invalid-wit",
        }
    }
}

/// An error with its place and a way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub code: Code,
    /// The problem: lower case, no full stop, the user's own names in backticks.
    pub message: String,
    /// Location: a WIT path or a file.
    pub at: Option<String>,
    /// Byte offset in the component.
    pub offset: Option<usize>,
    /// The way out.
    pub help: Option<String>,
}

impl Error {
    /// An error without place and help.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: plain(message), at: None, offset: None, help: None }
    }

    /// Adds where it is: a WIT path or a file.
    #[must_use]
    pub fn at(mut self, at: impl Into<String>) -> Self {
        self.at = Some(plain(at));
        self
    }

    /// Adds the byte offset in the component.
    #[must_use]
    pub fn offset(mut self, offset: usize) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(plain(help));
        self
    }
}

/// Parts of it are names that a component or a file gave.
fn plain(text: impl Into<String>) -> String {
    text::plain(&text.into()).into_owned()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error[{}]: {}", self.code.as_str(), self.message)?;
        match (&self.at, self.offset) {
            (Some(at), Some(offset)) => write!(f, "\n  at {at} (component offset {offset:#x})")?,
            (Some(at), None) => write!(f, "\n  at {at}")?,
            (None, Some(offset)) => write!(f, "\n  at component offset {offset:#x}")?,
            (None, None) => {}
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;
