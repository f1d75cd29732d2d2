//! The transpiler for JavaScript engines: bytes and plain options come in, plain
//! data goes out. Nothing here throws except a panic, after which the caller
//! starts a new instance; the package `windlass` makes errors of `{ error }`, so
//! that they are the same from here and from the addon.

mod data;

use std::panic;

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::data::RawOptions;

/// Runs once for each instance.
#[wasm_bindgen(start)]
pub fn start() {
    // Without this a panic is an `unreachable` that has lost its message.
    panic::set_hook(Box::new(|info| wasm_bindgen::throw_str(&info.to_string())));
}

/// Turns a component into an ES module: `{ output }` or `{ error }`.
#[wasm_bindgen]
pub fn transpile(bytes: &[u8], options: &RawOptions) -> JsValue {
    let result = data::options(options).and_then(|options| windlass::transpile(bytes, &options));
    data::result("output", result.map(data::output))
}
