//! Functions and their parameters.

use swc_common::{DUMMY_SP, SyntaxContext};
use swc_ecma_ast as ast;

use super::super::names::Name;
use super::paren::{ASSIGN, Leftmost, at_least, leftmost, paren};
use super::piece::ident;
use super::{Expr, Pat, Stmt};

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

/// The body of an arrow function.
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

pub(super) fn function_of(kind: FnKind, params: impl Params, body: Vec<Stmt>) -> ast::Function {
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

pub(super) fn param(pat: Pat) -> ast::Param {
    ast::Param { span: DUMMY_SP, decorators: Vec::new(), pat }
}

pub(super) fn body_of(stmts: Vec<Stmt>) -> ast::FunctionBody {
    ast::FunctionBody { span: DUMMY_SP, stmts }
}
