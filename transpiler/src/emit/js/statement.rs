//! Statements and declarations.

use swc_common::{DUMMY_SP, SyntaxContext};
use swc_ecma_ast as ast;

use super::super::names::Name;
use super::function::{FnKind, Params, function_of};
use super::paren::{ASSIGN, Leftmost, at_least, has_bare_in, leftmost, paren, unspread};
use super::piece::{block_of, branch, ident};
use super::{Expr, ModuleItem, Pat, Stmt};

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
    let declarators = vec![(target.into(), Some(value))];
    let decl = ast::Decl::Var(Box::new(var_decl(ast::VarDeclKind::Const, declarators)));
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

pub(super) fn declare(kind: ast::VarDeclKind, declarators: Vec<(Pat, Option<Expr>)>) -> Stmt {
    if declarators.is_empty() {
        return empty();
    }
    Stmt::Decl(ast::Decl::Var(Box::new(var_decl(kind, declarators))))
}

pub(super) fn var_decl(
    kind: ast::VarDeclKind,
    declarators: Vec<(Pat, Option<Expr>)>,
) -> ast::VarDecl {
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

pub(super) fn for_of_with(
    is_await: bool,
    target: impl Into<Pat>,
    values: Expr,
    body: Vec<Stmt>,
) -> Stmt {
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

pub(super) fn try_of(
    body: Vec<Stmt>,
    handler: Option<ast::CatchClause>,
    finally: Option<Vec<Stmt>>,
) -> Stmt {
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
