//! Access to properties, and calls.

use swc_common::{DUMMY_SP, SyntaxContext};
use swc_ecma_ast as ast;

use super::super::names::is_identifier_name;
use super::literal::{SPREAD, str};
use super::paren::{
    ASSIGN, MEMBER, at_least, callee_part, leftmost_has_call, new_apart, number_apart, paren,
    precedence_of, unspread,
};
use super::piece::{ident_name, private_name};
use super::{BinaryOp, Expr};

/// `object.prop`, or `object["odd-prop"]`
pub fn member(object: Expr, prop: &str) -> Expr {
    Expr::Member(member_of(callee_part(object), member_prop(prop)))
}

/// `object[key]`
pub fn index(object: Expr, key: Expr) -> Expr {
    Expr::Member(member_of(callee_part(object), computed(key)))
}

/// `object.#name`
pub fn private_member(object: Expr, name: impl AsRef<str>) -> Expr {
    Expr::Member(member_of(
        callee_part(object),
        ast::MemberProp::PrivateName(private_name(name.as_ref())),
    ))
}

/// `#name in object`
pub fn private_in(name: impl AsRef<str>, object: Expr) -> Expr {
    let left = Box::new(Expr::PrivateName(private_name(name.as_ref())));
    let right = Box::new(at_least(precedence_of(BinaryOp::In) + 1, object));
    Expr::Bin(ast::BinExpr { span: DUMMY_SP, op: BinaryOp::In, left, right })
}

/// `super.prop`
pub fn super_member(prop: &str) -> Expr {
    let prop = if is_identifier_name(prop) {
        ast::SuperProp::Ident(ident_name(prop))
    } else {
        ast::SuperProp::Computed(computed_name(str(prop)))
    };
    Expr::SuperProp(ast::SuperPropExpr { span: DUMMY_SP, obj: ast::Super { span: DUMMY_SP }, prop })
}

/// `callee(args)`
pub fn call(callee: Expr, arguments: Vec<Expr>) -> Expr {
    call_of(ast::Callee::Expr(Box::new(new_apart(callee_part(callee)))), arguments)
}

/// `object.method(args)`
pub fn call_method(object: Expr, method: &str, arguments: Vec<Expr>) -> Expr {
    call(member(object, method), arguments)
}

/// `super(args)`
pub fn super_call(arguments: Vec<Expr>) -> Expr {
    call_of(ast::Callee::Super(ast::Super { span: DUMMY_SP }), arguments)
}

/// `import(specifier)`
pub fn import_call(specifier: Expr) -> Expr {
    let callee = ast::Import { span: DUMMY_SP, phase: ast::ImportPhase::Evaluation };
    call_of(ast::Callee::Import(callee), vec![specifier])
}

/// `new callee(args)`
pub fn new(callee: Expr, arguments: Vec<Expr>) -> Expr {
    let callee = at_least(MEMBER, callee);
    // The first call's parentheses would be taken for the arguments of `new`.
    let callee = if leftmost_has_call(&callee) { paren(callee) } else { callee };
    Expr::New(ast::NewExpr {
        span: DUMMY_SP,
        ctxt: SyntaxContext::empty(),
        callee: Box::new(number_apart(callee)),
        args: Some(args(arguments)),
        type_args: None,
    })
}

/// `object?.prop`
pub fn opt_member(object: Expr, prop: &str) -> Expr {
    chain(
        true,
        ast::OptChainBase::Member(member_of(new_apart(callee_part(object)), member_prop(prop))),
    )
}

/// `object?.[key]`
pub fn opt_index(object: Expr, key: Expr) -> Expr {
    chain(true, ast::OptChainBase::Member(member_of(new_apart(callee_part(object)), computed(key))))
}

/// `callee?.(args)`
pub fn opt_call(callee: Expr, arguments: Vec<Expr>) -> Expr {
    opt_call_of(true, new_apart(callee_part(callee)), arguments)
}

/// `.prop` as part of the optional chain `object`: nothing happens when the chain
/// ended before, where [`member`] would throw.
pub fn chain_member(object: Expr, prop: &str) -> Expr {
    match object {
        Expr::OptChain(_) => {
            chain(false, ast::OptChainBase::Member(member_of(object, member_prop(prop))))
        }
        object => member(object, prop),
    }
}

/// `(args)` as part of the optional chain `callee`, as in `a?.b(c)`.
pub fn chain_call(callee: Expr, arguments: Vec<Expr>) -> Expr {
    match callee {
        Expr::OptChain(_) => opt_call_of(false, callee, arguments),
        callee => call(callee, arguments),
    }
}

pub(super) fn chain(optional: bool, base: ast::OptChainBase) -> Expr {
    Expr::OptChain(ast::OptChainExpr { span: DUMMY_SP, optional, base: Box::new(base) })
}

pub(super) fn opt_call_of(optional: bool, callee: Expr, arguments: Vec<Expr>) -> Expr {
    let base = ast::OptChainBase::Call(ast::OptCall {
        span: DUMMY_SP,
        ctxt: SyntaxContext::empty(),
        callee: Box::new(callee),
        args: args(arguments),
        type_args: None,
    });
    chain(optional, base)
}

pub(super) fn call_of(callee: ast::Callee, arguments: Vec<Expr>) -> Expr {
    Expr::Call(ast::CallExpr {
        span: DUMMY_SP,
        ctxt: SyntaxContext::empty(),
        callee,
        args: args(arguments),
        type_args: None,
    })
}

pub(super) fn member_of(object: Expr, prop: ast::MemberProp) -> ast::MemberExpr {
    ast::MemberExpr { span: DUMMY_SP, obj: Box::new(object), prop }
}

pub(super) fn member_prop(prop: &str) -> ast::MemberProp {
    if is_identifier_name(prop) {
        ast::MemberProp::Ident(ident_name(prop))
    } else {
        computed(str(prop))
    }
}

pub(super) fn computed(key: Expr) -> ast::MemberProp {
    ast::MemberProp::Computed(computed_name(key))
}

fn computed_name(key: Expr) -> ast::ComputedPropName {
    ast::ComputedPropName { span: DUMMY_SP, expr: Box::new(unspread(key)) }
}

pub(super) fn args(list: Vec<Expr>) -> Vec<ast::ExprOrSpread> {
    list.into_iter()
        .map(|expr| match expr {
            Expr::Paren(inner) if inner.span == SPREAD => ast::ExprOrSpread {
                spread: Some(DUMMY_SP),
                expr: Box::new(at_least(ASSIGN, *inner.expr)),
            },
            expr => ast::ExprOrSpread { spread: None, expr: Box::new(at_least(ASSIGN, expr)) },
        })
        .collect()
}
