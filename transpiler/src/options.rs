//! Options of [`transpile`](crate::transpile).

use std::str::FromStr;

use crate::error::{Code, Error};

/// The environment in which the entry file of the output runs.
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
    /// Bundlers, by a plugin: as `Workerd`, but what `import` gives may be a promise of the core
    /// module where [`tla`](Options::tla) is off, and large ones are not instantiated at once.
    Bundler,
    /// Core modules inside the JavaScript.
    Inline,
    /// The module hooks of `windlass/register`, and no files. By its own URL the entry asks
    /// `globalThis[Symbol.for('windlass.registered')]` for its compiled core modules
    /// (`cores`) and for WASI with what is granted to the component (`wasi`), made by
    /// what `thing.wasi.js` exports, which hooks take for `@windlass/wasi`.
    Hooks,
    /// Whoever evaluates text, and no entry: `thing.instantiate.js` is the body of a function
    /// that returns `instantiate`, since engines keep each module that they evaluated for good.
    Function,
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
            "bundler" => Ok(Self::Bundler),
            "inline" => Ok(Self::Inline),
            "hooks" => Ok(Self::Hooks),
            "function" => Ok(Self::Function),
            _ => Err(Error::new(Code::InvalidOption, format!("there is no target `{text}`"))
                .help("use `universal`, `node`, `web`, `workerd` or `inline`")),
        }
    }
}

/// The options of [`transpile`](crate::transpile).
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "options, each a yes or no of its own")]
pub struct Options {
    /// The stem of emitted file names. Characters unsafe in file names are replaced.
    pub name: String,
    pub target: Target,
    /// The sources of imports, but for `wasi:*`, as `(pattern, specifier)` pairs: an
    /// import that none fits is an error, and so is a pair that fits no import.
    ///
    /// A pattern is an import name, with or without `@version` or `@major.minor`, which fit
    /// all compatible versions, and `*` for any run of characters, which `*` in the
    /// specifier repeats. That of the very name wins, else the first that fits. The
    /// specifier is a module, which is the instance, or `module#export`; with `#` at its
    /// beginning it is a subpath import, `#internal/x` or `#internal/x#export`. One with
    /// `*` begins with a folder or package, and what a pattern with `*` leads to is neither
    /// a URL nor a module of the runtime: else the component would choose it.
    pub map: Vec<(String, String)>,
    /// Whether files end in `.mjs` and `.d.mts`, which are ES modules wherever they lie.
    pub mjs: bool,
    /// The same for settings of several components, after [`map`](Self::map): a pair may
    /// fit no import.
    pub shared_map: Vec<(String, String)>,
    /// Whether only the glue is emitted, which is handed its imports and so needs no `map`:
    /// no entry.
    pub instantiate_only: bool,
    /// Whether JavaScript is printed without white space and with short names.
    pub minify: bool,
    /// Whether `.map` files are emitted.
    pub source_map: bool,
    /// Whether `.d.ts` files are emitted.
    pub types: bool,
    /// Whether the entry may use top-level await. Otherwise it exports `$init` too, a promise:
    /// when that is settled the exports are there, which is at once where nothing has to be
    /// waited for.
    pub tla: bool,
    /// Imported functions that may return a promise although their type is not
    /// `async`: JSPI suspends the component until it is settled, so exports that
    /// can get there return promises. Names as in [`map`](Self::map), such as
    /// `wasi:io/poll#*`.
    pub async_imports: Vec<String>,
    /// Exported functions that return a promise and run where JSPI can suspend
    /// them, whatever their code is found to do; names as in [`map`](Self::map),
    /// such as `run` or `a:b/c#[method]d.*`.
    pub async_exports: Vec<String>,
    /// Exported functions that JSPI never suspends; these go before `async_exports`.
    pub sync_exports: Vec<String>,
    /// Whether emitted code refuses numbers that it would convert to an integer (1.5, -1 or
    /// NaN for `u32`), and values that are no booleans for `bool`, with a `TypeError`.
    pub strict: bool,
    /// Bytes up to which each memory of the component can grow, written into its core modules
    /// as a maximum: `memory.grow` past it gives -1.
    pub max_memory: Option<u64>,
    /// Elements up to which each table can grow, in the same way.
    pub max_table_elements: Option<u64>,
    /// Whether core code looks at the time now and then, so that a call that takes longer than
    /// `timeout` of the instance ends in a trap.
    pub interruptible: bool,
    /// Milliseconds that a call may take, written into the glue as its default. It makes code
    /// interruptible.
    pub timeout: Option<u64>,
    pub budget: Budget,
}

impl Options {
    /// Whether core code looks at the time.
    pub(crate) fn is_interruptible(&self) -> bool {
        self.interruptible || self.timeout.is_some()
    }

    /// Whether somebody else fills the imports object, so that no entry is emitted.
    pub(crate) fn has_no_entry(&self) -> bool {
        self.instantiate_only || self.target == Target::Function
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            name: "component".into(),
            target: Target::default(),
            map: Vec::new(),
            mjs: false,
            shared_map: Vec::new(),
            instantiate_only: false,
            minify: false,
            source_map: false,
            types: true,
            tla: true,
            async_imports: Vec::new(),
            async_exports: Vec::new(),
            sync_exports: Vec::new(),
            strict: false,
            max_memory: None,
            max_table_elements: None,
            interruptible: false,
            timeout: None,
            budget: Budget::default(),
        }
    }
}

/// An option by the key that JavaScript has for it: a door passes a list of keys and values on,
/// and names none of them.
pub struct Field {
    /// The key; those of [`Budget`] begin with `budget.`.
    pub key: &'static str,
    pub place: Place,
}

/// Which field of [`Options`] a key stands for, and so how its value is read.
#[derive(Clone, Copy)]
pub enum Place {
    Text(fn(&mut Options) -> &mut String),
    Target(fn(&mut Options) -> &mut Target),
    Flag(fn(&mut Options) -> &mut bool),
    Count(fn(&mut Options) -> &mut u32),
    Size(fn(&mut Options) -> &mut usize),
    /// A number without which there is no bound.
    Limit(fn(&mut Options) -> &mut Option<u64>),
    /// Milliseconds, without which there is no bound.
    Duration(fn(&mut Options) -> &mut Option<u64>),
    /// A list, which each value is added to.
    Texts(fn(&mut Options) -> &mut Vec<String>),
    /// A list of pairs, of which each takes two values.
    Pairs(fn(&mut Options) -> &mut Vec<(String, String)>),
}

/// All options. `npm/windlass/src/schema.ts` has the same for JavaScript.
pub const FIELDS: &[Field] = &[
    Field { key: "name", place: Place::Text(|it| &mut it.name) },
    Field { key: "target", place: Place::Target(|it| &mut it.target) },
    Field { key: "map", place: Place::Pairs(|it| &mut it.map) },
    Field { key: "mjs", place: Place::Flag(|it| &mut it.mjs) },
    Field { key: "sharedMap", place: Place::Pairs(|it| &mut it.shared_map) },
    Field { key: "instantiateOnly", place: Place::Flag(|it| &mut it.instantiate_only) },
    Field { key: "minify", place: Place::Flag(|it| &mut it.minify) },
    Field { key: "sourceMap", place: Place::Flag(|it| &mut it.source_map) },
    Field { key: "types", place: Place::Flag(|it| &mut it.types) },
    Field { key: "tla", place: Place::Flag(|it| &mut it.tla) },
    Field { key: "asyncImports", place: Place::Texts(|it| &mut it.async_imports) },
    Field { key: "asyncExports", place: Place::Texts(|it| &mut it.async_exports) },
    Field { key: "syncExports", place: Place::Texts(|it| &mut it.sync_exports) },
    Field { key: "strict", place: Place::Flag(|it| &mut it.strict) },
    Field { key: "maxMemory", place: Place::Limit(|it| &mut it.max_memory) },
    Field { key: "maxTableElements", place: Place::Limit(|it| &mut it.max_table_elements) },
    Field { key: "interruptible", place: Place::Flag(|it| &mut it.interruptible) },
    Field { key: "timeout", place: Place::Duration(|it| &mut it.timeout) },
    Field { key: "budget.instances", place: Place::Count(|it| &mut it.budget.instances) },
    Field { key: "budget.output", place: Place::Size(|it| &mut it.budget.output) },
    Field { key: "budget.lift", place: Place::Count(|it| &mut it.budget.lift) },
    Field { key: "budget.handles", place: Place::Count(|it| &mut it.budget.handles) },
];

impl Options {
    /// Reads a list in which each value comes after its key, and both values of a pair after
    /// theirs. Options without a key in it have their defaults, of several values the last
    /// counts, and lists grow with each.
    ///
    /// ```
    /// use windlass::Options;
    ///
    /// let list = ["minify", "true", "map", "acme:log/*", "./log.js", "budget.lift", "1024"];
    /// let options = Options::from_list(list.map(String::from))?;
    /// assert!(options.minify);
    /// assert_eq!(options.map, [("acme:log/*".to_owned(), "./log.js".to_owned())]);
    /// assert_eq!(options.budget.lift, 1024);
    /// # Ok::<(), windlass::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Code::InvalidOption`] for an unknown key and for a value that its option does not take.
    pub fn from_list(list: impl IntoIterator<Item = String>) -> Result<Self, Error> {
        let mut options = Self::default();
        let mut list = list.into_iter();
        while let Some(key) = list.next() {
            let field = FIELDS
                .iter()
                .find(|field| field.key == key)
                .ok_or_else(|| invalid(format!("there is no option `{key}`")))?;
            let mut value = || list.next().ok_or_else(|| invalid(format!("`{key}` has no value")));
            match field.place {
                Place::Text(of) => *of(&mut options) = value()?,
                Place::Target(of) => *of(&mut options) = value()?.parse()?,
                Place::Flag(of) => *of(&mut options) = parse(&key, &value()?, "true or false")?,
                Place::Count(of) => {
                    let count: u64 = parse(&key, &value()?, COUNT)?;
                    *of(&mut options) = u32::try_from(count).unwrap_or(u32::MAX);
                }
                Place::Size(of) => {
                    let size: u64 = parse(&key, &value()?, COUNT)?;
                    *of(&mut options) = usize::try_from(size).unwrap_or(usize::MAX);
                }
                Place::Limit(of) | Place::Duration(of) => {
                    *of(&mut options) = Some(parse(&key, &value()?, COUNT)?);
                }
                Place::Texts(of) => of(&mut options).push(value()?),
                Place::Pairs(of) => of(&mut options).push((value()?, value()?)),
            }
        }
        Ok(options)
    }
}

const COUNT: &str = "a whole number, zero or more";

fn parse<T: FromStr>(key: &str, text: &str, expected: &str) -> Result<T, Error> {
    text.parse().map_err(|_| invalid(format!("`{key}` must be {expected}")))
}

fn invalid(message: String) -> Error {
    Error::new(Code::InvalidOption, message)
}

/// Limits on the cost of transpiling, past which it fails with an error.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Component and core instances together.
    pub instances: u32,
    /// Bytes of emitted text, core modules apart.
    pub output: usize,
    /// Bytes that one call may lift, written into the glue as its default.
    pub lift: u32,
    /// Handles that an instance may hold, written into the glue as its default.
    pub handles: u32,
}

/// Bytes of a core module that Chromium compiles and instantiates at once on a page's main thread.
pub(crate) const SYNC_LIMIT: usize = 8 << 20;

/// The way out for who is over a bound of [`Budget`], by its field.
pub(crate) fn raise(field: &str) -> String {
    format!(
        "raise `budget.{field}` if the component is trusted: `--budget {field}=…` on the command line"
    )
}

/// About what the JavaScript of an exported or imported function takes at least, in bytes.
pub(crate) const FUNCTION_BYTES: usize = 384;

impl Default for Budget {
    fn default() -> Self {
        Self { instances: 10_000, output: 8 << 20, lift: 128 << 20, handles: 100_000 }
    }
}

/// Whether a pattern fits a text, `*` being any run of characters; `stars` gets what they stand for.
pub(crate) fn glob(pattern: &str, text: &str, stars: &mut Vec<String>) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (i, part) in parts.iter().enumerate() {
        let is_last = i + 1 == parts.len();
        let found = if is_last && part.is_empty() {
            Some(rest.len())
        } else if is_last {
            rest.ends_with(part).then(|| rest.len() - part.len())
        } else {
            rest.find(part)
        };
        let Some(at) = found else { return false };
        stars.push(rest[..at].to_owned());
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}

#[cfg(test)]
#[path = "options_test.rs"]
mod tests;
