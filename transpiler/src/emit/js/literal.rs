//! Names and literals.

use swc_atoms::{Atom, Wtf8Atom};
use swc_common::DUMMY_SP;
use swc_ecma_ast as ast;

use super::super::names::Name;
use super::Expr;
use super::access::args;
use super::operator::neg;
use super::piece::{ident, ident_of, str_lit};

/// `name`
pub fn id(name: &Name) -> Expr {
    Expr::Ident(ident(name))
}

/// The global `name`.
pub fn ident_str(name: &'static str) -> Expr {
    Expr::Ident(ident_of(Atom::from(name)))
}

/// `this`
pub fn this() -> Expr {
    Expr::This(ast::ThisExpr { span: DUMMY_SP })
}

/// `import.meta`
pub fn import_meta() -> Expr {
    Expr::MetaProp(ast::MetaPropExpr { span: DUMMY_SP, kind: ast::MetaPropKind::ImportMeta })
}

/// `new.target`
pub fn new_target() -> Expr {
    Expr::MetaProp(ast::MetaPropExpr { span: DUMMY_SP, kind: ast::MetaPropKind::NewTarget })
}

/// A number; `-1` is a negation, `NaN` and `Infinity` are globals.
pub fn num(value: impl Into<Num>) -> Expr {
    let value = value.into().0;
    if value.is_nan() {
        return ident_str("NaN");
    }
    let magnitude = if value.is_infinite() {
        ident_str("Infinity")
    } else {
        Expr::Lit(ast::Lit::Num(ast::Number { span: DUMMY_SP, value: value.abs(), raw: None }))
    };
    if value.is_sign_negative() { neg(magnitude) } else { magnitude }
}

/// A value that [`num`] takes.
#[derive(Clone, Copy, Debug)]
pub struct Num(f64);

macro_rules! num_from {
    ($($ty:ty),*) => {$(
        impl From<$ty> for Num {
            #[allow(clippy::cast_precision_loss, reason = "what JavaScript does with the same literal")]
            #[allow(clippy::cast_lossless, reason = "one expression for every type")]
            fn from(value: $ty) -> Self {
                Self(value as f64)
            }
        }
    )*};
}
num_from!(f32, f64, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

/// A string, of any text.
pub fn str(value: &str) -> Expr {
    Expr::Lit(ast::Lit::Str(str_lit(value)))
}

/// A string of UTF-16 code units, lone surrogates allowed.
pub fn str_utf16(units: &[u16]) -> Expr {
    let mut value = swc_atoms::wtf8::Wtf8Buf::new();
    for unit in char::decode_utf16(units.iter().copied()) {
        match unit {
            Ok(c) => value.push_char(c),
            Err(lone) => {
                let point = swc_atoms::wtf8::CodePoint::from_u32(lone.unpaired_surrogate().into());
                value.push(point.expect("a surrogate is a code point"));
            }
        }
    }
    Expr::Lit(ast::Lit::Str(ast::Str { span: DUMMY_SP, value: Wtf8Atom::from(value), raw: None }))
}

/// `true` or `false`
pub fn bool(value: bool) -> Expr {
    Expr::Lit(ast::Lit::Bool(ast::Bool { span: DUMMY_SP, value }))
}

/// `null`
pub fn null() -> Expr {
    Expr::Lit(ast::Lit::Null(ast::Null { span: DUMMY_SP }))
}

/// `undefined`, which no emitted binding shadows.
pub fn undefined() -> Expr {
    ident_str("undefined")
}

/// `0n`
pub fn bigint(value: impl Into<Big>) -> Expr {
    let Big { negative, magnitude } = value.into();
    let value = Box::new(ast::BigIntValue::from(magnitude));
    let literal = Expr::Lit(ast::Lit::BigInt(ast::BigInt { span: DUMMY_SP, value, raw: None }));
    if negative { neg(literal) } else { literal }
}

/// A value that [`bigint`] takes.
#[derive(Clone, Copy, Debug)]
pub struct Big {
    negative: bool,
    magnitude: u128,
}

macro_rules! big_from {
    ($($ty:ty),*) => {$(
        impl From<$ty> for Big {
            #[allow(unused_comparisons, reason = "one expression for every type")]
            #[allow(clippy::cast_sign_loss, clippy::cast_lossless, reason = "the sign is kept apart")]
            fn from(value: $ty) -> Self {
                let negative = value < 0;
                let bits = value as u128;
                Self { negative, magnitude: if negative { bits.wrapping_neg() } else { bits } }
            }
        }
    )*};
}
big_from!(i32, i64, i128, u32, u64, u128, usize);

/// `[a, b]`; elements may be [`spread`].
pub fn array(elements: Vec<Expr>) -> Expr {
    Expr::Array(ast::ArrayLit {
        span: DUMMY_SP,
        elems: args(elements).into_iter().map(Some).collect(),
    })
}

/// `...value`, in a list of arguments or elements only.
pub fn spread(value: Expr) -> Expr {
    // swc has no such expression; `args` takes the marker off again.
    Expr::Paren(ast::ParenExpr { span: SPREAD, expr: Box::new(value) })
}

/// Marks the parentheses that stand for `...`.
pub(super) const SPREAD: swc_common::Span = swc_common::Span {
    lo: swc_common::BytePos(u32::MAX - 0xff),
    hi: swc_common::BytePos(u32::MAX - 0xff),
};
