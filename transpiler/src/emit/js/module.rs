//! Imports and exports.

use swc_atoms::Atom;
use swc_common::DUMMY_SP;
use swc_ecma_ast as ast;

use super::super::names::{Name, is_identifier_name};
use super::paren::{ASSIGN, Leftmost, at_least, leftmost, paren};
use super::piece::{ident, ident_of, str_lit};
use super::{Expr, ModuleItem, Stmt};

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

pub(super) fn import_of(specifiers: Vec<ast::ImportSpecifier>, source: &str) -> ModuleItem {
    ModuleItem::ModuleDecl(ast::ModuleDecl::Import(ast::ImportDecl {
        span: DUMMY_SP,
        specifiers,
        src: Box::new(str_lit(source)),
        type_only: false,
        with: None,
        phase: ast::ImportPhase::Evaluation,
    }))
}

pub(super) fn export_name(name: &str) -> ast::ModuleExportName {
    if is_identifier_name(name) {
        ast::ModuleExportName::Ident(ident_of(Atom::from(name)))
    } else {
        ast::ModuleExportName::Str(str_lit(name))
    }
}
