//! The transpiler for JavaScript engines: bytes and options as a list of
//! strings come in, plain data goes out. Nothing here throws except a panic, after which the caller
//! starts a new instance; the package `windlass` makes errors of `{ error }`, so
//! that they are the same from here and from the addon.

mod answer;
mod data;

use std::panic;

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use windlass::Options;

use crate::answer::answer;

/// Runs once for each instance.
#[wasm_bindgen(start)]
pub fn start() {
    // Without this a panic is an `unreachable` that has lost its message.
    panic::set_hook(Box::new(|info| wasm_bindgen::throw_str(&info.to_string())));
}

/// Turns a component into an ES module: `{ output }` or `{ error }`. The options are as
/// `Options::from_list` takes them.
#[wasm_bindgen]
pub fn transpile(bytes: &[u8], options: Vec<String>) -> JsValue {
    let result =
        Options::from_list(options).and_then(|options| windlass::transpile(bytes, &options));
    answer("output", result.map(|output| data::output(output, bytes)))
}

/// Writes the declarations of a WIT package, given as file names, each followed
/// by its text: `{ files }` or `{ error }`.
#[wasm_bindgen(js_name = typesOfWit)]
#[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands vectors over by value")]
pub fn types_of_wit(files: Vec<String>) -> JsValue {
    let package = windlass::wit::parse(&data::pairs(&files));
    answer("files", package.map(|p| data::files(windlass::dts::types_for_package(&p), &[])))
}

/// Writes the declarations of a WIT package in its binary form: `{ files }` or `{ error }`.
#[wasm_bindgen(js_name = typesOfPackage)]
pub fn types_of_package(bytes: &[u8]) -> JsValue {
    let package = windlass::wit::decode_package(bytes);
    answer("files", package.map(|p| data::files(windlass::dts::types_for_package(&p), &[])))
}

/// Prints the world of a component, or a WIT package in its binary form:
/// `{ text }` or `{ error }`.
#[wasm_bindgen]
pub fn wit(bytes: &[u8]) -> JsValue {
    answer("text", windlass::wit::print(bytes).map(JsValue::from))
}

/// Describes a component, as JSON: `{ text }` or `{ error }`.
#[wasm_bindgen]
pub fn inspect(bytes: &[u8]) -> JsValue {
    answer("text", windlass::inspect::inspect(bytes).map(|i| i.to_json().into()))
}
