//! Serves the fuzz drivers: one JSON request per line of standard input, one JSON
//! answer per line of standard output.
//!
//! Requests name where a component comes from and may name a folder for the output:
//!
//! | `op` | fields | component |
//! | --- | --- | --- |
//! | `wat` | `text` | the text, assembled |
//! | `file` | `path` | the file as it is |
//! | `smith` | `seed` | one that `wasm-smith` makes from the seed |
//! | `mutate` | `seed`, `path` or `text`, `other` | the file or text with some bytes changed, `other` lends bytes |
//!
//! With `dir` the emitted files are written there, else the texts of the JavaScript
//! and TypeScript files are in the answer. `save` names a file for the component.
//! The answer's `outcome` is `ok`, `error` (with `code`), `panic` or `input` when
//! there was no component to transpile. A hang or an abort is the driver's to see.

mod input;

use std::io::{BufRead, Write};
use std::panic::AssertUnwindSafe;
use std::path::Path;

use serde_json::{Value, json};
use windlass::Options;

fn main() -> std::io::Result<()> {
    std::panic::set_hook(Box::new(|_| {}));
    let mut stdout = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answer = match serde_json::from_str(&line?) {
            Ok(request) => answer(&request),
            Err(error) => json!({ "outcome": "input", "message": error.to_string() }),
        };
        writeln!(stdout, "{answer}")?;
        stdout.flush()?;
    }
    Ok(())
}

fn answer(request: &Value) -> Value {
    let bytes = match input::component(request) {
        Ok(bytes) => bytes,
        Err(message) => return json!({ "outcome": "input", "message": message }),
    };
    if let Some(path) = request["save"].as_str()
        && let Err(error) = std::fs::write(path, &bytes)
    {
        return json!({ "outcome": "input", "message": error.to_string() });
    }
    // Every import gets a provider.
    let shared_map = vec![("*".into(), "./host.js".into())];
    let options = Options { name: "case".into(), shared_map, ..Options::default() };
    let result =
        std::panic::catch_unwind(AssertUnwindSafe(|| windlass::transpile(&bytes, &options)));
    match result {
        Ok(Ok(output)) => match request["dir"].as_str() {
            Some(dir) => written(&output, Path::new(dir)),
            None => listed(&output),
        },
        Ok(Err(error)) => json!({
            "outcome": "error",
            "code": error.code.as_str(),
            "message": error.to_string(),
        }),
        Err(payload) => json!({ "outcome": "panic", "message": panic_message(&*payload) }),
    }
}

fn written(output: &windlass::Output, dir: &Path) -> Value {
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(dir)?;
        for file in &output.files {
            std::fs::write(dir.join(&file.name), &file.contents)?;
        }
        Ok(())
    };
    match write() {
        Ok(()) => {
            let names: Vec<_> = output.files.iter().map(|file| file.name.as_str()).collect();
            json!({ "outcome": "ok", "files": names })
        }
        Err(error) => json!({ "outcome": "input", "message": error.to_string() }),
    }
}

fn listed(output: &windlass::Output) -> Value {
    let texts: Vec<_> = output
        .files
        .iter()
        .filter(|file| {
            let extension = Path::new(&file.name).extension();
            extension.is_some_and(|extension| extension == "js" || extension == "ts")
        })
        .map(|file| json!([file.name, String::from_utf8_lossy(&file.contents)]))
        .collect();
    json!({ "outcome": "ok", "texts": texts })
}

fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
}
