//! Names, literals and trees come in; larger syntax trees go out. Afterwards a
//! tree, printed and parsed, is the tree that was meant: every function here adds
//! the parentheses that its operands need, and no others.
//!
//! An identifier is a [`Name`]; only globals are given as text. Text and property
//! keys may be anything. Lists of parameters are lists of names or patterns, `()`
//! for none.

use swc_atoms::{Atom, Wtf8Atom};
use swc_common::{DUMMY_SP, SyntaxContext};
use swc_ecma_ast as ast;
pub use swc_ecma_ast::{AssignOp, BinaryOp, UnaryOp, UpdateOp};

use super::names::{Name, is_identifier_name};

/// An expression.
pub type Expr = ast::Expr;
/// A statement.
pub type Stmt = ast::Stmt;
/// What a declaration or parameter binds.
pub type Pat = ast::Pat;
/// An element of a module.
pub type ModuleItem = ast::ModuleItem;
/// A member of a class.
pub type ClassMember = ast::ClassMember;

// How tightly an expression binds, from `a, b` to an identifier.
const SEQUENCE: u8 = 0;
const ASSIGN: u8 = 1;
const CONDITION: u8 = 2;
const OR: u8 = 3;
const BIT_OR: u8 = 5;
const EXPONENT: u8 = 13;
const UNARY: u8 = 14;
const UPDATE: u8 = 15;
const CALL: u8 = 16;
const MEMBER: u8 = 17;
const PRIMARY: u8 = 18;

// ---- names and literals ----

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
const SPREAD: swc_common::Span = swc_common::Span {
    lo: swc_common::BytePos(u32::MAX - 0xff),
    hi: swc_common::BytePos(u32::MAX - 0xff),
};

// ---- objects ----

/// What a member of an object or a class is called.
#[derive(Clone, Debug)]
pub enum Key {
    /// A property name, of any text.
    Named(String),
    /// `[expr]`
    Computed(Box<Expr>),
    /// `#name`, in a class only.
    Private(String),
}

impl Key {
    /// `[expr]`, for example `[Symbol.dispose]`.
    pub fn computed(expr: Expr) -> Self {
        Self::Computed(Box::new(expr))
    }

    /// `#name`; `name` is an identifier without the `#`.
    pub fn private(name: impl AsRef<str>) -> Self {
        Self::Private(name.as_ref().into())
    }

    fn into_object_key(self) -> ast::PropName {
        match self {
            // Written bare or quoted, `__proto__: x` sets the prototype.
            Self::Named(name) if name == "__proto__" => computed_key(str(&name)),
            Self::Named(name) | Self::Private(name) => plain_key(&name),
            Self::Computed(expr) => computed_key(*expr),
        }
    }

    fn into_class_key(self) -> ast::Key {
        match self {
            // These mean something else, or are refused, when they are not computed.
            Self::Named(name) if name == "constructor" || name == "prototype" => {
                ast::Key::Public(computed_key(str(&name)))
            }
            Self::Named(name) => ast::Key::Public(plain_key(&name)),
            Self::Computed(expr) => ast::Key::Public(computed_key(*expr)),
            Self::Private(name) => ast::Key::Private(private_name(&name)),
        }
    }
}

impl From<&str> for Key {
    fn from(name: &str) -> Self {
        Self::Named(name.into())
    }
}

impl From<String> for Key {
    fn from(name: String) -> Self {
        Self::Named(name)
    }
}

impl From<&String> for Key {
    fn from(name: &String) -> Self {
        Self::Named(name.clone())
    }
}

/// A property of an object literal.
pub type Prop = ast::PropOrSpread;

/// `{ key: value }`
pub fn object<K: Into<Key>>(props: Vec<(K, Expr)>) -> Expr {
    object_of(props.into_iter().map(|(key, value)| prop(key, value)).collect())
}

/// An object literal of any properties.
pub fn object_of(props: Vec<Prop>) -> Expr {
    Expr::Object(ast::ObjectLit { span: DUMMY_SP, props })
}

/// `key: value`
pub fn prop(key: impl Into<Key>, value: Expr) -> Prop {
    let key = key.into().into_object_key();
    if let (ast::PropName::Ident(key), Expr::Ident(value)) = (&key, &value)
        && key.sym == value.sym
    {
        return boxed(ast::Prop::Shorthand(value.clone()));
    }
    boxed(ast::Prop::KeyValue(ast::KeyValueProp { key, value: Box::new(at_least(ASSIGN, value)) }))
}

/// `...value`
pub fn prop_spread(value: Expr) -> Prop {
    let expr = Box::new(at_least(ASSIGN, value));
    Prop::Spread(ast::SpreadElement { dot3_token: DUMMY_SP, expr })
}

/// `key(params) { body }`
pub fn method(key: impl Into<Key>, params: impl Params, body: Vec<Stmt>) -> Prop {
    method_with(FnKind::Plain, key, params, body)
}

/// `async *key(params) { body }`
pub fn method_with(
    kind: FnKind,
    key: impl Into<Key>,
    params: impl Params,
    body: Vec<Stmt>,
) -> Prop {
    let key = key.into().into_object_key();
    boxed(ast::Prop::Method(ast::MethodProp {
        key,
        function: Box::new(function_of(kind, params, body)),
    }))
}

/// `get key() { body }`
pub fn getter(key: impl Into<Key>, body: Vec<Stmt>) -> Prop {
    let function = Box::new(function_of(FnKind::Plain, (), body));
    boxed(ast::Prop::Getter(ast::GetterProp {
        span: DUMMY_SP,
        key: key.into().into_object_key(),
        function,
    }))
}

/// `set key(param) { body }`
pub fn setter(key: impl Into<Key>, param: impl Into<Pat>, body: Vec<Stmt>) -> Prop {
    let function = Box::new(function_of(FnKind::Plain, vec![param.into()], body));
    boxed(ast::Prop::Setter(ast::SetterProp {
        span: DUMMY_SP,
        key: key.into().into_object_key(),
        function,
    }))
}

fn boxed(prop: ast::Prop) -> Prop {
    Prop::Prop(Box::new(prop))
}

// ---- access and calls ----

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
    let prop = match member_prop(prop) {
        ast::MemberProp::Ident(name) => ast::SuperProp::Ident(name),
        ast::MemberProp::Computed(key) => ast::SuperProp::Computed(key),
        ast::MemberProp::PrivateName(_) => unreachable!("`member_prop` gives no private names"),
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

fn chain(optional: bool, base: ast::OptChainBase) -> Expr {
    Expr::OptChain(ast::OptChainExpr { span: DUMMY_SP, optional, base: Box::new(base) })
}

fn opt_call_of(optional: bool, callee: Expr, arguments: Vec<Expr>) -> Expr {
    let base = ast::OptChainBase::Call(ast::OptCall {
        span: DUMMY_SP,
        ctxt: SyntaxContext::empty(),
        callee: Box::new(callee),
        args: args(arguments),
        type_args: None,
    });
    chain(optional, base)
}

fn call_of(callee: ast::Callee, arguments: Vec<Expr>) -> Expr {
    Expr::Call(ast::CallExpr {
        span: DUMMY_SP,
        ctxt: SyntaxContext::empty(),
        callee,
        args: args(arguments),
        type_args: None,
    })
}

fn member_of(object: Expr, prop: ast::MemberProp) -> ast::MemberExpr {
    ast::MemberExpr { span: DUMMY_SP, obj: Box::new(object), prop }
}

fn member_prop(prop: &str) -> ast::MemberProp {
    if is_identifier_name(prop) {
        ast::MemberProp::Ident(ident_name(prop))
    } else {
        computed(str(prop))
    }
}

fn computed(key: Expr) -> ast::MemberProp {
    ast::MemberProp::Computed(ast::ComputedPropName {
        span: DUMMY_SP,
        expr: Box::new(unspread(key)),
    })
}

fn args(list: Vec<Expr>) -> Vec<ast::ExprOrSpread> {
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

// ---- operators ----

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

fn update(op: UpdateOp, target: Expr) -> Expr {
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

fn assign_to(op: AssignOp, left: ast::AssignTarget, value: Expr) -> Expr {
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

// ---- functions ----

/// Whether a function is `async`, a generator, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FnKind {
    /// `function`
    #[default]
    Plain,
    /// `async function`
    Async,
    /// `function*`
    Generator,
    /// `async function*`
    AsyncGenerator,
}

impl FnKind {
    /// `async function` or `function`.
    pub fn of(is_async: bool) -> Self {
        if is_async { Self::Async } else { Self::Plain }
    }

    fn is_async(self) -> bool {
        matches!(self, Self::Async | Self::AsyncGenerator)
    }

    fn is_generator(self) -> bool {
        matches!(self, Self::Generator | Self::AsyncGenerator)
    }
}

/// A list of parameters: names, patterns, or `()` for none.
pub trait Params {
    /// The same list as patterns.
    fn into_pats(self) -> Vec<Pat>;
}

impl Params for () {
    fn into_pats(self) -> Vec<Pat> {
        Vec::new()
    }
}

impl<T: Into<Pat>> Params for Vec<T> {
    fn into_pats(self) -> Vec<Pat> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<T: Into<Pat>, const N: usize> Params for [T; N] {
    fn into_pats(self) -> Vec<Pat> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<T: Clone + Into<Pat>> Params for &[T] {
    fn into_pats(self) -> Vec<Pat> {
        self.iter().cloned().map(Into::into).collect()
    }
}

impl<T: Clone + Into<Pat>> Params for &Vec<T> {
    fn into_pats(self) -> Vec<Pat> {
        self.as_slice().into_pats()
    }
}

impl<T: Clone + Into<Pat>, const N: usize> Params for &[T; N] {
    fn into_pats(self) -> Vec<Pat> {
        self.as_slice().into_pats()
    }
}

/// What an arrow function does.
#[derive(Clone, Debug)]
pub enum ArrowBody {
    /// `=> expr`
    Expr(Box<Expr>),
    /// `=> { body }`
    Block(Vec<Stmt>),
}

impl From<Expr> for ArrowBody {
    fn from(expr: Expr) -> Self {
        Self::Expr(Box::new(expr))
    }
}

impl From<Vec<Stmt>> for ArrowBody {
    fn from(body: Vec<Stmt>) -> Self {
        Self::Block(body)
    }
}

/// `(params) => body`
pub fn arrow(params: impl Params, body: impl Into<ArrowBody>) -> Expr {
    arrow_with(false, params, body)
}

/// `async (params) => body`
pub fn async_arrow(params: impl Params, body: impl Into<ArrowBody>) -> Expr {
    arrow_with(true, params, body)
}

/// `(params) => body`, `async` when asked.
pub fn arrow_with(is_async: bool, params: impl Params, body: impl Into<ArrowBody>) -> Expr {
    let body = match body.into() {
        ArrowBody::Block(stmts) => ast::ArrowFunctionBody::FunctionBody(body_of(stmts)),
        ArrowBody::Expr(expr) => {
            let expr = at_least(ASSIGN, *expr);
            let opens_block = matches!(leftmost(&expr), Leftmost::Brace);
            ast::ArrowFunctionBody::Expr(Box::new(if opens_block { paren(expr) } else { expr }))
        }
    };
    Expr::Arrow(ast::ArrowExpr {
        span: DUMMY_SP,
        ctxt: SyntaxContext::empty(),
        params: params.into_pats(),
        body: Box::new(body),
        is_async,
        is_generator: false,
        type_params: None,
        return_type: None,
    })
}

/// `function (params) { body }`
pub fn function(params: impl Params, body: Vec<Stmt>) -> Expr {
    function_with(FnKind::Plain, None, params, body)
}

/// `async function* name(params) { body }`
pub fn function_with(
    kind: FnKind,
    name: Option<&Name>,
    params: impl Params,
    body: Vec<Stmt>,
) -> Expr {
    Expr::Fn(ast::FnExpr {
        ident: name.map(ident),
        function: Box::new(function_of(kind, params, body)),
    })
}

fn function_of(kind: FnKind, params: impl Params, body: Vec<Stmt>) -> ast::Function {
    ast::Function {
        this_param: None,
        params: params.into_pats().into_iter().map(param).collect(),
        decorators: Vec::new(),
        span: DUMMY_SP,
        ctxt: SyntaxContext::empty(),
        body: Some(body_of(body)),
        is_generator: kind.is_generator(),
        is_async: kind.is_async(),
        type_params: None,
        return_type: None,
    }
}

fn param(pat: Pat) -> ast::Param {
    ast::Param { span: DUMMY_SP, decorators: Vec::new(), pat }
}

fn body_of(stmts: Vec<Stmt>) -> ast::FunctionBody {
    ast::FunctionBody { span: DUMMY_SP, stmts }
}

// ---- patterns ----

impl From<&Name> for Pat {
    fn from(name: &Name) -> Self {
        Self::Ident(ident(name).into())
    }
}

impl From<Name> for Pat {
    fn from(name: Name) -> Self {
        Self::from(&name)
    }
}

/// `name`, where a list mixes names with other patterns.
pub fn pat(name: &Name) -> Pat {
    name.into()
}

/// `[a, b]`
pub fn array_pat(elements: impl Params) -> Pat {
    Pat::Array(array_pat_of(elements.into_pats().into_iter().map(Some).collect()))
}

/// `[a, , b]`: elements that are not there are skipped.
pub fn sparse_array_pat(elements: Vec<Option<Pat>>) -> Pat {
    Pat::Array(array_pat_of(elements))
}

/// `{ x: a, y: b }`
pub fn object_pat<K: Into<Key>, P: Into<Pat>>(props: Vec<(K, P)>) -> Pat {
    let props = props
        .into_iter()
        .map(|(key, value)| {
            let key = key.into().into_object_key();
            let value = value.into();
            match (&key, &value) {
                (ast::PropName::Ident(name), Pat::Ident(binding)) if name.sym == binding.id.sym => {
                    let key = binding.clone();
                    ast::ObjectPatProp::Assign(ast::AssignPatProp {
                        span: DUMMY_SP,
                        key,
                        value: None,
                    })
                }
                _ => ast::ObjectPatProp::KeyValue(ast::KeyValuePatProp {
                    key,
                    value: Box::new(value),
                }),
            }
        })
        .collect();
    Pat::Object(ast::ObjectPat { span: DUMMY_SP, props, optional: false, type_ann: None })
}

/// `...rest`, last in a list of parameters or elements.
pub fn rest(name: &Name) -> Pat {
    let arg = Box::new(name.into());
    Pat::Rest(ast::RestPat { span: DUMMY_SP, dot3_token: DUMMY_SP, arg, type_ann: None })
}

/// `pat = default`
pub fn default_pat(target: impl Into<Pat>, default: Expr) -> Pat {
    let right = Box::new(at_least(ASSIGN, default));
    Pat::Assign(ast::AssignPat { span: DUMMY_SP, left: Box::new(target.into()), right })
}

fn array_pat_of(elems: Vec<Option<Pat>>) -> ast::ArrayPat {
    ast::ArrayPat { span: DUMMY_SP, elems, optional: false, type_ann: None }
}

// ---- classes ----

/// `class name extends super_class { members }` as an expression.
pub fn class(name: Option<&Name>, super_class: Option<Expr>, members: Vec<ClassMember>) -> Expr {
    Expr::Class(ast::ClassExpr {
        ident: name.map(ident),
        class: Box::new(class_of(super_class, members)),
    })
}

/// `class name extends super_class { members }`
pub fn class_decl(name: &Name, super_class: Option<Expr>, members: Vec<ClassMember>) -> Stmt {
    let class = Box::new(class_of(super_class, members));
    Stmt::Decl(ast::Decl::Class(ast::ClassDecl { ident: ident(name), declare: false, class }))
}

/// `constructor(params) { body }`
pub fn constructor(params: impl Params, body: Vec<Stmt>) -> ClassMember {
    let params =
        params.into_pats().into_iter().map(|pat| ast::ParamOrTsParamProp::Param(param(pat)));
    ClassMember::Constructor(ast::Constructor {
        span: DUMMY_SP,
        ctxt: SyntaxContext::empty(),
        key: ast::PropName::Ident(ident_name("constructor")),
        params: params.collect(),
        body: Some(body_of(body)),
        accessibility: None,
        is_optional: false,
    })
}

/// `key(params) { body }` in a class.
pub fn class_method(key: impl Into<Key>, params: impl Params, body: Vec<Stmt>) -> ClassMember {
    class_method_with(FnKind::Plain, false, key, params, body)
}

/// `static key(params) { body }`
pub fn static_method(key: impl Into<Key>, params: impl Params, body: Vec<Stmt>) -> ClassMember {
    class_method_with(FnKind::Plain, true, key, params, body)
}

/// `static async *key(params) { body }`
pub fn class_method_with(
    kind: FnKind,
    is_static: bool,
    key: impl Into<Key>,
    params: impl Params,
    body: Vec<Stmt>,
) -> ClassMember {
    member_function(
        ast::MethodKind::Method,
        is_static,
        key.into(),
        Box::new(function_of(kind, params, body)),
    )
}

/// `get key() { body }` in a class.
pub fn class_getter(key: impl Into<Key>, body: Vec<Stmt>) -> ClassMember {
    member_function(
        ast::MethodKind::Getter,
        false,
        key.into(),
        Box::new(function_of(FnKind::Plain, (), body)),
    )
}

/// `static get key() { body }`
pub fn static_getter(key: impl Into<Key>, body: Vec<Stmt>) -> ClassMember {
    member_function(
        ast::MethodKind::Getter,
        true,
        key.into(),
        Box::new(function_of(FnKind::Plain, (), body)),
    )
}

/// `key = value;` in a class; `#key` with [`Key::private`].
pub fn field(key: impl Into<Key>, value: Option<Expr>) -> ClassMember {
    field_with(false, key.into(), value)
}

/// `#name = value;`
pub fn private_field(name: impl AsRef<str>, value: Option<Expr>) -> ClassMember {
    field_with(false, Key::private(name), value)
}

/// `static key = value;`
pub fn static_field(key: impl Into<Key>, value: Option<Expr>) -> ClassMember {
    field_with(true, key.into(), value)
}

/// `static { body }`
pub fn static_block(body: Vec<Stmt>) -> ClassMember {
    ClassMember::StaticBlock(ast::StaticBlock { span: DUMMY_SP, body: block_of(body) })
}

fn class_of(super_class: Option<Expr>, body: Vec<ClassMember>) -> ast::Class {
    ast::Class {
        span: DUMMY_SP,
        ctxt: SyntaxContext::empty(),
        decorators: Vec::new(),
        body,
        super_class: super_class.map(|expr| Box::new(callee_part(expr))),
        is_abstract: false,
        type_params: None,
        super_type_params: None,
        implements: Vec::new(),
    }
}

fn member_function(
    kind: ast::MethodKind,
    is_static: bool,
    key: Key,
    function: Box<ast::Function>,
) -> ClassMember {
    match key.into_class_key() {
        ast::Key::Public(key) => ClassMember::Method(ast::ClassMethod {
            span: DUMMY_SP,
            key,
            function,
            kind,
            is_static,
            accessibility: None,
            is_abstract: false,
            is_optional: false,
            is_override: false,
        }),
        ast::Key::Private(key) => ClassMember::PrivateMethod(ast::PrivateMethod {
            span: DUMMY_SP,
            key,
            function,
            kind,
            is_static,
            accessibility: None,
            is_abstract: false,
            is_optional: false,
            is_override: false,
        }),
    }
}

fn field_with(is_static: bool, key: Key, value: Option<Expr>) -> ClassMember {
    let value = value.map(|value| Box::new(at_least(ASSIGN, value)));
    match key.into_class_key() {
        ast::Key::Public(key) => ClassMember::ClassProp(ast::ClassProp {
            span: DUMMY_SP,
            key,
            value,
            type_ann: None,
            is_static,
            decorators: Vec::new(),
            accessibility: None,
            is_abstract: false,
            is_optional: false,
            is_override: false,
            readonly: false,
            declare: false,
            definite: false,
        }),
        ast::Key::Private(key) => ClassMember::PrivateProp(ast::PrivateProp {
            span: DUMMY_SP,
            ctxt: SyntaxContext::empty(),
            key,
            value,
            type_ann: None,
            is_static,
            decorators: Vec::new(),
            accessibility: None,
            is_optional: false,
            is_override: false,
            readonly: false,
            definite: false,
        }),
    }
}

// ---- statements ----

/// `expr;`
pub fn expr_stmt(expr: Expr) -> Stmt {
    let expr = unspread(expr);
    let expr = if matches!(leftmost(&expr), Leftmost::Other) { expr } else { paren(expr) };
    Stmt::Expr(ast::ExprStmt { span: DUMMY_SP, expr: Box::new(expr) })
}

/// `const target = value;`; the target is a name or a pattern.
pub fn const_(target: impl Into<Pat>, value: Expr) -> Stmt {
    declare(ast::VarDeclKind::Const, vec![(target.into(), Some(value))])
}

/// `export const target = value;`
pub fn export_const(target: impl Into<Pat>, value: Expr) -> ModuleItem {
    let Stmt::Decl(decl) = const_(target, value) else { unreachable!("`const_` declares") };
    ModuleItem::ModuleDecl(ast::ModuleDecl::ExportDecl(ast::ExportDecl { span: DUMMY_SP, decl }))
}

/// `let target = value;`
pub fn let_(target: impl Into<Pat>, value: Option<Expr>) -> Stmt {
    declare(ast::VarDeclKind::Let, vec![(target.into(), value)])
}

/// `const a = 1, b = 2;`
pub fn consts<P: Into<Pat>>(declarators: Vec<(P, Expr)>) -> Stmt {
    let declarators = declarators.into_iter().map(|(pat, value)| (pat.into(), Some(value)));
    declare(ast::VarDeclKind::Const, declarators.collect())
}

/// `let a, b = 2;`
pub fn lets<P: Into<Pat>>(declarators: Vec<(P, Option<Expr>)>) -> Stmt {
    let declarators = declarators.into_iter().map(|(pat, value)| (pat.into(), value));
    declare(ast::VarDeclKind::Let, declarators.collect())
}

fn declare(kind: ast::VarDeclKind, declarators: Vec<(Pat, Option<Expr>)>) -> Stmt {
    if declarators.is_empty() {
        return empty();
    }
    Stmt::Decl(ast::Decl::Var(Box::new(var_decl(kind, declarators))))
}

fn var_decl(kind: ast::VarDeclKind, declarators: Vec<(Pat, Option<Expr>)>) -> ast::VarDecl {
    let decls = declarators.into_iter().map(|(name, init)| ast::VarDeclarator {
        span: DUMMY_SP,
        name,
        init: init.map(|init| Box::new(at_least(ASSIGN, init))),
        definite: false,
    });
    ast::VarDecl {
        span: DUMMY_SP,
        ctxt: SyntaxContext::empty(),
        kind,
        declare: false,
        decls: decls.collect(),
    }
}

/// `return value;`
pub fn ret(value: impl Into<Option<Expr>>) -> Stmt {
    let arg = value.into().map(|value| Box::new(unspread(value)));
    Stmt::Return(ast::ReturnStmt { span: DUMMY_SP, arg })
}

/// `if (test) { then } else { otherwise }`; a lone `if` in `otherwise` gives `else if`.
pub fn if_(test: Expr, then: Vec<Stmt>, otherwise: Option<Vec<Stmt>>) -> Stmt {
    let alt = otherwise.map(|mut stmts| {
        let is_chain = matches!(stmts.as_slice(), [Stmt::If(_)]);
        Box::new(if is_chain { stmts.remove(0) } else { branch(stmts) })
    });
    Stmt::If(ast::IfStmt {
        span: DUMMY_SP,
        test: Box::new(unspread(test)),
        cons: Box::new(branch(then)),
        alt,
    })
}

/// `for (init; test; update) { body }`; `init` is a `let_`, `const_` or `expr_stmt`.
pub fn for_loop(
    init: Option<Stmt>,
    test: Option<Expr>,
    update: Option<Expr>,
    body: Vec<Stmt>,
) -> Stmt {
    let init = match init {
        Some(Stmt::Decl(ast::Decl::Var(mut decl))) => {
            for init in decl.decls.iter_mut().filter_map(|decl| decl.init.as_mut()) {
                if has_bare_in(init) {
                    **init = paren(std::mem::take(init));
                }
            }
            Some(ast::VarDeclOrExpr::VarDecl(decl))
        }
        Some(Stmt::Expr(stmt)) => {
            let expr =
                if has_bare_in(&stmt.expr) { Box::new(paren(*stmt.expr)) } else { stmt.expr };
            Some(ast::VarDeclOrExpr::Expr(expr))
        }
        // Nothing else can stand there: it goes before the loop.
        Some(other) => return block(vec![other, for_loop(None, test, update, body)]),
        None => None,
    };
    Stmt::For(ast::ForStmt {
        span: DUMMY_SP,
        init,
        test: test.map(|test| Box::new(unspread(test))),
        update: update.map(|update| Box::new(unspread(update))),
        body: Box::new(block(body)),
    })
}

/// `for (const target of values) { body }`
pub fn for_of(target: impl Into<Pat>, values: Expr, body: Vec<Stmt>) -> Stmt {
    for_of_with(false, target, values, body)
}

/// `for await (const target of values) { body }`
pub fn for_await_of(target: impl Into<Pat>, values: Expr, body: Vec<Stmt>) -> Stmt {
    for_of_with(true, target, values, body)
}

fn for_of_with(is_await: bool, target: impl Into<Pat>, values: Expr, body: Vec<Stmt>) -> Stmt {
    let decl = var_decl(ast::VarDeclKind::Const, vec![(target.into(), None)]);
    Stmt::ForOf(ast::ForOfStmt {
        span: DUMMY_SP,
        is_await,
        left: ast::ForHead::VarDecl(Box::new(decl)),
        right: Box::new(at_least(ASSIGN, values)),
        body: Box::new(block(body)),
    })
}

/// `while (test) { body }`
pub fn while_(test: Expr, body: Vec<Stmt>) -> Stmt {
    Stmt::While(ast::WhileStmt {
        span: DUMMY_SP,
        test: Box::new(unspread(test)),
        body: Box::new(block(body)),
    })
}

/// `do { body } while (test);`
pub fn do_while(body: Vec<Stmt>, test: Expr) -> Stmt {
    Stmt::DoWhile(ast::DoWhileStmt {
        span: DUMMY_SP,
        test: Box::new(unspread(test)),
        body: Box::new(block(body)),
    })
}

/// `switch (value) { case test: body default: body }`; `None` is `default`. A body
/// that declares something is put in braces, so that cases share no names.
pub fn switch(value: Expr, cases: Vec<(Option<Expr>, Vec<Stmt>)>) -> Stmt {
    let cases = cases.into_iter().map(|(test, body)| {
        let declares = body.iter().any(|stmt| matches!(stmt, Stmt::Decl(_)));
        ast::SwitchCase {
            span: DUMMY_SP,
            test: test.map(|test| Box::new(unspread(test))),
            cons: if declares { vec![block(body)] } else { body },
        }
    });
    Stmt::Switch(ast::SwitchStmt {
        span: DUMMY_SP,
        body_ctxt: SyntaxContext::empty(),
        discriminant: Box::new(unspread(value)),
        cases: cases.collect(),
    })
}

/// `break;`
pub fn brk() -> Stmt {
    Stmt::Break(ast::BreakStmt { span: DUMMY_SP, label: None })
}

/// `break label;`
pub fn brk_to(label: &Name) -> Stmt {
    Stmt::Break(ast::BreakStmt { span: DUMMY_SP, label: Some(ident(label)) })
}

/// `continue;`
pub fn cont() -> Stmt {
    Stmt::Continue(ast::ContinueStmt { span: DUMMY_SP, label: None })
}

/// `continue label;`
pub fn cont_to(label: &Name) -> Stmt {
    Stmt::Continue(ast::ContinueStmt { span: DUMMY_SP, label: Some(ident(label)) })
}

/// `label: stmt`
pub fn label(label: &Name, stmt: Stmt) -> Stmt {
    // A label takes no declaration.
    let stmt = if matches!(stmt, Stmt::Decl(_)) { block(vec![stmt]) } else { stmt };
    Stmt::Labeled(ast::LabeledStmt { span: DUMMY_SP, label: ident(label), body: Box::new(stmt) })
}

/// `throw value;`
pub fn throw(value: Expr) -> Stmt {
    Stmt::Throw(ast::ThrowStmt { span: DUMMY_SP, arg: Box::new(unspread(value)) })
}

/// `try { body } catch (error) { catch } finally { finally }`
pub fn try_catch(
    body: Vec<Stmt>,
    error: Option<&Name>,
    catch: Vec<Stmt>,
    finally: Option<Vec<Stmt>>,
) -> Stmt {
    let param = error.map(Into::into);
    let handler = ast::CatchClause { span: DUMMY_SP, param, body: block_of(catch) };
    try_of(body, Some(handler), finally)
}

/// `try { body } finally { finally }`
pub fn try_finally(body: Vec<Stmt>, finally: Vec<Stmt>) -> Stmt {
    try_of(body, None, Some(finally))
}

fn try_of(body: Vec<Stmt>, handler: Option<ast::CatchClause>, finally: Option<Vec<Stmt>>) -> Stmt {
    Stmt::Try(Box::new(ast::TryStmt {
        span: DUMMY_SP,
        block: block_of(body),
        handler,
        finalizer: finally.map(block_of),
    }))
}

/// `{ stmts }`
pub fn block(stmts: Vec<Stmt>) -> Stmt {
    Stmt::Block(block_of(stmts))
}

/// `;`
pub fn empty() -> Stmt {
    Stmt::Empty(ast::EmptyStmt { span: DUMMY_SP })
}

/// `function name(params) { body }`
pub fn fn_decl(name: &Name, params: impl Params, body: Vec<Stmt>) -> Stmt {
    fn_decl_with(FnKind::Plain, name, params, body)
}

/// `async function* name(params) { body }`
pub fn fn_decl_with(kind: FnKind, name: &Name, params: impl Params, body: Vec<Stmt>) -> Stmt {
    let function = Box::new(function_of(kind, params, body));
    Stmt::Decl(ast::Decl::Fn(ast::FnDecl { ident: ident(name), declare: false, function }))
}

// ---- modules ----

/// `import * as name from 'source';`
pub fn import_ns(name: &Name, source: &str) -> ModuleItem {
    let local = ident(name);
    let star = ast::ImportStarAsSpecifier { span: DUMMY_SP, local };
    import_of(vec![ast::ImportSpecifier::Namespace(star)], source)
}

/// `import name from 'source';`
pub fn import_default(name: &Name, source: &str) -> ModuleItem {
    let local = ident(name);
    let default = ast::ImportDefaultSpecifier { span: DUMMY_SP, local };
    import_of(vec![ast::ImportSpecifier::Default(default)], source)
}

/// `import { exported as local } from 'source';`, from pairs of exported and local name.
pub fn import_named<S: AsRef<str>>(names: Vec<(S, Name)>, source: &str) -> ModuleItem {
    let specifiers = names.into_iter().map(|(exported, local)| {
        let is_same = exported.as_ref() == local.as_str();
        ast::ImportSpecifier::Named(ast::ImportNamedSpecifier {
            span: DUMMY_SP,
            local: ident(&local),
            imported: (!is_same).then(|| export_name(exported.as_ref())),
            is_type_only: false,
        })
    });
    import_of(specifiers.collect(), source)
}

/// `import 'source';`
pub fn import_side_effect(source: &str) -> ModuleItem {
    import_of(Vec::new(), source)
}

/// `export` before a declaration.
pub fn export_decl(stmt: Stmt) -> ModuleItem {
    match stmt {
        Stmt::Decl(decl) => ModuleItem::ModuleDecl(ast::ModuleDecl::ExportDecl(ast::ExportDecl {
            span: DUMMY_SP,
            decl,
        })),
        other => ModuleItem::Stmt(other),
    }
}

/// `export { local as exported };`, from pairs of local and exported name. A name
/// that is no identifier is exported as a string.
pub fn export_named<S: AsRef<str>>(names: Vec<(Name, S)>) -> ModuleItem {
    let specifiers = names.into_iter().map(|(local, exported)| {
        let is_same = exported.as_ref() == local.as_str();
        ast::ExportSpecifier::Named(ast::ExportNamedSpecifier {
            span: DUMMY_SP,
            orig: ast::ModuleExportName::Ident(ident(&local)),
            exported: (!is_same).then(|| export_name(exported.as_ref())),
            is_type_only: false,
        })
    });
    ModuleItem::ModuleDecl(ast::ModuleDecl::ExportNamed(ast::NamedExport {
        span: DUMMY_SP,
        specifiers: specifiers.collect(),
        src: None,
        type_only: false,
        with: None,
    }))
}

/// `export default value;`
pub fn export_default(value: Expr) -> ModuleItem {
    let value = at_least(ASSIGN, value);
    // Without parentheses it would be a declaration.
    let declares = matches!(leftmost(&value), Leftmost::Declaration);
    let expr = Box::new(if declares { paren(value) } else { value });
    ModuleItem::ModuleDecl(ast::ModuleDecl::ExportDefaultExpr(ast::ExportDefaultExpr {
        span: DUMMY_SP,
        expr,
    }))
}

/// A statement at the top of a module.
pub fn item(stmt: Stmt) -> ModuleItem {
    ModuleItem::Stmt(stmt)
}

fn import_of(specifiers: Vec<ast::ImportSpecifier>, source: &str) -> ModuleItem {
    ModuleItem::ModuleDecl(ast::ModuleDecl::Import(ast::ImportDecl {
        span: DUMMY_SP,
        specifiers,
        src: Box::new(str_lit(source)),
        type_only: false,
        with: None,
        phase: ast::ImportPhase::Evaluation,
    }))
}

fn export_name(name: &str) -> ast::ModuleExportName {
    if is_identifier_name(name) {
        ast::ModuleExportName::Ident(ident_of(Atom::from(name)))
    } else {
        ast::ModuleExportName::Str(str_lit(name))
    }
}

// ---- pieces ----

fn ident(name: &Name) -> ast::Ident {
    ident_of(name.atom())
}

fn ident_of(sym: Atom) -> ast::Ident {
    ast::Ident::new_no_ctxt(sym, DUMMY_SP)
}

fn ident_name(text: &str) -> ast::IdentName {
    ast::IdentName::new(Atom::from(text), DUMMY_SP)
}

fn private_name(name: &str) -> ast::PrivateName {
    debug_assert!(is_identifier_name(name), "`#{name}` is no private name");
    ast::PrivateName { span: DUMMY_SP, name: Atom::from(name) }
}

fn str_lit(value: &str) -> ast::Str {
    ast::Str { span: DUMMY_SP, value: Wtf8Atom::from(value), raw: None }
}

fn plain_key(name: &str) -> ast::PropName {
    if is_identifier_name(name) {
        ast::PropName::Ident(ident_name(name))
    } else {
        ast::PropName::Str(str_lit(name))
    }
}

fn computed_key(key: Expr) -> ast::PropName {
    let expr = Box::new(at_least(ASSIGN, key));
    ast::PropName::Computed(ast::ComputedPropName { span: DUMMY_SP, expr })
}

/// What a condition runs: one plain statement stands without braces.
fn branch(mut stmts: Vec<Stmt>) -> Stmt {
    match stmts.as_slice() {
        [Stmt::Expr(_) | Stmt::Return(_) | Stmt::Throw(_) | Stmt::Break(_) | Stmt::Continue(_)] => {
            stmts.remove(0)
        }
        _ => block(stmts),
    }
}

fn block_of(stmts: Vec<Stmt>) -> ast::BlockStmt {
    ast::BlockStmt { span: DUMMY_SP, ctxt: SyntaxContext::empty(), stmts }
}

// ---- parentheses ----

fn paren(expr: Expr) -> Expr {
    Expr::Paren(ast::ParenExpr { span: DUMMY_SP, expr: Box::new(expr) })
}

/// `expr`, in parentheses unless it binds at least as tightly as `level`.
fn at_least(level: u8, expr: Expr) -> Expr {
    let expr = unspread(expr);
    if precedence(&expr) < level { paren(expr) } else { expr }
}

/// A spread where none can stand is its operand in parentheses.
fn unspread(expr: Expr) -> Expr {
    match expr {
        Expr::Paren(inner) if inner.span == SPREAD => paren(*inner.expr),
        expr => expr,
    }
}

/// `expr` where a member or a call follows it.
fn callee_part(expr: Expr) -> Expr {
    match expr {
        // Outside the chain: `(a?.b).c` throws where `a?.b.c` does not.
        Expr::OptChain(_) => paren(expr),
        expr => number_apart(at_least(CALL, expr)),
    }
}

/// `1.x` would be read as a fraction.
fn number_apart(expr: Expr) -> Expr {
    if matches!(expr, Expr::Lit(ast::Lit::Num(_))) { paren(expr) } else { expr }
}

/// `new x()` may print as `new x`, which would take the arguments of the call, and
/// goes with no `?.`.
fn new_apart(expr: Expr) -> Expr {
    if matches!(expr, Expr::New(_)) { paren(expr) } else { expr }
}

fn is_bin(expr: &Expr, ops: &[BinaryOp]) -> bool {
    matches!(expr, Expr::Bin(bin) if ops.contains(&bin.op))
}

fn precedence_of(op: BinaryOp) -> u8 {
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

fn precedence(expr: &Expr) -> u8 {
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

enum Leftmost {
    /// `{`
    Brace,
    /// `function`, `async function` or `class`
    Declaration,
    Other,
}

/// What the first token of an expression looks like to a statement.
fn leftmost(mut expr: &Expr) -> Leftmost {
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
fn leftmost_has_call(mut expr: &Expr) -> bool {
    loop {
        expr = match expr {
            Expr::Call(_) | Expr::OptChain(_) | Expr::New(_) => return true,
            Expr::Member(member) => &member.obj,
            _ => return false,
        };
    }
}

/// Whether `in` stands outside brackets, where a `for` would take it for its own.
fn has_bare_in(expr: &Expr) -> bool {
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

#[cfg(test)]
#[path = "js_test.rs"]
mod tests;
