//! The commands that make components, for JavaScript engines: bytes come in,
//! bytes or plain errors go out. A module of its own, since the transpiler, which
//! browsers load, has no use for it. As there, nothing throws except a panic.

#[path = "../../src/answer.rs"]
mod answer;
mod component;
mod compose;
mod text;

use std::panic;

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::answer::{Failure, answer};

/// Runs once for each instance.
#[wasm_bindgen(start)]
pub fn start() {
    // Without this a panic is an `unreachable` that has lost its message.
    panic::set_hook(Box::new(|info| wasm_bindgen::throw_str(&info.to_string())));
}

/// Files that a call takes.
#[wasm_bindgen]
#[derive(Default)]
pub struct Files(Vec<File>);

/// A file, and the name that errors call it by.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

#[wasm_bindgen]
impl Files {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, name: String, bytes: Vec<u8>) {
        self.0.push(File { name, bytes });
    }
}

/// Plugs the exports of components into the imports of the first one: `{ bytes }` or `{ error }`.
#[wasm_bindgen]
pub fn compose(files: Files) -> JsValue {
    answer("bytes", compose::compose(files.0).map(JsValue::from))
}

/// Makes a component out of a core module that says what its world is, the first
/// file; the others are adapters, named like the module that they stand for, and
/// `preview1` is the one for WASI 0.1: `{ bytes }` or `{ error }`.
#[wasm_bindgen]
#[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands strings over by value")]
pub fn component(files: Files, preview1: String) -> JsValue {
    answer("bytes", component::component(files.0, &preview1).map(JsValue::from))
}

/// Writes into a core module, the first file, what its world is, by WIT, which is
/// in the others: `{ bytes }` or `{ error }`.
#[wasm_bindgen]
#[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands strings over by value")]
pub fn embed(files: Files, world: Option<String>, encoding: String) -> JsValue {
    answer("bytes", component::embed(files.0, world.as_deref(), &encoding).map(JsValue::from))
}

/// Assembles the only file, a component or core module in WAT: `{ bytes }` or `{ error }`.
#[wasm_bindgen]
pub fn assemble(files: Files) -> JsValue {
    answer("bytes", text::assemble(files.0).map(JsValue::from))
}

/// The result of everything here that can fail.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure without place and help.
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), at: None, offset: None, help: None }
    }

    fn at(mut self, at: &str) -> Self {
        self.at = Some(at.to_owned());
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
