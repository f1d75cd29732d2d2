//! A decoded component comes in; one flat, ordered list of initializers goes out.
//! Nested components are instantiated here, at transpile time. Afterwards every
//! item is known by where it finally comes from, and no alias is left.

pub mod linked;
