//! Bytes come in; typed index spaces go out, with the validator's types.
//! This is the only reader of wasm bytes. Afterwards everything is validated.
