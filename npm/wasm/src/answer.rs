//! Answers to JavaScript: `{ [key]: value }` or `{ error }`. Shared with `tools`.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Object)]
    type JsObject;
    #[wasm_bindgen(constructor, js_class = "Object")]
    fn new() -> JsObject;
    #[wasm_bindgen(method, structural, indexing_setter)]
    fn set(this: &JsObject, key: &str, value: JsValue);
}

/// `windlass::Error` as data; tools have codes of their own.
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) at: Option<String>,
    pub(crate) offset: Option<usize>,
    pub(crate) help: Option<String>,
}

impl From<windlass::Error> for Failure {
    fn from(windlass::Error { code, message, at, offset, help }: windlass::Error) -> Self {
        Self { code: code.as_str(), message, at, offset, help }
    }
}

/// `{ [key]: value }` or `{ error }`.
pub(crate) fn answer(key: &str, result: Result<JsValue, impl Into<Failure>>) -> JsValue {
    match result {
        Ok(value) => object([(key, value)]),
        Err(error) => object([("error", failure(error.into()))]),
    }
}

fn failure(Failure { code, message, at, offset, help }: Failure) -> JsValue {
    #[expect(clippy::cast_precision_loss, reason = "no component has 2^53 bytes")]
    let offset = offset.map(|offset| offset as f64);
    object([
        ("code", code.into()),
        ("message", message.into()),
        ("at", at.into()),
        ("offset", offset.into()),
        ("help", help.into()),
    ])
}

/// An object with these properties.
pub(crate) fn object<const N: usize>(entries: [(&str, JsValue); N]) -> JsValue {
    let object = JsObject::new();
    for (key, value) in entries {
        object.set(key, value);
    }
    object.into()
}
