//! The shapes that cross into JavaScript.

use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use windlass::options::{Budget, Target};
use windlass::{Error, Output};

/// `windlass::Options`, every field present: JavaScript fills in the defaults.
#[napi(object, object_to_js = false)]
pub struct Options {
    pub name: String,
    pub target: String,
    /// Pairs of pattern and specifier.
    pub map: Vec<Vec<String>>,
    pub minify: bool,
    pub source_map: bool,
    pub types: bool,
    /// Patterns, here and below.
    pub async_imports: Vec<String>,
    pub async_exports: Vec<String>,
    pub sync_exports: Vec<String>,
    pub budget: OptionsBudget,
}

/// `windlass::options::Budget`.
#[napi(object, object_to_js = false)]
pub struct OptionsBudget {
    pub instances: u32,
    pub output: f64,
    pub lift: u32,
}

impl TryFrom<Options> for windlass::Options {
    type Error = Error;

    fn try_from(options: Options) -> Result<Self, Error> {
        let Options {
            name,
            target,
            map,
            minify,
            source_map,
            types,
            async_imports,
            async_exports,
            sync_exports,
            budget,
        } = options;
        let OptionsBudget { instances, output, lift } = budget;
        Ok(Self {
            name,
            target: target.parse::<Target>()?,
            map: map.into_iter().filter_map(pair).collect(),
            minify,
            source_map,
            types,
            async_imports,
            async_exports,
            sync_exports,
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "`as` saturates, which is what a budget wants"
            )]
            budget: Budget { instances, output: output as usize, lift },
        })
    }
}

/// Two of something, if it is two.
pub(crate) fn pair(pair: Vec<String>) -> Option<(String, String)> {
    let [pattern, specifier] = <[String; 2]>::try_from(pair).ok()?;
    Some((pattern, specifier))
}

/// `{ output }` or `{ error }`.
#[napi(object, object_from_js = false)]
pub struct Transpiled {
    pub output: Option<TranspiledOutput>,
    pub error: Option<Failure>,
}

/// `windlass::Output`.
#[napi(object, object_from_js = false)]
pub struct TranspiledOutput {
    pub files: Vec<File>,
    /// Pairs of import name and specifier.
    pub imports: Vec<Vec<String>>,
    pub exports: Vec<String>,
}

/// `windlass::output::File`.
#[napi(object, object_from_js = false)]
pub struct File {
    pub name: String,
    pub contents: Uint8Array,
}

impl From<Result<Output, Failure>> for Transpiled {
    fn from(result: Result<Output, Failure>) -> Self {
        match result {
            Ok(output) => Self { output: Some(output.into()), error: None },
            Err(error) => Self { output: None, error: Some(error) },
        }
    }
}

impl From<Output> for TranspiledOutput {
    fn from(Output { files, imports, exports }: Output) -> Self {
        Self {
            files: files.into_iter().map(File::from).collect(),
            imports: imports.into_iter().map(|(name, to)| vec![name, to]).collect(),
            exports,
        }
    }
}

impl From<windlass::output::File> for File {
    fn from(windlass::output::File { name, contents }: windlass::output::File) -> Self {
        Self { name, contents: contents.into() }
    }
}

/// `{ files }` or `{ error }`.
#[napi(object, object_from_js = false)]
pub struct Declared {
    pub files: Option<Vec<File>>,
    pub error: Option<Failure>,
}

impl From<Result<Vec<windlass::output::File>, Failure>> for Declared {
    fn from(result: Result<Vec<windlass::output::File>, Failure>) -> Self {
        match result {
            Ok(files) => {
                Self { files: Some(files.into_iter().map(File::from).collect()), error: None }
            }
            Err(error) => Self { files: None, error: Some(error) },
        }
    }
}

/// `{ text }` or `{ error }`.
#[napi(object, object_from_js = false)]
pub struct Text {
    pub text: Option<String>,
    pub error: Option<Failure>,
}

impl From<Result<String, Failure>> for Text {
    fn from(result: Result<String, Failure>) -> Self {
        match result {
            Ok(text) => Self { text: Some(text), error: None },
            Err(error) => Self { text: None, error: Some(error) },
        }
    }
}

/// `windlass::Error` as data.
#[napi(object, object_from_js = false)]
pub struct Failure {
    pub code: String,
    pub message: String,
    pub at: Option<String>,
    pub offset: Option<f64>,
    pub help: Option<String>,
}

impl Failure {
    /// What a panic with this message is for users.
    pub(crate) fn from_panic(message: &str) -> Self {
        Self {
            code: "internal".into(),
            message: format!("the transpiler failed: {message}"),
            at: None,
            offset: None,
            help: Some("this is a mistake in windlass; please report it with the component".into()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "no component has 2^53 bytes")]
        let offset = error.offset.map(|offset| offset as f64);
        Self {
            code: error.code.as_str().into(),
            message: error.message,
            at: error.at,
            offset,
            help: error.help,
        }
    }
}
