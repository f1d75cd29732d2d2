//! Components to transpile: assembled, read, made by `wasm-smith`, mutated.

use arbitrary::{Arbitrary, Unstructured};
use fastrand::Rng;
use serde_json::Value;

/// The bytes a request asks for.
pub(crate) fn component(request: &Value) -> Result<Vec<u8>, String> {
    match request["op"].as_str() {
        Some("wat" | "file") => given(request),
        Some("smith") => smith(&mut rng(request)),
        Some("mutate") => mutated(request),
        _ => Err("`op` is `wat`, `file`, `smith` or `mutate`".into()),
    }
}

fn rng(request: &Value) -> Rng {
    Rng::with_seed(request["seed"].as_u64().unwrap_or_default())
}

fn given(request: &Value) -> Result<Vec<u8>, String> {
    if let Some(path) = request["path"].as_str() {
        return read(path);
    }
    let text = request["text"].as_str().ok_or("`text` or `path` is missing")?;
    wat::parse_str(text).map_err(|error| error.to_string())
}

/// A component file, assembled when it is text.
fn read(path: &str) -> Result<Vec<u8>, String> {
    wat::parse_file(path).map_err(|error| error.to_string())
}

fn smith(rng: &mut Rng) -> Result<Vec<u8>, String> {
    let mut entropy = vec![0; rng.usize(64..16384)];
    rng.fill(&mut entropy);
    let mut unstructured = Unstructured::new(&entropy);
    let config =
        wasm_smith::Config::arbitrary(&mut unstructured).map_err(|error| error.to_string())?;
    let component =
        wasm_smith::Component::new(config, &mut unstructured).map_err(|error| error.to_string())?;
    Ok(component.to_bytes())
}

fn mutated(request: &Value) -> Result<Vec<u8>, String> {
    let mut bytes = given(request)?;
    let other = match request["other"].as_str() {
        Some(path) => read(path)?,
        None => bytes.clone(),
    };
    let mut rng = rng(request);
    // Most components with one changed byte are invalid already; each further
    // change makes it less likely that one gets past the validator.
    for _ in 0..rng.usize(1..4) {
        mutate(&mut bytes, &other, &mut rng);
    }
    Ok(bytes)
}

fn mutate(bytes: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
    if bytes.len() < 9 || other.is_empty() {
        return;
    }
    // The preamble stays: without it nothing behind it is read.
    let at = rng.usize(8..bytes.len());
    match rng.u8(0..10) {
        0 | 1 => bytes[at] ^= 1 << rng.u8(0..8),
        2 => bytes[at] = bytes[at].wrapping_add(1),
        3 => bytes[at] = bytes[at].wrapping_sub(1),
        4 => bytes[at] = rng.u8(..),
        5 => bytes[at] = *rng.choice(&[0, 1, 0x7f, 0x80, 0xff]).expect("the list is not empty"),
        6 => bytes.truncate(at),
        7 => {
            let end = (at + rng.usize(1..64)).min(bytes.len());
            bytes.drain(at..end);
        }
        8 => {
            let from = rng.usize(0..other.len());
            let end = (from + rng.usize(1..64)).min(other.len());
            bytes.splice(at..at, other[from..end].iter().copied());
        }
        _ => {
            let from = rng.usize(0..other.len());
            let len = rng.usize(1..64).min(other.len() - from).min(bytes.len() - at);
            bytes[at..at + len].copy_from_slice(&other[from..from + len]);
        }
    }
}
