//! Names of the outside come in; JavaScript identifiers, property names and file
//! stems go out. Afterwards no name of a component meets a keyword, a global, a
//! runtime helper or another name of the same scope.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::rc::Rc;

use swc_atoms::Atom;

use super::reserved::{GLOBALS, KEYWORDS};
use super::runtime;

/// Longest readable part of an identifier, in bytes.
const MAX_IDENT: usize = 40;

/// Longest file name stem, in bytes.
const MAX_STEM: usize = 100;

/// A JavaScript identifier that [`Names`] handed out (or a runtime helper's).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Atom);

impl Name {
    /// The identifier of a runtime helper; [`Names`] keeps away from it.
    pub(super) fn of_helper(name: &str) -> Self {
        Self(Atom::from(name))
    }

    /// The identifier's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The identifier's text as swc holds it.
    pub(super) fn atom(&self) -> Atom {
        self.0.clone()
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One scope of identifiers.
///
/// A scope sees the names of the scopes around it as taken, and, as long as they
/// live, those of the scopes inside it: a name that an outer scope hands out
/// while an inner one is still being written may be used in both.
#[derive(Debug)]
pub struct Names {
    minify: bool,
    scope: Rc<Scope>,
}

#[derive(Debug)]
struct Scope {
    parent: Option<Rc<Scope>>,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    own: HashSet<Atom>,
    /// The number of live inner scopes that hold a name.
    inner: HashMap<Atom, u32>,
    /// The number that the next name of a stem tries first.
    next: HashMap<Atom, u32>,
    /// The next short name, when minifying.
    short: u32,
}

impl Names {
    /// The outermost scope of a file, in which keywords, globals and runtime helpers are taken.
    /// Only [`ModuleFile`](super::file::ModuleFile) makes one.
    pub(super) fn new(minify: bool) -> Self {
        let mut names =
            Self { minify, scope: Rc::new(Scope { parent: None, state: RefCell::default() }) };
        for word in KEYWORDS.iter().chain(GLOBALS).copied().chain(runtime::reserved()) {
            names.reserve(word);
        }
        names
    }

    /// Marks `name` as taken.
    pub fn reserve(&mut self, name: &str) {
        self.scope.take(&Atom::from(name));
    }

    /// A new identifier that reads like `hint`, which may be any text: `x`, then
    /// `x2`, `x3` …; when minifying, the next short name.
    pub fn fresh(&mut self, hint: &str) -> Name {
        let atom =
            if self.minify { self.next_short() } else { self.next_numbered(&identifier(hint)) };
        self.scope.take(&atom);
        Name(atom)
    }

    /// `text` itself as an identifier, where it is one and free.
    pub fn exact(&mut self, text: &str) -> Option<Name> {
        let atom = Atom::from(text);
        if identifier(text) != text || self.scope.is_taken(&atom) {
            return None;
        }
        self.scope.take(&atom);
        Some(Name(atom))
    }

    /// A function scope inside this one. Its names are free again when it is dropped.
    #[must_use]
    pub fn child(&self) -> Self {
        let short = self.scope.state.borrow().short;
        let state = RefCell::new(State { short, ..State::default() });
        Self {
            minify: self.minify,
            scope: Rc::new(Scope { parent: Some(self.scope.clone()), state }),
        }
    }

    fn next_short(&self) -> Atom {
        loop {
            let mut state = self.scope.state.borrow_mut();
            let atom = Atom::from(short_name(state.short));
            state.short += 1;
            drop(state);
            if !self.scope.is_taken(&atom) {
                return atom;
            }
        }
    }

    fn next_numbered(&self, stem: &str) -> Atom {
        let stem = Atom::from(stem);
        if !self.scope.is_taken(&stem) {
            return stem;
        }
        // A stem that ends in a digit needs a mark between itself and the number.
        let gap = if stem.ends_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
        let mut number = self.scope.next_number(&stem);
        loop {
            let atom = Atom::from(format!("{stem}{gap}{number}"));
            number += 1;
            if !self.scope.is_taken(&atom) {
                self.scope.state.borrow_mut().next.insert(stem, number);
                return atom;
            }
        }
    }
}

impl Scope {
    fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |scope| scope.parent.as_deref())
    }

    fn take(&self, atom: &Atom) {
        if self.state.borrow_mut().own.insert(atom.clone()) {
            for scope in self.chain().skip(1) {
                *scope.state.borrow_mut().inner.entry(atom.clone()).or_default() += 1;
            }
        }
    }

    fn is_taken(&self, atom: &Atom) -> bool {
        self.state.borrow().inner.contains_key(atom)
            || self.chain().any(|scope| scope.state.borrow().own.contains(atom))
    }

    fn next_number(&self, stem: &Atom) -> u32 {
        let numbers = self.chain().filter_map(|scope| scope.state.borrow().next.get(stem).copied());
        numbers.max().unwrap_or(2)
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        let own = std::mem::take(&mut self.state.get_mut().own);
        for scope in self.chain().skip(1) {
            let mut state = scope.state.borrow_mut();
            for atom in &own {
                if let Some(count) = state.inner.get_mut(atom) {
                    *count -= 1;
                    if *count == 0 {
                        state.inner.remove(atom);
                    }
                }
            }
        }
    }
}

/// Whether `text` can stand as a property name without quotes. Only ASCII counts,
/// so that output does not depend on a version of Unicode.
pub fn is_identifier_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'$')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$')
}

/// The key of an instance (or any plain item): the camelCase of the last segment
/// of its name, `calls` of `perf:bench/calls@0.1.0`.
pub fn instance_key(name: &str) -> String {
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    lower_camel(name.rsplit(['/', ':']).next().unwrap_or(name))
}

/// The name of a root export whose key would be `key`: `then` is `then_`, since
/// `import()` and `await` call what has a function `then`.
pub fn export_key(key: String) -> String {
    if key == "then" { "then_".to_owned() } else { key }
}

/// The `camelCase` of a WIT name: `drop-R1-as-r2` gives `dropR1AsR2`. A property
/// name, so any text may come out.
pub fn lower_camel(kebab: &str) -> String {
    camel(kebab, false)
}

/// The `PascalCase` of a WIT name: `resource1-again` gives `Resource1Again`.
pub fn upper_camel(kebab: &str) -> String {
    camel(kebab, true)
}

fn camel(kebab: &str, mut upper: bool) -> String {
    let mut text = String::with_capacity(kebab.len());
    for word in kebab.split('-').filter(|word| !word.is_empty()) {
        let mut chars = word.chars();
        text.extend(
            chars
                .next()
                .map(|c| if upper { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }),
        );
        text.extend(chars.map(|c| c.to_ascii_lowercase()));
        upper = true;
    }
    text
}

/// A file name stem that is safe on every system: ASCII letters, digits, `.`,
/// `_` and `-` only, no device name of Windows, neither empty nor hidden, and
/// nothing that leads to another folder.
pub fn file_stem(name: &str) -> String {
    let mut stem = String::new();
    for c in name.chars() {
        let c = if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
        // A run of separators says no more than one.
        if !(matches!(c, '.' | '-') && stem.ends_with(['.', '-'])) {
            stem.push(c);
        }
        if stem.len() == MAX_STEM {
            break;
        }
    }
    let stem = stem.trim_matches(['.', '-']);
    if stem.is_empty() {
        return "component".into();
    }
    if is_device(stem) {
        return format!("_{stem}");
    }
    stem.into()
}

/// Windows opens a device for these names, whatever follows the first dot.
fn is_device(stem: &str) -> bool {
    let base = stem.split('.').next().unwrap_or(stem).to_ascii_lowercase();
    match base.as_str() {
        "con" | "prn" | "aux" | "nul" | "conin$" | "conout$" => true,
        _ => {
            (base.starts_with("com") || base.starts_with("lpt"))
                && base.len() == 4
                && base.ends_with(|c: char| c.is_ascii_digit())
        }
    }
}

/// A readable identifier for any text: other characters part words.
fn identifier(hint: &str) -> String {
    let mut text = String::new();
    let mut upper = false;
    for c in hint.chars() {
        if text.len() == MAX_IDENT {
            break;
        }
        if c.is_ascii_alphanumeric() || c == '_' {
            if text.is_empty() && c.is_ascii_digit() {
                text.push('_');
            }
            text.push(if upper { c.to_ascii_uppercase() } else { c });
            upper = false;
        } else {
            upper = !text.is_empty();
        }
    }
    if text.is_empty() { "x".into() } else { text }
}

/// The short name of a number: `a` … `Z`, then two characters and more.
fn short_name(mut index: u32) -> String {
    const FIRST: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const REST: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut text = String::new();
    text.push(char::from(FIRST[index as usize % FIRST.len()]));
    index /= 52;
    while index > 0 {
        index -= 1;
        text.push(char::from(REST[index as usize % REST.len()]));
        index /= 62;
    }
    text
}

#[cfg(test)]
#[path = "names_test.rs"]
mod tests;
