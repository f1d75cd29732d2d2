//! State that the emitter of one function body carries along.

use std::rc::Rc;

use super::js::{self, Expr, Stmt};
use super::names::{Name, Names};
use crate::index::InstanceIndex;
use crate::link::linked::StringEncoding;

/// A function body that is being written.
pub(super) struct Body {
    pub names: Names,
    pub stmts: Vec<Stmt>,
    /// The array that collects lent handles, in a body that lifts borrows.
    pub lent: Option<Name>,
    /// The borrow scope, in a body that lowers borrows.
    pub borrows: Option<Name>,
    /// The record of objects that the arguments lent and gave so far, in a body that lowers them.
    pub passing: Option<Name>,
}

impl Body {
    /// A body inside the scope of `names`.
    pub(super) fn new(names: &Names) -> Self {
        Self { names: names.child(), stmts: Vec::new(), lent: None, borrows: None, passing: None }
    }

    /// Adds a statement.
    pub(super) fn push(&mut self, stmt: Stmt) {
        self.stmts.push(stmt);
    }

    /// Adds an expression statement.
    pub(super) fn run(&mut self, expr: Expr) {
        self.push(js::expr_stmt(expr));
    }

    /// Gives a value a name, so that it can be used more than once.
    pub(super) fn bind(&mut self, hint: &str, value: Expr) -> Name {
        let name = self.names.fresh(hint);
        self.push(js::const_(&name, value));
        name
    }

    /// The statements that `write` adds, apart from this body's own.
    pub(super) fn block<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> (Vec<Stmt>, T) {
        let outer = std::mem::take(&mut self.stmts);
        let result = write(self);
        (std::mem::replace(&mut self.stmts, outer), result)
    }
}

/// The facts beside the type that the code for a type depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub encoding: Encoding,
    pub is64: bool,
    /// The instance whose handles these are.
    pub instance: InstanceIndex,
}

/// [`StringEncoding`] with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Encoding {
    Utf8,
    Utf16,
    Latin1Utf16,
}

impl From<StringEncoding> for Encoding {
    fn from(encoding: StringEncoding) -> Self {
        match encoding {
            StringEncoding::Utf8 => Self::Utf8,
            StringEncoding::Utf16 => Self::Utf16,
            StringEncoding::Latin1Utf16 => Self::Latin1Utf16,
        }
    }
}

/// An address in linear memory: a variable and a constant offset.
#[derive(Clone, Debug)]
pub(super) struct Ptr {
    pub base: Name,
    pub offset: u32,
}

impl Ptr {
    /// The address in a variable.
    pub(super) fn new(base: &Name) -> Self {
        Self { base: base.clone(), offset: 0 }
    }

    /// The address `offset` bytes further on.
    pub(super) fn at(&self, offset: u32) -> Self {
        Self { base: self.base.clone(), offset: self.offset + offset }
    }

    /// `base + offset`
    pub(super) fn expr(&self) -> Expr {
        match self.offset {
            0 => js::id(&self.base),
            offset => js::add(js::id(&self.base), js::num(offset)),
        }
    }
}

/// The location of a lowered value, for error messages.
#[derive(Clone)]
pub(super) enum At {
    /// A parameter, or `result`.
    Param(Rc<str>),
    /// `holder[key]`
    Field(Name, Rc<str>),
    /// `holder[index]`
    Index(Name, Name),
    /// `holder[number]`
    Item(Name, usize),
}

impl At {
    /// The `holder` and `key` arguments of the checking helpers.
    pub(super) fn args(&self) -> [Expr; 2] {
        match self {
            Self::Param(name) => [js::undefined(), js::str(name)],
            Self::Field(holder, key) => [js::id(holder), js::str(key)],
            Self::Index(holder, index) => [js::id(holder), js::id(index)],
            Self::Item(holder, index) => [js::id(holder), js::num(*index)],
        }
    }
}
