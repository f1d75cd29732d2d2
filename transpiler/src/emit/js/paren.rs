//! Which operands need parentheses.

use swc_common::DUMMY_SP;
use swc_ecma_ast as ast;

use super::literal::SPREAD;
use super::{BinaryOp, Expr};

// Precedence of expressions, from `a, b` to an identifier.
pub(super) const SEQUENCE: u8 = 0;
pub(super) const ASSIGN: u8 = 1;
pub(super) const CONDITION: u8 = 2;
pub(super) const OR: u8 = 3;
pub(super) const BIT_OR: u8 = 5;
pub(super) const EXPONENT: u8 = 13;
pub(super) const UNARY: u8 = 14;
pub(super) const UPDATE: u8 = 15;
pub(super) const CALL: u8 = 16;
pub(super) const MEMBER: u8 = 17;
pub(super) const PRIMARY: u8 = 18;

pub(super) fn paren(expr: Expr) -> Expr {
    Expr::Paren(ast::ParenExpr { span: DUMMY_SP, expr: Box::new(expr) })
}

/// `expr`, in parentheses unless it binds at least as tightly as `level`.
pub(super) fn at_least(level: u8, expr: Expr) -> Expr {
    let expr = unspread(expr);
    if precedence(&expr) < level { paren(expr) } else { expr }
}

/// A spread where none can stand is its operand in parentheses.
pub(super) fn unspread(expr: Expr) -> Expr {
    match expr {
        Expr::Paren(inner) if inner.span == SPREAD => paren(*inner.expr),
        expr => expr,
    }
}

/// `expr` where a member or a call follows it.
pub(super) fn callee_part(expr: Expr) -> Expr {
    match expr {
        // Outside the chain: `(a?.b).c` throws where `a?.b.c` does not.
        Expr::OptChain(_) => paren(expr),
        expr => number_apart(at_least(CALL, expr)),
    }
}

/// `1.x` would be read as a fraction.
pub(super) fn number_apart(expr: Expr) -> Expr {
    if matches!(expr, Expr::Lit(ast::Lit::Num(_))) { paren(expr) } else { expr }
}

/// `new x()` may print as `new x`, which would take the arguments of the call, and
/// goes with no `?.`.
pub(super) fn new_apart(expr: Expr) -> Expr {
    if matches!(expr, Expr::New(_)) { paren(expr) } else { expr }
}

pub(super) fn is_bin(expr: &Expr, ops: &[BinaryOp]) -> bool {
    matches!(expr, Expr::Bin(bin) if ops.contains(&bin.op))
}

pub(super) fn precedence_of(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::NullishCoalescing | BinaryOp::LogicalOr => OR,
        BinaryOp::LogicalAnd => 4,
        BinaryOp::BitOr => BIT_OR,
        BinaryOp::BitXor => 6,
        BinaryOp::BitAnd => 7,
        BinaryOp::EqEq | BinaryOp::NotEq | BinaryOp::EqEqEq | BinaryOp::NotEqEq => 8,
        BinaryOp::Lt
        | BinaryOp::LtEq
        | BinaryOp::Gt
        | BinaryOp::GtEq
        | BinaryOp::In
        | BinaryOp::InstanceOf => 9,
        BinaryOp::LShift | BinaryOp::RShift | BinaryOp::ZeroFillRShift => 10,
        BinaryOp::Add | BinaryOp::Sub => 11,
        BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod => 12,
        BinaryOp::Exp => EXPONENT,
    }
}

pub(super) fn precedence(expr: &Expr) -> u8 {
    match expr {
        Expr::Seq(_) => SEQUENCE,
        Expr::Assign(_) | Expr::Arrow(_) | Expr::Yield(_) => ASSIGN,
        Expr::Cond(_) => CONDITION,
        Expr::Bin(bin) => precedence_of(bin.op),
        Expr::Unary(_) | Expr::Await(_) => UNARY,
        Expr::Update(_) => UPDATE,
        Expr::Call(_) | Expr::OptChain(_) => CALL,
        Expr::New(_) | Expr::Member(_) | Expr::SuperProp(_) | Expr::MetaProp(_) => MEMBER,
        _ => PRIMARY,
    }
}

pub(super) enum Leftmost {
    /// `{`
    Brace,
    /// `function`, `async function` or `class`
    Declaration,
    Other,
}

/// The first token of an expression, as a statement would read it.
pub(super) fn leftmost(mut expr: &Expr) -> Leftmost {
    loop {
        expr = match expr {
            Expr::Object(_) => return Leftmost::Brace,
            Expr::Fn(_) | Expr::Class(_) => return Leftmost::Declaration,
            Expr::Bin(bin) => &bin.left,
            Expr::Cond(cond) => &cond.test,
            Expr::Member(member) => &member.obj,
            Expr::Call(ast::CallExpr { callee: ast::Callee::Expr(callee), .. }) => callee,
            Expr::Update(update) if !update.prefix => &update.arg,
            Expr::OptChain(chain) => match &*chain.base {
                ast::OptChainBase::Member(member) => &member.obj,
                ast::OptChainBase::Call(call) => &call.callee,
            },
            Expr::Seq(seq) => match seq.exprs.first() {
                Some(first) => first,
                None => return Leftmost::Other,
            },
            Expr::Assign(assign) => match &assign.left {
                ast::AssignTarget::Simple(ast::SimpleAssignTarget::Member(member)) => &member.obj,
                ast::AssignTarget::Pat(ast::AssignTargetPat::Object(_)) => return Leftmost::Brace,
                _ => return Leftmost::Other,
            },
            _ => return Leftmost::Other,
        };
    }
}

/// Whether a call or another `new` stands, outside parentheses, where `new` would
/// take its arguments for its own.
pub(super) fn leftmost_has_call(mut expr: &Expr) -> bool {
    loop {
        expr = match expr {
            Expr::Call(_) | Expr::OptChain(_) | Expr::New(_) => return true,
            Expr::Member(member) => &member.obj,
            _ => return false,
        };
    }
}

/// Whether `in` stands outside brackets, where a `for` would take it for its own.
pub(super) fn has_bare_in(expr: &Expr) -> bool {
    let mut rest = vec![expr];
    while let Some(expr) = rest.pop() {
        match expr {
            Expr::Bin(bin) if bin.op == BinaryOp::In => return true,
            Expr::Bin(bin) => rest.extend([&*bin.left, &*bin.right]),
            Expr::Cond(cond) => rest.extend([&*cond.test, &*cond.cons, &*cond.alt]),
            Expr::Assign(assign) => rest.push(&assign.right),
            Expr::Unary(unary) => rest.push(&unary.arg),
            Expr::Await(await_expr) => rest.push(&await_expr.arg),
            Expr::Yield(yield_expr) => rest.extend(yield_expr.arg.as_deref()),
            Expr::Seq(seq) => rest.extend(seq.exprs.iter().map(|expr| &**expr)),
            Expr::Arrow(arrow) => {
                if let ast::ArrowFunctionBody::Expr(body) = &*arrow.body {
                    rest.push(body);
                }
            }
            _ => {}
        }
    }
    false
}
