//! Classes and their members.

use swc_common::{DUMMY_SP, SyntaxContext};
use swc_ecma_ast as ast;

use super::super::names::Name;
use super::function::{FnKind, Params, body_of, function_of, param};
use super::object::Key;
use super::paren::{ASSIGN, at_least, callee_part};
use super::piece::{block_of, ident, ident_name};
use super::{ClassMember, Expr, Stmt};

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
    getter_with(false, key.into(), body)
}

/// `static get key() { body }`
pub fn static_getter(key: impl Into<Key>, body: Vec<Stmt>) -> ClassMember {
    getter_with(true, key.into(), body)
}

fn getter_with(is_static: bool, key: Key, body: Vec<Stmt>) -> ClassMember {
    let function = Box::new(function_of(FnKind::Plain, (), body));
    member_function(ast::MethodKind::Getter, is_static, key, function)
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

pub(super) fn class_of(super_class: Option<Expr>, body: Vec<ClassMember>) -> ast::Class {
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

pub(super) fn member_function(
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

pub(super) fn field_with(is_static: bool, key: Key, value: Option<Expr>) -> ClassMember {
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
