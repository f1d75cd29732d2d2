//! `regex-lite` under the name of `regex`.
//!
//! The printer of JavaScript finds line breaks in template literals by a regular
//! expression. The whole of `regex`, with its Unicode tables, is half a megabyte.

pub use regex_lite::*;
