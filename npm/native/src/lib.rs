//! The transpiler as a Node addon: bytes and options as a list of strings come in, plain data
//! goes out. Nothing here throws; the package `windlass` makes errors of
//! `{ error }`, so that they are the same from this addon and from Wasm.

mod data;
mod exchange;
mod guard;
mod read;

use std::mem::take;

use napi::bindgen_prelude::{AsyncTask, Uint8Array};
use napi::{Env, Task};
use napi_derive::napi;
use windlass::Options;

use crate::data::{Declared, Text, Transpiled};

/// Turns a component into an ES module; the options are as `Options::from_list` takes them.
#[napi]
pub fn transpile(bytes: Uint8Array, options: Vec<String>) -> Transpiled {
    let result = guard::run(|| windlass::transpile(&bytes, &Options::from_list(options)?));
    Transpiled::new(result, &bytes)
}

/// Reads a large file, in less time than Node; nothing for a small one, or if it cannot be read.
#[napi]
pub fn read(path: String) -> Option<Uint8Array> {
    guard::run(|| Ok(read::by_threads(&path).ok().flatten())).ok().flatten().map(Uint8Array::from)
}

/// Exchanges two paths in one step, so that each is there all the time; whether that was possible.
#[napi]
pub fn exchange(a: String, b: String) -> bool {
    exchange::exchange(&a, &b)
}

/// Like [`transpile`], on a thread of the pool. Nobody may write to the bytes in the meantime.
#[napi]
pub fn transpile_async(bytes: Uint8Array, options: Vec<String>) -> AsyncTask<TranspileTask> {
    AsyncTask::new(TranspileTask { bytes, options })
}

/// A call of [`transpile_async`] on its way through the pool.
pub struct TranspileTask {
    bytes: Uint8Array,
    options: Vec<String>,
}

impl Task for TranspileTask {
    type Output = Transpiled;
    type JsValue = Transpiled;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        let options = take(&mut self.options);
        let result = guard::run(|| windlass::transpile(&self.bytes, &Options::from_list(options)?));
        Ok(Transpiled::new(result, &self.bytes))
    }

    fn resolve(&mut self, _env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        Ok(output)
    }
}

/// Writes the declarations of a WIT package, given as pairs of file name and text.
#[napi]
pub fn types_of_wit(files: Vec<Vec<String>>) -> Declared {
    guard::run(|| {
        let files: Vec<_> = files.into_iter().filter_map(data::pair).collect();
        Ok(windlass::dts::types_for_package(&windlass::wit::parse(&files)?))
    })
    .into()
}

/// Writes the declarations of a WIT package in its binary form.
#[napi]
pub fn types_of_package(bytes: Uint8Array) -> Declared {
    guard::run(|| Ok(windlass::dts::types_for_package(&windlass::wit::decode_package(&bytes)?)))
        .into()
}

/// Prints the world of a component, or a WIT package in its binary form.
#[napi]
pub fn wit(bytes: Uint8Array) -> Text {
    guard::run(|| windlass::wit::print(&bytes)).into()
}

/// Describes a component, as JSON.
#[napi]
pub fn inspect(bytes: Uint8Array) -> Text {
    guard::run(|| Ok(windlass::inspect::inspect(&bytes)?.to_json())).into()
}
