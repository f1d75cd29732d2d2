//! Windlass lifts WebAssembly components into JavaScript: [`transpile`] turns the
//! bytes of a component into an ES module and its core modules.

pub mod abi;
pub mod decode;
pub mod dts;
pub mod emit;
pub mod error;
pub mod index;
pub mod link;
pub mod options;
pub mod output;

pub use error::{Error, Result};
pub use options::Options;
pub use output::Output;
