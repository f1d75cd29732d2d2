//! A linked component comes in; ES modules go out, built as syntax trees.
//! `emit` never looks at wasm bytes. Afterwards every identifier was handed out
//! by `names`, and output is the same for the same input, byte for byte.

pub mod js;
pub mod names;
pub mod print;
mod reserved;
pub mod runtime;
