//! Object literals and their keys.

use swc_common::DUMMY_SP;
use swc_ecma_ast as ast;

use super::function::{FnKind, Params, function_of};
use super::literal::str;
use super::paren::{ASSIGN, at_least};
use super::piece::{computed_key, plain_key, private_name};
use super::{Expr, Pat, Stmt};

/// The key of a member of an object or a class.
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

    pub(super) fn into_object_key(self) -> ast::PropName {
        match self {
            // Written bare or quoted, `__proto__: x` sets the prototype.
            Self::Named(name) if name == "__proto__" => computed_key(str(&name)),
            Self::Named(name) | Self::Private(name) => plain_key(&name),
            Self::Computed(expr) => computed_key(*expr),
        }
    }

    pub(super) fn into_class_key(self) -> ast::Key {
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

pub(super) fn boxed(prop: ast::Prop) -> Prop {
    Prop::Prop(Box::new(prop))
}
