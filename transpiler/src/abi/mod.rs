//! Types come in; sizes, alignments and flattenings go out (CanonicalABI.md).
//! Nothing here knows JavaScript. Afterwards each layout question has one answer,
//! for sync calls, async calls, streams and adapters alike.

pub mod layout;
pub mod shape;
pub mod types;
