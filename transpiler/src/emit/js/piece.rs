//! Pieces that the other modules build on.

use swc_atoms::{Atom, Wtf8Atom};
use swc_common::{DUMMY_SP, SyntaxContext};
use swc_ecma_ast as ast;

use super::super::names::{Name, is_identifier_name};
use super::paren::{ASSIGN, at_least};
use super::statement::block;
use super::{Expr, Stmt};

pub(super) fn ident(name: &Name) -> ast::Ident {
    ident_of(name.atom())
}

pub(super) fn ident_of(sym: Atom) -> ast::Ident {
    ast::Ident::new_no_ctxt(sym, DUMMY_SP)
}

pub(super) fn ident_name(text: &str) -> ast::IdentName {
    ast::IdentName::new(Atom::from(text), DUMMY_SP)
}

pub(super) fn private_name(name: &str) -> ast::PrivateName {
    debug_assert!(is_identifier_name(name), "`#{name}` is no private name");
    ast::PrivateName { span: DUMMY_SP, name: Atom::from(name) }
}

pub(super) fn str_lit(value: &str) -> ast::Str {
    ast::Str { span: DUMMY_SP, value: Wtf8Atom::from(value), raw: None }
}

pub(super) fn plain_key(name: &str) -> ast::PropName {
    if is_identifier_name(name) {
        ast::PropName::Ident(ident_name(name))
    } else {
        ast::PropName::Str(str_lit(name))
    }
}

pub(super) fn computed_key(key: Expr) -> ast::PropName {
    let expr = Box::new(at_least(ASSIGN, key));
    ast::PropName::Computed(ast::ComputedPropName { span: DUMMY_SP, expr })
}

/// The branch of a condition: one plain statement stands without braces.
pub(super) fn branch(mut stmts: Vec<Stmt>) -> Stmt {
    match stmts.as_slice() {
        [Stmt::Expr(_) | Stmt::Return(_) | Stmt::Throw(_) | Stmt::Break(_) | Stmt::Continue(_)] => {
            stmts.remove(0)
        }
        _ => block(stmts),
    }
}

pub(super) fn block_of(stmts: Vec<Stmt>) -> ast::BlockStmt {
    ast::BlockStmt { span: DUMMY_SP, ctxt: SyntaxContext::empty(), stmts }
}
