//! Module items come in; their text goes out. Afterwards the text is safe inside
//! an HTML `<script>`, and the same for the same items.

use std::fmt::Write as _;

use swc_common::sync::Lrc;
use swc_common::{BytePos, DUMMY_SP, SourceMap, Span, Spanned};
use swc_ecma_ast as ast;
use swc_ecma_codegen::text_writer::{JsWriter, WriteJs, omit_trailing_semi};
use swc_ecma_codegen::{Config, Emitter, Node};

use super::js::ModuleItem;
use super::runtime::{Mapping, Runtime};

/// Doc comments of module items, which trees themselves cannot hold.
#[derive(Debug, Default)]
pub struct Docs {
    /// A comment is found by the position that its item begins at; 0 is no position.
    texts: Vec<String>,
}

impl Docs {
    /// No comments yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// `item`, an export or a declaration, with `/** text */` before it.
    pub fn item(&mut self, text: &str, mut item: ModuleItem) -> ModuleItem {
        self.texts.push(doc_comment(text));
        let pos = BytePos(u32::try_from(self.texts.len()).unwrap_or(0));
        let span = Span::new(pos, pos);
        match &mut item {
            ModuleItem::Stmt(ast::Stmt::Decl(ast::Decl::Class(decl))) => decl.class.span = span,
            ModuleItem::Stmt(ast::Stmt::Decl(ast::Decl::Fn(decl))) => decl.function.span = span,
            ModuleItem::Stmt(ast::Stmt::Decl(ast::Decl::Var(decl))) => decl.span = span,
            ModuleItem::ModuleDecl(ast::ModuleDecl::ExportDecl(decl)) => decl.span = span,
            ModuleItem::ModuleDecl(ast::ModuleDecl::ExportNamed(decl)) => decl.span = span,
            ModuleItem::ModuleDecl(ast::ModuleDecl::ExportDefaultExpr(decl)) => decl.span = span,
            // Nothing else is documented.
            ModuleItem::Stmt(_) | ModuleItem::ModuleDecl(_) => {}
        }
        item
    }

    fn of(&self, item: &ModuleItem) -> &str {
        let pos = item.span().lo.0 as usize;
        pos.checked_sub(1).and_then(|index| self.texts.get(index)).map_or("", String::as_str)
    }
}

/// A doc comment that says `text`, whatever that is.
fn doc_comment(text: &str) -> String {
    let text = text.replace("*/", "*\\/").replace("</", "<\\/").replace("<!--", "<\\!--");
    let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
    if let [line] = lines.as_slice() {
        return format!("/** {line} */\n");
    }
    let lines = lines
        .iter()
        .map(|line| if line.is_empty() { " *\n".into() } else { format!(" * {line}\n") });
    format!("/**\n{} */\n", lines.collect::<String>())
}

/// The text of a module of `items`.
pub fn print(items: Vec<ModuleItem>, minify: bool) -> String {
    print_with_docs(items, &Docs::new(), minify)
}

/// The text of a module of `items`, with their doc comments unless minifying.
pub fn print_with_docs(items: Vec<ModuleItem>, docs: &Docs, minify: bool) -> String {
    let mut text = String::new();
    for item in items {
        if !minify {
            text.push_str(docs.of(&item));
        }
        print_item(item, minify, &mut text);
        if !minify && !text.ends_with('\n') {
            text.push('\n');
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn print_item(item: ModuleItem, minify: bool, text: &mut String) {
    let mut config = Config::default()
        .with_target(ast::EsVersion::Es2022)
        .with_minify(minify)
        .with_ascii_only(true);
    config.inline_script = true;
    let map: Lrc<SourceMap> = Lrc::default();
    let mut buffer = Vec::new();
    let mut writer = JsWriter::new(map.clone(), "\n", &mut buffer, None);
    writer.set_indent_str("  ");
    let writer: Box<dyn WriteJs> =
        if minify { Box::new(omit_trailing_semi(writer)) } else { Box::new(writer) };
    let mut emitter = Emitter { cfg: config, cm: map, comments: None, wr: writer };
    let module = ast::Module { span: DUMMY_SP, body: vec![item], shebang: None };
    module.emit_with(&mut emitter).expect("writing to memory does not fail");
    drop(emitter);
    text.push_str(&String::from_utf8(buffer).expect("text is made of text"));
}

/// The text of a module of the used helpers and `items`, and its source map
/// (version 3), which leads from helpers to the files of the runtime; items of the
/// module come from no file. The caller adds the `sourceMappingURL`.
pub fn print_with_map(
    runtime: &Runtime,
    items: Vec<ModuleItem>,
    docs: &Docs,
    minify: bool,
) -> (String, String) {
    let (mut text, mappings) = runtime.text_with_mappings();
    text.push_str(&print_with_docs(items, docs, minify));
    let sources = runtime.sources();
    let list =
        |of: fn(&(&str, &str)) -> String| sources.iter().map(of).collect::<Vec<_>>().join(",");
    let map = format!(
        "{{\"version\":3,\"sources\":[{}],\"sourcesContent\":[{}],\"names\":[],\"mappings\":\"{}\"}}\n",
        list(|(path, _)| json_str(&format!("windlass/runtime/{path}"))),
        list(|(_, text)| json_str(text)),
        encode_mappings(&mappings),
    );
    (text, map)
}

/// The `mappings` of a source map: each field is the difference to the one before.
fn encode_mappings(mappings: &[Mapping]) -> String {
    let mut text = String::new();
    let (mut last, mut is_first) = (Mapping::default(), true);
    for mapping in mappings {
        if mapping.line > last.line {
            text.extend(std::iter::repeat_n(';', mapping.line - last.line));
            (last.column, is_first) = (0, true);
        }
        if !is_first {
            text.push(',');
        }
        is_first = false;
        for (now, before) in [
            (mapping.column, last.column),
            (mapping.source, last.source),
            (mapping.source_line, last.source_line),
            (mapping.source_column, last.source_column),
        ] {
            push_vlq(&mut text, now, before);
        }
        last = *mapping;
    }
    text
}

/// Appends `now - before` in base 64: five bits a digit, lowest first, the sign
/// in the lowest bit, and a sixth bit where more digits follow.
fn push_vlq(text: &mut String, now: usize, before: usize) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = now.abs_diff(before) << 1 | usize::from(now < before);
    loop {
        let more = if value > 31 { 32 } else { 0 };
        text.push(char::from(DIGITS[value & 31 | more]));
        value >>= 5;
        if more == 0 {
            return;
        }
    }
}

/// A JSON string that is safe in HTML too.
fn json_str(value: &str) -> String {
    let mut text = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            '\0'..='\u{1f}' | '<' | '\u{7f}' | '\u{2028}' | '\u{2029}' => {
                write!(text, "\\u{:04x}", u32::from(c)).expect("a string takes any text");
            }
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
#[path = "print_test.rs"]
mod tests;
