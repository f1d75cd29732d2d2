//! What [`transpile`](crate::transpile) gives back.

/// The emitted files and what is known of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Emitted files in a fixed order, the entry first.
    pub files: Vec<File>,
    /// Import names and the specifiers they were mapped to.
    pub imports: Vec<(String, String)>,
    /// JavaScript names that the entry exports.
    pub exports: Vec<String>,
}

/// An emitted file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, without folders.
    pub name: String,
    pub contents: Vec<u8>,
}
