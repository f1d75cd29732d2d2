//! Module items come in; their text goes out. Afterwards the text is safe inside
//! an HTML `<script>`, and the same for the same items.

use swc_atoms::Atom;
use swc_common::comments::{Comment, CommentKind, Comments, SingleThreadedComments};
use swc_common::sync::Lrc;
use swc_common::{BytePos, DUMMY_SP, SourceMap, Span};
use swc_ecma_ast as ast;
use swc_ecma_codegen::text_writer::{JsWriter, WriteJs, omit_trailing_semi};
use swc_ecma_codegen::{Config, Emitter, Node};

use super::js::{ModuleItem, Stmt};

/// Doc comments of statements and exports, which trees themselves cannot hold.
#[derive(Debug, Default)]
pub struct Docs {
    comments: SingleThreadedComments,
    count: u32,
}

impl Docs {
    /// No comments yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// `item` with `/** text */` before it.
    pub fn item(&mut self, text: &str, item: ModuleItem) -> ModuleItem {
        match item {
            ModuleItem::Stmt(stmt) => ModuleItem::Stmt(self.stmt(text, stmt)),
            ModuleItem::ModuleDecl(mut decl) => {
                let span = self.attach(text);
                match &mut decl {
                    ast::ModuleDecl::Import(decl) => decl.span = span,
                    ast::ModuleDecl::ExportDecl(decl) => decl.span = span,
                    ast::ModuleDecl::ExportNamed(decl) => decl.span = span,
                    ast::ModuleDecl::ExportDefaultDecl(decl) => decl.span = span,
                    ast::ModuleDecl::ExportDefaultExpr(decl) => decl.span = span,
                    ast::ModuleDecl::ExportAll(decl) => decl.span = span,
                    ast::ModuleDecl::TsImportEquals(_)
                    | ast::ModuleDecl::TsExportAssignment(_)
                    | ast::ModuleDecl::TsNamespaceExport(_) => {}
                }
                ModuleItem::ModuleDecl(decl)
            }
        }
    }

    /// `stmt`, a declaration, with `/** text */` before it. Other statements stay as they are.
    pub fn stmt(&mut self, text: &str, mut stmt: Stmt) -> Stmt {
        if let Stmt::Decl(decl) = &mut stmt {
            let span = self.attach(text);
            match decl {
                ast::Decl::Class(decl) => decl.class.span = span,
                ast::Decl::Fn(decl) => decl.function.span = span,
                ast::Decl::Var(decl) => decl.span = span,
                ast::Decl::Using(_)
                | ast::Decl::TsInterface(_)
                | ast::Decl::TsTypeAlias(_)
                | ast::Decl::TsEnum(_)
                | ast::Decl::TsModule(_) => {}
            }
        }
        stmt
    }

    fn attach(&mut self, text: &str) -> Span {
        // Comments are found by position; no other node has one.
        self.count += 1;
        let pos = BytePos(self.count);
        let text = Atom::from(doc_text(text));
        self.comments.add_leading(pos, Comment { kind: CommentKind::Block, span: DUMMY_SP, text });
        Span::new(pos, pos)
    }
}

/// The inside of a doc comment that says `text`, whatever that is.
fn doc_text(text: &str) -> String {
    let text = text.replace("*/", "*\\/").replace("</", "<\\/").replace("<!--", "<\\!--");
    let mut lines = text.trim().lines();
    let first = lines.next().unwrap_or_default();
    if text.trim().lines().count() <= 1 {
        return format!("* {first} ");
    }
    let mut inside = format!("*\n * {first}");
    for line in lines {
        inside.push_str("\n *");
        if !line.trim().is_empty() {
            inside.push(' ');
            inside.push_str(line.trim_end());
        }
    }
    inside.push_str("\n ");
    inside
}

/// The text of a module of `items`.
pub fn print(items: Vec<ModuleItem>, minify: bool) -> String {
    print_with_docs(items, &Docs::new(), minify)
}

/// The text of a module of `items`, with their doc comments unless minifying.
pub fn print_with_docs(items: Vec<ModuleItem>, docs: &Docs, minify: bool) -> String {
    let module = ast::Module { span: DUMMY_SP, body: items, shebang: None };
    let mut config = Config::default()
        .with_target(ast::EsVersion::Es2022)
        .with_minify(minify)
        .with_ascii_only(true)
        .with_omit_last_semi(false);
    config.inline_script = true;
    let map: Lrc<SourceMap> = Lrc::default();
    let mut buffer = Vec::new();
    let mut writer = JsWriter::new(map.clone(), "\n", &mut buffer, None);
    writer.set_indent_str("  ");
    let writer: Box<dyn WriteJs> =
        if minify { Box::new(omit_trailing_semi(writer)) } else { Box::new(writer) };
    let comments: Option<&dyn Comments> = if minify { None } else { Some(&docs.comments) };
    let mut emitter = Emitter { cfg: config, cm: map, comments, wr: writer };
    module.emit_with(&mut emitter).expect("writing to memory does not fail");
    drop(emitter);
    let mut text = String::from_utf8(buffer).expect("text is made of text");
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

#[cfg(test)]
#[path = "print_test.rs"]
mod tests;
