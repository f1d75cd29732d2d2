//! Names, literals and trees come in; larger syntax trees go out. Afterwards a
//! tree, printed and parsed, is the tree that was meant: every function here adds
//! the parentheses that its operands need, and no others.
//!
//! An identifier is a [`Name`](super::names::Name); only globals are given as text.
//! Text and property keys may be anything. Lists of parameters are lists of names
//! or patterns, `()` for none.

mod access;
mod class;
mod function;
mod literal;
mod module;
mod object;
mod operator;
mod paren;
mod pattern;
mod piece;
mod statement;

use swc_ecma_ast as ast;
pub use swc_ecma_ast::{AssignOp, BinaryOp, UnaryOp, UpdateOp};

pub use self::access::*;
pub use self::class::*;
pub use self::function::*;
pub use self::literal::*;
pub use self::module::*;
pub use self::object::*;
pub use self::operator::*;
pub use self::pattern::*;
pub use self::statement::*;

/// An expression.
pub type Expr = ast::Expr;
/// A statement.
pub type Stmt = ast::Stmt;
/// The pattern that a declaration or parameter binds.
pub type Pat = ast::Pat;
/// An element of a module.
pub type ModuleItem = ast::ModuleItem;
/// A member of a class.
pub type ClassMember = ast::ClassMember;

#[cfg(test)]
#[path = "test.rs"]
mod tests;
