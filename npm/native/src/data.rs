//! The shapes that cross into JavaScript.

use std::iter::once;

use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use windlass::{Error, Output};

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
    /// Pairs of import name and specifier, or names alone.
    pub imports: Vec<Vec<String>>,
    pub exports: Vec<String>,
    pub notices: Vec<Notice>,
}

/// `windlass::output::Notice`.
#[napi(object, object_from_js = false)]
pub struct Notice {
    pub code: String,
    pub message: String,
}

/// `windlass::output::File`.
#[napi(object, object_from_js = false)]
pub struct File {
    pub name: String,
    pub contents: Option<Uint8Array>,
    /// Which bytes of the component the contents are, where it has them as they are.
    pub part: Option<Vec<f64>>,
}

impl Transpiled {
    /// The outcome of transpiling the component `bytes`.
    pub(crate) fn new(result: Result<Output<'_>, Failure>, bytes: &[u8]) -> Self {
        match result {
            Ok(output) => Self { output: Some(TranspiledOutput::new(output, bytes)), error: None },
            Err(error) => Self { output: None, error: Some(error) },
        }
    }
}

impl TranspiledOutput {
    /// The output for the component `bytes`.
    fn new(Output { files, imports, exports, notices }: Output<'_>, bytes: &[u8]) -> Self {
        Self {
            files: files.into_iter().map(|file| File::new(file, bytes)).collect(),
            imports: imports.into_iter().map(|(name, to)| once(name).chain(to).collect()).collect(),
            exports,
            notices: notices.into_iter().map(Notice::from).collect(),
        }
    }
}

impl From<windlass::output::Notice> for Notice {
    fn from(windlass::output::Notice { code, message }: windlass::output::Notice) -> Self {
        Self { code: code.into(), message }
    }
}

impl File {
    fn new(file: windlass::output::File<'_>, component: &[u8]) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "no component has 2^53 bytes")]
        let part = file.part_of(component).map(|part| vec![part.start as f64, part.end as f64]);
        let contents = part.is_none().then(|| file.contents.into_owned().into());
        Self { name: file.name, contents, part }
    }
}

/// `{ files }` or `{ error }`.
#[napi(object, object_from_js = false)]
pub struct Declared {
    pub files: Option<Vec<File>>,
    pub error: Option<Failure>,
}

impl From<Result<Vec<windlass::output::File<'_>>, Failure>> for Declared {
    fn from(result: Result<Vec<windlass::output::File<'_>>, Failure>) -> Self {
        match result {
            Ok(files) => {
                let files = files.into_iter().map(|file| File::new(file, &[])).collect();
                Self { files: Some(files), error: None }
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
    /// The error that users see for a panic with this message.
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
