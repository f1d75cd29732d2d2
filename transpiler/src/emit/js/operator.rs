//! Operators and assignments.

use swc_common::DUMMY_SP;
use swc_ecma_ast as ast;

use super::literal::undefined;
use super::paren::{
    ASSIGN, BIT_OR, EXPONENT, OR, UNARY, UPDATE, at_least, callee_part, is_bin, precedence_of,
};
use super::pattern::array_pat_of;
use super::{AssignOp, BinaryOp, Expr, Pat, UnaryOp, UpdateOp};

/// `a op b`
pub fn bin(op: BinaryOp, a: Expr, b: Expr) -> Expr {
    let own = precedence_of(op);
    let (left, right) = match op {
        // `**` goes to the right, and takes no unary operator on its left.
        BinaryOp::Exp => (UPDATE, EXPONENT),
        // `??` takes neither `||` nor `&&` beside it.
        BinaryOp::NullishCoalescing if is_bin(&a, &[BinaryOp::NullishCoalescing]) => (OR, BIT_OR),
        BinaryOp::NullishCoalescing => (BIT_OR, BIT_OR),
        BinaryOp::LogicalOr if is_bin(&a, &[BinaryOp::NullishCoalescing]) => (BIT_OR, own + 1),
        _ => (own, own + 1),
    };
    let (left, right) = (Box::new(at_least(left, a)), Box::new(at_least(right, b)));
    Expr::Bin(ast::BinExpr { span: DUMMY_SP, op, left, right })
}

macro_rules! binary {
    ($($name:ident $op:ident $text:literal),* $(,)?) => {$(
        #[doc = concat!("`a ", $text, " b`")]
        pub fn $name(a: Expr, b: Expr) -> Expr {
            bin(BinaryOp::$op, a, b)
        }
    )*};
}
binary! {
    add Add "+", sub Sub "-", mul Mul "*", div Div "/", rem Mod "%", exp Exp "**",
    bitand BitAnd "&", bitor BitOr "|", bitxor BitXor "^",
    shl LShift "<<", shr RShift ">>", ushr ZeroFillRShift ">>>",
    eq EqEqEq "===", ne NotEqEq "!==", loose_eq EqEq "==", loose_ne NotEq "!=",
    lt Lt "<", le LtEq "<=", gt Gt ">", ge GtEq ">=",
    and LogicalAnd "&&", or LogicalOr "||", nullish NullishCoalescing "??",
    instanceof InstanceOf "instanceof", in_ In "in",
}

macro_rules! unary {
    ($($name:ident $op:ident $text:literal),* $(,)?) => {$(
        #[doc = concat!("`", $text, " a`")]
        pub fn $name(a: Expr) -> Expr {
            Expr::Unary(ast::UnaryExpr { span: DUMMY_SP, op: UnaryOp::$op, arg: Box::new(at_least(UNARY, a)) })
        }
    )*};
}
unary! {
    not Bang "!", neg Minus "-", plus Plus "+", bitnot Tilde "~",
    typeof_ TypeOf "typeof", void Void "void", delete Delete "delete",
}

/// `target++`
pub fn inc(target: Expr) -> Expr {
    update(UpdateOp::PlusPlus, target)
}

/// `target--`
pub fn dec(target: Expr) -> Expr {
    update(UpdateOp::MinusMinus, target)
}

pub(super) fn update(op: UpdateOp, target: Expr) -> Expr {
    let arg = Box::new(callee_part(target));
    Expr::Update(ast::UpdateExpr { span: DUMMY_SP, op, prefix: false, arg })
}

/// `test ? a : b`
pub fn cond(test: Expr, a: Expr, b: Expr) -> Expr {
    Expr::Cond(ast::CondExpr {
        span: DUMMY_SP,
        test: Box::new(at_least(OR, test)),
        cons: Box::new(at_least(ASSIGN, a)),
        alt: Box::new(at_least(ASSIGN, b)),
    })
}

/// `target = value`; the target is a name, a member, or a pattern by [`assign_pat`].
pub fn assign(target: Expr, value: Expr) -> Expr {
    assign_with(AssignOp::Assign, target, value)
}

/// `target op value`
pub fn assign_with(op: AssignOp, target: Expr, value: Expr) -> Expr {
    let target = match target {
        Expr::Ident(name) => ast::SimpleAssignTarget::Ident(name.into()),
        Expr::Member(member) => ast::SimpleAssignTarget::Member(member),
        Expr::SuperProp(member) => ast::SimpleAssignTarget::SuperProp(member),
        // Anything else is refused by every parser, which is the caller's mistake.
        other => {
            ast::SimpleAssignTarget::Paren(ast::ParenExpr { span: DUMMY_SP, expr: Box::new(other) })
        }
    };
    assign_to(op, ast::AssignTarget::Simple(target), value)
}

/// `[a, b] = value` or `({ x: a } = value)`
pub fn assign_pat(target: Pat, value: Expr) -> Expr {
    let target = match target {
        Pat::Array(pat) => ast::AssignTarget::Pat(ast::AssignTargetPat::Array(pat)),
        Pat::Object(pat) => ast::AssignTarget::Pat(ast::AssignTargetPat::Object(pat)),
        Pat::Ident(name) => ast::AssignTarget::Simple(ast::SimpleAssignTarget::Ident(name)),
        Pat::Rest(_) | Pat::Assign(_) | Pat::Expr(_) | Pat::Invalid(_) => {
            ast::AssignTarget::Pat(ast::AssignTargetPat::Array(array_pat_of(vec![Some(target)])))
        }
    };
    assign_to(AssignOp::Assign, target, value)
}

pub(super) fn assign_to(op: AssignOp, left: ast::AssignTarget, value: Expr) -> Expr {
    Expr::Assign(ast::AssignExpr {
        span: DUMMY_SP,
        op,
        left,
        right: Box::new(at_least(ASSIGN, value)),
    })
}

macro_rules! assign_ops {
    ($($name:ident $op:ident $text:literal),* $(,)?) => {$(
        #[doc = concat!("`target ", $text, " value`")]
        pub fn $name(target: Expr, value: Expr) -> Expr {
            assign_with(AssignOp::$op, target, value)
        }
    )*};
}
assign_ops! {
    add_assign AddAssign "+=", sub_assign SubAssign "-=", mul_assign MulAssign "*=",
    bitand_assign BitAndAssign "&=", bitor_assign BitOrAssign "|=", bitxor_assign BitXorAssign "^=",
    shl_assign LShiftAssign "<<=", shr_assign RShiftAssign ">>=", ushr_assign ZeroFillRShiftAssign ">>>=",
    and_assign AndAssign "&&=", or_assign OrAssign "||=", nullish_assign NullishAssign "??=",
}

/// `a, b`
pub fn seq(exprs: Vec<Expr>) -> Expr {
    let mut exprs: Vec<_> =
        exprs.into_iter().map(|expr| Box::new(at_least(ASSIGN, expr))).collect();
    match exprs.len() {
        0 => undefined(),
        1 => *exprs.remove(0),
        _ => Expr::Seq(ast::SeqExpr { span: DUMMY_SP, exprs }),
    }
}

/// `await value`
pub fn await_(value: Expr) -> Expr {
    Expr::Await(ast::AwaitExpr { span: DUMMY_SP, arg: Box::new(at_least(UNARY, value)) })
}

/// `yield value`
pub fn yield_(value: Option<Expr>) -> Expr {
    let arg = value.map(|value| Box::new(at_least(ASSIGN, value)));
    Expr::Yield(ast::YieldExpr { span: DUMMY_SP, arg, delegate: false })
}

/// `yield* values`
pub fn yield_all(values: Expr) -> Expr {
    let arg = Some(Box::new(at_least(ASSIGN, values)));
    Expr::Yield(ast::YieldExpr { span: DUMMY_SP, arg, delegate: true })
}
