//! Options of [`transpile`](crate::transpile).

use std::str::FromStr;

use crate::error::{Code, Error};

/// Where the entry file of the output runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Target {
    /// Node, Deno, Bun, browsers and bundlers.
    #[default]
    Universal,
    /// Node, Deno and Bun: loads core modules from the file system, without top-level await.
    Node,
    /// Browsers: `compileStreaming` of files beside the entry.
    Web,
    /// workerd: core modules by static `import`, no compile at run time.
    Workerd,
    /// Core modules inside the JavaScript.
    Inline,
}

impl FromStr for Target {
    type Err = Error;

    /// Reads a target as users write it, `error.code` is `invalid-option` otherwise.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "universal" => Ok(Self::Universal),
            "node" => Ok(Self::Node),
            "web" => Ok(Self::Web),
            "workerd" => Ok(Self::Workerd),
            "inline" => Ok(Self::Inline),
            _ => Err(Error::new(Code::InvalidOption, format!("there is no target `{text}`"))
                .help("use `universal`, `node`, `web`, `workerd` or `inline`")),
        }
    }
}

/// What [`transpile`](crate::transpile) is asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The stem of emitted file names. Characters unsafe in file names are replaced.
    pub name: String,
    pub target: Target,
    /// `(pattern, specifier)` pairs, first match wins. A pattern is an import
    /// name, with or without `@version` or `@major.minor` range, and `*` for any
    /// run of characters, which `*` in the specifier repeats.
    pub map: Vec<(String, String)>,
    /// Whether JavaScript is printed without white space and with short names.
    pub minify: bool,
    /// Whether `.map` files are emitted.
    pub source_map: bool,
    /// Whether `.d.ts` files are emitted.
    pub types: bool,
    pub budget: Budget,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            name: "component".into(),
            target: Target::default(),
            map: Vec::new(),
            minify: false,
            source_map: false,
            types: true,
            budget: Budget::default(),
        }
    }
}

/// What the transpiler spends at most before it gives up with an error.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Component and core instances together.
    pub instances: u32,
    /// Bytes of emitted text.
    pub output: usize,
    /// Bytes that one call may lift, written into the glue as its default.
    pub lift: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self { instances: 10_000, output: 64 << 20, lift: 128 << 20 }
    }
}
