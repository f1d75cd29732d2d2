//! Runtime files come in; their top-level declarations go out, each with what it
//! refers to, as it is written and minified. The build script and the tests of
//! `emit/runtime.rs` share this file.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;
use std::ops::Range;

use swc_common::comments::{CommentKind, Comments, SingleThreadedComments};
use swc_common::sync::Lrc;
use swc_common::{
    BytePos, DUMMY_SP, FileName, GLOBALS, Globals, Mark, SourceMap, Span, Spanned, SyntaxContext,
};
use swc_ecma_ast as ast;
use swc_ecma_codegen::text_writer::{JsWriter, omit_trailing_semi};
use swc_ecma_codegen::{Config, Emitter, Node};
use swc_ecma_parser::{EsSyntax, Parser, StringInput, Syntax};
use swc_ecma_transforms_base::resolver;
use swc_ecma_visit::{Visit, VisitMut, VisitMutWith, VisitWith};

use super::reserved;

/// Longest line of a kept doc comment.
const MAX_DOC: usize = 110;

/// Properties that classes of `async/` have and platform objects too, and those that hosts see.
const SHARED_PROPERTIES: &[&str] = &[
    "cancel",
    "debugMessage",
    "enqueue",
    "join",
    "onStreamError",
    "read",
    "start",
    "then",
    "type",
    "values",
    "write",
];

/// Names that the emitter gives to variables only, although classes of `async/` have them too.
const VARIABLES: &[&str] = &["instance", "lifted", "postReturn", "task"];

/// A top-level declaration.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) name: String,
    /// Its name when minified.
    pub(crate) short: String,
    /// Whether the emitter may ask for it.
    pub(crate) is_exported: bool,
    /// Position of its file.
    pub(crate) file: usize,
    /// Its text in the file, without `export`.
    pub(crate) range: Range<usize>,
    /// A one-line comment to put before the text, with its line break, or nothing.
    pub(crate) doc: String,
    /// Positions of the items it refers to.
    pub(crate) dependencies: Vec<usize>,
    pub(crate) minified: String,
}

/// A declaration on its way to become an [`Item`].
struct Draft {
    name: String,
    is_exported: bool,
    file: usize,
    range: Range<usize>,
    doc: String,
    decl: ast::Decl,
    /// Names of the items that evaluating the declaration refers to.
    eager: BTreeSet<String>,
    /// Names of the items that it refers to at all.
    all: BTreeSet<String>,
}

/// The resolver's marks: those of the top level, of any file, and those
/// that no file declares. Local names have marks of their own, labels none.
struct Scope {
    unresolved: Mark,
    top: Mark,
}

impl Scope {
    fn new() -> Self {
        Self { unresolved: Mark::new(), top: Mark::new() }
    }

    fn is_unresolved(&self, ident: &ast::Ident) -> bool {
        ident.ctxt == SyntaxContext::empty().apply_mark(self.unresolved)
    }

    fn is_top(&self, ident: &ast::Ident) -> bool {
        ident.ctxt == SyntaxContext::empty().apply_mark(self.top)
    }

    fn is_local(&self, ident: &ast::Ident) -> bool {
        ident.ctxt != SyntaxContext::empty() && !self.is_unresolved(ident) && !self.is_top(ident)
    }
}

/// Takes `files`, pairs of path and text sorted by path, apart. The order of the
/// items lets each be evaluated after what its evaluation needs. Names that are
/// string literals in `emitter` are those that emitted code uses.
///
/// # Errors
///
/// Text that does not parse, statements other than imports and declarations,
/// unknown imports and globals, and names declared twice, each as `file:line:column: problem`.
pub(crate) fn split(files: &[(String, String)], emitter: &str) -> Result<Vec<Item>, Vec<String>> {
    GLOBALS.set(&Globals::default(), || {
        let mut problems = Vec::new();
        let mut drafts = Vec::new();
        let scope = Scope::new();
        let exports = exports(files);
        for file in 0..files.len() {
            read_file(files, file, &scope, &exports, &mut drafts, &mut problems);
        }
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        for (position, draft) in drafts.iter().enumerate() {
            let (path, text) = &files[draft.file];
            let place = place(path, text, draft.range.start);
            if let Some(other) = names.insert(draft.name.clone(), position) {
                let other = &files[drafts[other].file].0;
                problems.push(format!(
                    "{place}: `{}` is declared in {other} too; top-level names are unique across the runtime",
                    draft.name
                ));
            }
            if reserved::GLOBALS.contains(&draft.name.as_str()) {
                problems.push(format!("{place}: `{}` would hide the global from other files", draft.name));
            }
        }
        check_variants(files, &drafts, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let properties = properties(files, &drafts, emitter);
        Ok(finish(drafts, &names, &scope, &properties))
    })
}

/// The Rust text that `emit/runtime.rs` includes.
pub(crate) fn generate(items: &[Item], files: &[(String, String)]) -> String {
    let mut text = String::from("/// What emitted code can ask the runtime for.\n");
    text.push_str(
        "#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]\npub enum Helper {\n",
    );
    let exported = || items.iter().enumerate().filter(|(_, item)| item.is_exported);
    for (_, item) in exported() {
        let (file, doc) = (
            &files[item.file].0,
            item.doc.trim().trim_start_matches("/**").trim_end_matches("*/").trim(),
        );
        let doc = if doc.is_empty() {
            String::new()
        } else {
            format!(": {}", doc.replace(['[', ']'], ""))
        };
        writeln!(text, "    /// `{}` of `{file}`{doc}\n    {},", item.name, variant(&item.name))
            .expect("a string");
    }
    text.push_str("}\n\nimpl Helper {\n    /// Every helper.\n    pub const ALL: &[Self] = &[");
    for (_, item) in exported() {
        write!(text, "Self::{}, ", variant(&item.name)).expect("a string");
    }
    text.push_str("];\n\n    /// Its position in `ITEMS`.\n    #[expect(clippy::too_many_lines, reason = \"one arm per helper\")]\n    fn index(self) -> usize {\n        match self {\n");
    for (index, item) in exported() {
        writeln!(text, "            Self::{} => {index},", variant(&item.name)).expect("a string");
    }
    text.push_str("        }\n    }\n}\n\nstatic ITEMS: &[Item] = &[\n");
    for item in items {
        let Item { name, short, file, range, doc, dependencies, minified, is_exported: _ } = item;
        writeln!(
            text,
            "    Item {{ name: {name:?}, short: {short:?}, dependencies: &{dependencies:?}, doc: {doc:?}, \
             file: {file}, range: {range:?}, minified: {minified:?} }},"
        )
        .expect("a string");
    }
    text.push_str("];\n\n/// Path below `runtime` and text of each file.\nstatic FILES: &[(&str, &str)] = &[\n");
    for (path, _) in files {
        writeln!(
            text,
            "    ({path:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/runtime/{path}\"))),"
        )
        .expect("a string");
    }
    text.push_str("];\n");
    text
}

/// The enum variant of an item: `loadUtf8` gives `LoadUtf8`, `MAX_LENGTH` `MaxLength`.
fn variant(name: &str) -> String {
    let is_constant = !name.contains(|c: char| c.is_ascii_lowercase());
    let mut text = String::new();
    for word in name.split(['_', '$']) {
        let mut chars = word.chars();
        text.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        text.extend(chars.map(|c| if is_constant { c.to_ascii_lowercase() } else { c }));
    }
    text
}

fn check_variants(files: &[(String, String)], drafts: &[Draft], problems: &mut Vec<String>) {
    let mut variants: HashMap<String, &Draft> = HashMap::new();
    for draft in drafts.iter().filter(|draft| draft.is_exported) {
        let (path, text) = &files[draft.file];
        let place = place(path, text, draft.range.start);
        let variant = variant(&draft.name);
        if variant == "Self" || !variant.starts_with(|c: char| c.is_ascii_alphabetic()) {
            problems
                .push(format!("{place}: `{}` gives no name for a Rust enum variant", draft.name));
        }
        if let Some(other) = variants.insert(variant, draft)
            && other.name != draft.name
        {
            problems.push(format!(
                "{place}: `{}` and `{}` give the same Rust name",
                draft.name, other.name
            ));
        }
    }
}

/// The names that each file exports, as far as it parses.
fn exports(files: &[(String, String)]) -> HashMap<String, HashSet<String>> {
    let of_file = |(path, text): &(String, String)| {
        let (module, ..) = parse(path, text).ok()?;
        let names = module.body.iter().filter_map(|item| match item {
            ast::ModuleItem::ModuleDecl(ast::ModuleDecl::ExportDecl(export)) => {
                declared_name(&export.decl)
            }
            _ => None,
        });
        Some((path.clone(), names.collect()))
    };
    files.iter().filter_map(of_file).collect()
}

fn parse(
    path: &str,
    text: &str,
) -> Result<(ast::Module, SingleThreadedComments, BytePos), Vec<String>> {
    let map: Lrc<SourceMap> = Lrc::default();
    let file = map.new_source_file(FileName::Custom(path.into()).into(), text.to_owned());
    let comments = SingleThreadedComments::default();
    let syntax = Syntax::Es(EsSyntax::default());
    let mut parser = Parser::new(syntax, StringInput::from(&*file), Some(&comments));
    let result = parser.parse_module();
    let mut errors = parser.take_errors();
    let problem = |error: &swc_ecma_parser::error::Error| {
        let offset = (error.span().lo.0 - file.start_pos.0) as usize;
        format!("{}: {}", place(path, text, offset), error.kind().msg())
    };
    match result {
        Ok(module) if errors.is_empty() => Ok((module, comments, file.start_pos)),
        Ok(_) => Err(errors.iter().map(problem).collect()),
        Err(error) => {
            errors.push(error);
            Err(errors.iter().map(problem).collect())
        }
    }
}

/// `file:line:column` of a byte offset.
fn place(path: &str, text: &str, offset: usize) -> String {
    let before = &text[..text.floor_char_boundary(offset)];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("{path}:{line}:{column}")
}

fn declared_name(decl: &ast::Decl) -> Option<String> {
    match decl {
        ast::Decl::Fn(decl) => Some(decl.ident.sym.to_string()),
        ast::Decl::Class(decl) => Some(decl.ident.sym.to_string()),
        ast::Decl::Var(decl) => match (decl.kind, decl.decls.as_slice()) {
            (ast::VarDeclKind::Const, [ast::VarDeclarator { name: ast::Pat::Ident(name), .. }]) => {
                Some(name.id.sym.to_string())
            }
            _ => None,
        },
        _ => None,
    }
}

fn read_file(
    files: &[(String, String)],
    file: usize,
    scope: &Scope,
    exports: &HashMap<String, HashSet<String>>,
    drafts: &mut Vec<Draft>,
    problems: &mut Vec<String>,
) {
    let (path, text) = &files[file];
    let (mut module, comments, start) = match parse(path, text) {
        Ok(parsed) => parsed,
        Err(errors) => return problems.extend(errors),
    };
    module.visit_mut_with(&mut resolver(scope.unresolved, scope.top, false));
    let offset = |pos: BytePos| (pos.0 - start.0) as usize;
    let mut problem = |span: Span, message: String| {
        problems.push(format!("{}: {message}", place(path, text, offset(span.lo))));
    };
    for item in module.body {
        let outer = item.span();
        let (decl, is_exported) = match item {
            ast::ModuleItem::ModuleDecl(ast::ModuleDecl::Import(import)) => {
                for (span, message) in import_problems(path, &import, exports) {
                    problem(span, message);
                }
                continue;
            }
            ast::ModuleItem::ModuleDecl(ast::ModuleDecl::ExportDecl(export)) => (export.decl, true),
            ast::ModuleItem::Stmt(ast::Stmt::Decl(decl)) => (decl, false),
            ast::ModuleItem::Stmt(ast::Stmt::Empty(_)) => continue,
            _ => {
                problem(
                    outer,
                    "only imports, functions, classes and constants can stand here".into(),
                );
                continue;
            }
        };
        let Some(name) = declared_name(&decl) else {
            problem(outer, "declare one `const` with a plain name, a function or a class".into());
            continue;
        };
        let mut references = References::new(scope, &name);
        decl.visit_with(&mut references);
        for (global, span) in references.unknown {
            problem(
                span,
                format!("`{global}` is neither declared, nor imported, nor a known global"),
            );
        }
        let range = offset(decl.span().lo)..offset(decl.span().hi);
        let doc = short_doc(&comments, outer.lo);
        let (eager, all) = (references.eager, references.all);
        drafts.push(Draft { name, is_exported, file, range, doc, decl, eager, all });
    }
}

/// The problems of an import: the other file must be there and export the
/// name, and the name must stay, since text is used as it is written.
fn import_problems(
    path: &str,
    import: &ast::ImportDecl,
    exports: &HashMap<String, HashSet<String>>,
) -> Vec<(Span, String)> {
    let source = import.src.value.to_string_lossy();
    let Some(names) = resolve(path, &source).and_then(|target| exports.get(&target)) else {
        return vec![(import.src.span, format!("`{source}` is no file of the runtime"))];
    };
    let check = |specifier: &ast::ImportSpecifier| match specifier {
        ast::ImportSpecifier::Named(import) if import.imported.is_some() => {
            Some((import.span, "an import cannot be renamed here".into()))
        }
        ast::ImportSpecifier::Named(import) if !names.contains(&*import.local.sym) => {
            Some((import.span, format!("`{source}` exports no `{}`", import.local.sym)))
        }
        ast::ImportSpecifier::Named(_) => None,
        ast::ImportSpecifier::Default(_) | ast::ImportSpecifier::Namespace(_) => {
            Some((specifier.span(), "import by name, as in `import { a } from './b.js'`".into()))
        }
    };
    if import.specifiers.is_empty() {
        return vec![(import.span, "an import for its side effects has none here".into())];
    }
    import.specifiers.iter().filter_map(check).collect()
}

/// The path that `source` means in the file `path`.
fn resolve(path: &str, source: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    if !source.starts_with("./") && !source.starts_with("../") {
        return None;
    }
    for part in source.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The doc comment before `pos` as one line: its first paragraph, or its first
/// sentence where that is too long, or nothing.
fn short_doc(comments: &SingleThreadedComments, pos: BytePos) -> String {
    let leading = comments.get_leading(pos).unwrap_or_default();
    let Some(comment) = leading.last() else { return String::new() };
    if comment.kind != CommentKind::Block || !comment.text.starts_with('*') {
        return String::new();
    }
    let lines = comment.text[1..].lines().map(|line| line.trim().trim_start_matches('*').trim());
    let lines: Vec<&str> = lines.skip_while(|line| line.is_empty()).collect();
    let paragraph = lines.iter().take_while(|line| !line.is_empty() && !line.starts_with('@'));
    let paragraph = paragraph.copied().collect::<Vec<_>>().join(" ");
    let paragraph = paragraph.split(" @").next().unwrap_or_default();
    let sentence = paragraph.split_inclusive(". ").next().unwrap_or_default().trim_end();
    let fits = |text: &str| !text.is_empty() && text.chars().count() + "/**  */".len() <= MAX_DOC;
    match [paragraph, sentence].into_iter().find(|text| fits(text)) {
        Some(text) => format!("/** {text} */\n"),
        None => String::new(),
    }
}

/// Collects what a declaration refers to at the top level, and outside the module.
struct References<'a> {
    scope: &'a Scope,
    own: &'a str,
    /// The number of function bodies around the place.
    depth: u32,
    eager: BTreeSet<String>,
    all: BTreeSet<String>,
    unknown: Vec<(String, Span)>,
}

impl<'a> References<'a> {
    fn new(scope: &'a Scope, own: &'a str) -> Self {
        Self {
            scope,
            own,
            depth: 0,
            eager: BTreeSet::new(),
            all: BTreeSet::new(),
            unknown: Vec::new(),
        }
    }

    fn lazily(&mut self, visit: impl FnOnce(&mut Self)) {
        self.depth += 1;
        visit(self);
        self.depth -= 1;
    }
}

impl Visit for References<'_> {
    fn visit_ident(&mut self, ident: &ast::Ident) {
        let name = ident.sym.as_str();
        if self.scope.is_top(ident) && name != self.own {
            self.all.insert(name.into());
            if self.depth == 0 {
                self.eager.insert(name.into());
            }
        }
        if self.scope.is_unresolved(ident)
            && name != "arguments"
            && !reserved::GLOBALS.contains(&name)
        {
            self.unknown.push((name.into(), ident.span));
        }
    }

    // Labels are no references.
    fn visit_labeled_stmt(&mut self, stmt: &ast::LabeledStmt) {
        stmt.body.visit_with(self);
    }

    fn visit_break_stmt(&mut self, _: &ast::BreakStmt) {}

    fn visit_continue_stmt(&mut self, _: &ast::ContinueStmt) {}

    fn visit_function(&mut self, function: &ast::Function) {
        self.lazily(|this| function.visit_children_with(this));
    }

    fn visit_arrow_expr(&mut self, arrow: &ast::ArrowExpr) {
        self.lazily(|this| arrow.visit_children_with(this));
    }

    fn visit_constructor(&mut self, constructor: &ast::Constructor) {
        self.lazily(|this| constructor.visit_children_with(this));
    }

    fn visit_class_prop(&mut self, prop: &ast::ClassProp) {
        prop.key.visit_with(self);
        if prop.is_static {
            prop.value.visit_with(self);
        } else {
            self.lazily(|this| prop.value.visit_with(this));
        }
    }

    fn visit_private_prop(&mut self, prop: &ast::PrivateProp) {
        if prop.is_static {
            prop.value.visit_with(self);
        } else {
            self.lazily(|this| prop.value.visit_with(this));
        }
    }
}

/// Short names for private members, and for the members of the classes of
/// `async/` that neither the emitter mentions nor a host knows.
fn properties(
    files: &[(String, String)],
    drafts: &[Draft],
    emitter: &str,
) -> HashMap<String, String> {
    let mut members = Members::default();
    for draft in drafts {
        members.is_ours = files[draft.file].0.starts_with("async/");
        draft.decl.visit_with(&mut members);
    }
    let Members { own, mut all, private, .. } = members;
    let is_known = |name: &str| {
        let is_emitted = emitter.contains(&format!("\"{name}\"")) && !VARIABLES.contains(&name);
        SHARED_PROPERTIES.contains(&name) || is_emitted
    };
    let mut own: Vec<String> = own.into_iter().filter(|name| !is_known(name)).collect();
    // The most used have the shortest names.
    own.sort_by_key(|name| Reverse(all.get(name).copied()));
    for name in &own {
        all.remove(name);
    }
    let mut short = (0..)
        .map(short_name)
        .filter(|short| !all.contains_key(short) && !reserved::KEYWORDS.contains(&short.as_str()));
    let mut properties: HashMap<String, String> = own.into_iter().zip(&mut short).collect();
    properties.extend(
        private.into_iter().enumerate().map(|(i, name)| (format!("#{name}"), short_name(i))),
    );
    properties
}

/// Collects the names of properties: those that our classes declare, and all.
#[derive(Default)]
struct Members {
    is_ours: bool,
    own: BTreeSet<String>,
    /// The number of occurrences of each.
    all: BTreeMap<String, usize>,
    private: BTreeSet<String>,
}

impl Members {
    fn declare(&mut self, key: &ast::PropName) {
        if let (true, ast::PropName::Ident(name)) = (self.is_ours, key) {
            self.own.insert(name.sym.to_string());
        }
    }

    fn count(&mut self, name: &str) {
        *self.all.entry(name.to_owned()).or_default() += 1;
    }
}

impl Visit for Members {
    fn visit_ident_name(&mut self, name: &ast::IdentName) {
        self.count(&name.sym);
    }

    fn visit_private_name(&mut self, name: &ast::PrivateName) {
        self.private.insert(name.name.to_string());
    }

    fn visit_class_prop(&mut self, prop: &ast::ClassProp) {
        self.declare(&prop.key);
        prop.visit_children_with(self);
    }

    fn visit_class_method(&mut self, method: &ast::ClassMethod) {
        self.declare(&method.key);
        method.visit_children_with(self);
    }

    // `this.x = …` in constructors.
    fn visit_assign_expr(&mut self, expr: &ast::AssignExpr) {
        if let ast::AssignTarget::Simple(ast::SimpleAssignTarget::Member(ast::MemberExpr {
            obj,
            prop: ast::MemberProp::Ident(name),
            ..
        })) = &expr.left
            && self.is_ours
            && obj.is_this()
        {
            self.own.insert(name.sym.to_string());
        }
        expr.visit_children_with(self);
    }

    // `{ x }`
    fn visit_prop(&mut self, prop: &ast::Prop) {
        if let ast::Prop::Shorthand(ident) = prop {
            self.count(&ident.sym);
        }
        prop.visit_children_with(self);
    }
}

/// Orders the drafts, names them and minifies them.
fn finish(
    drafts: Vec<Draft>,
    names: &BTreeMap<String, usize>,
    scope: &Scope,
    properties: &HashMap<String, String>,
) -> Vec<Item> {
    let order = order(&drafts, names);
    let mut positions = vec![0; drafts.len()];
    for (position, &draft) in order.iter().enumerate() {
        positions[draft] = position;
    }
    // The most used have the shortest names.
    let mut uses = vec![0; drafts.len()];
    for name in drafts.iter().flat_map(|draft| &draft.all) {
        uses[names[name]] += 1;
    }
    let mut by_use = order.clone();
    by_use.sort_by_key(|&draft| Reverse(uses[draft]));
    let shorts: HashMap<String, String> = by_use
        .iter()
        .enumerate()
        .map(|(rank, &draft)| (drafts[draft].name.clone(), format!("${}", short_name(rank))))
        .collect();
    let numbers: HashMap<String, f64> = drafts
        .iter()
        .filter_map(|draft| Some((draft.name.clone(), small_number(&draft.decl)?)))
        .collect();
    let mut drafts: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
    let item = |index: usize| {
        let draft = drafts[index].take().expect("the order names each draft once");
        let mut dependencies: Vec<usize> =
            draft.all.iter().map(|name| positions[names[name]]).collect();
        dependencies.sort_unstable();
        Item {
            is_exported: draft.is_exported && !numbers.contains_key(&draft.name),
            short: shorts[&draft.name].clone(),
            minified: match numbers.get(&draft.name) {
                Some(_) => String::new(),
                _ => minify(draft.decl, &shorts, &numbers, scope, properties),
            },
            name: draft.name,
            file: draft.file,
            range: draft.range,
            doc: draft.doc,
            dependencies,
        }
    };
    order.into_iter().map(item).collect()
}

/// An order in which each declaration follows what its evaluation may need: what
/// it refers to outside functions, and what that refers to anywhere, since
/// evaluation may call it.
fn order(drafts: &[Draft], names: &BTreeMap<String, usize>) -> Vec<usize> {
    fn visit(
        index: usize,
        drafts: &[Draft],
        names: &BTreeMap<String, usize>,
        seen: &mut [bool],
        order: &mut Vec<usize>,
    ) {
        if std::mem::replace(&mut seen[index], true) {
            return;
        }
        let mut needed: Vec<usize> = drafts[index].eager.iter().map(|name| names[name]).collect();
        let mut known: HashSet<usize> = needed.iter().copied().collect();
        let mut next = 0;
        while let Some(&need) = needed.get(next) {
            visit(need, drafts, names, seen, order);
            needed.extend(
                drafts[need].all.iter().map(|name| names[name]).filter(|need| known.insert(*need)),
            );
            next += 1;
        }
        order.push(index);
    }
    let mut seen = vec![false; drafts.len()];
    let mut order = Vec::with_capacity(drafts.len());
    for index in 0..drafts.len() {
        visit(index, drafts, names, &mut seen, &mut order);
    }
    order
}

/// The value of `const x = 1`, which is shorter than a name: it goes where the name stood.
fn small_number(decl: &ast::Decl) -> Option<f64> {
    let ast::Decl::Var(var) = decl else { return None };
    let Some(ast::Expr::Lit(ast::Lit::Num(number))) = var.decls[0].init.as_deref() else {
        return None;
    };
    (number.value < 10_000.0).then_some(number.value)
}

/// The declaration without white space, its local names and those of items short.
fn minify(
    mut decl: ast::Decl,
    shorts: &HashMap<String, String>,
    numbers: &HashMap<String, f64>,
    scope: &Scope,
    properties: &HashMap<String, String>,
) -> String {
    let mut renames = HashMap::new();
    match &decl {
        // Members share no local names.
        ast::Decl::Class(decl) => {
            for member in &decl.class.body {
                shorten(member, scope, &mut renames);
            }
        }
        decl => shorten(decl, scope, &mut renames),
    }
    decl.visit_mut_with(&mut Renamer { scope, shorts, numbers, renames, properties });
    let item = ast::ModuleItem::Stmt(ast::Stmt::Decl(decl));
    let is_const = matches!(&item, ast::ModuleItem::Stmt(ast::Stmt::Decl(ast::Decl::Var(_))));
    let module = ast::Module { span: DUMMY_SP, body: vec![item], shebang: None };
    let mut config = Config::default()
        .with_target(ast::EsVersion::Es2022)
        .with_minify(true)
        .with_ascii_only(true);
    config.inline_script = true;
    let map: Lrc<SourceMap> = Lrc::default();
    let mut buffer = Vec::new();
    let writer = omit_trailing_semi(JsWriter::new(map.clone(), "\n", &mut buffer, None));
    let mut emitter = Emitter { cfg: config, cm: map, comments: None, wr: writer };
    module.emit_with(&mut emitter).expect("writing to memory does not fail");
    drop(emitter);
    let mut text = String::from_utf8(buffer).expect("text is made of text");
    if is_const && !text.ends_with(';') {
        text.push(';');
    }
    text
}

/// Gives the local names below `node` short ones, in order of appearance.
fn shorten<'a>(
    node: &impl VisitWith<Locals<'a>>,
    scope: &'a Scope,
    renames: &mut HashMap<ast::Id, String>,
) {
    let mut locals = Locals { scope, order: Vec::new(), free: HashSet::new() };
    node.visit_with(&mut locals);
    let mut number = 0;
    for id in locals.order {
        if renames.contains_key(&id) {
            continue;
        }
        let short = loop {
            let short = short_name(number);
            number += 1;
            if !reserved::KEYWORDS.contains(&short.as_str()) && !locals.free.contains(&short) {
                break short;
            }
        };
        renames.insert(id, short);
    }
}

/// Collects local names, in order of appearance, and globals.
struct Locals<'a> {
    scope: &'a Scope,
    order: Vec<ast::Id>,
    free: HashSet<String>,
}

impl Visit for Locals<'_> {
    fn visit_ident(&mut self, ident: &ast::Ident) {
        if self.scope.is_unresolved(ident) {
            self.free.insert(ident.sym.to_string());
        }
        if self.scope.is_local(ident) {
            self.order.push(ident.to_id());
        }
    }
}

/// Gives names of items and local names their short ones. All local names of a
/// declaration differ, so scopes need no further look.
struct Renamer<'a> {
    scope: &'a Scope,
    shorts: &'a HashMap<String, String>,
    numbers: &'a HashMap<String, f64>,
    renames: HashMap<ast::Id, String>,
    properties: &'a HashMap<String, String>,
}

impl VisitMut for Renamer<'_> {
    fn visit_mut_ident_name(&mut self, name: &mut ast::IdentName) {
        if let Some(short) = self.properties.get(name.sym.as_str()) {
            name.sym = short.as_str().into();
        }
    }

    fn visit_mut_private_name(&mut self, name: &mut ast::PrivateName) {
        if let Some(short) = self.properties.get(&format!("#{}", name.name)) {
            name.name = short.as_str().into();
        }
    }

    fn visit_mut_ident(&mut self, ident: &mut ast::Ident) {
        let short = if self.scope.is_top(ident) {
            self.shorts.get(ident.sym.as_str())
        } else {
            self.renames.get(&ident.to_id())
        };
        if let Some(short) = short {
            ident.sym = short.as_str().into();
        }
    }

    fn visit_mut_expr(&mut self, expr: &mut ast::Expr) {
        if let ast::Expr::Ident(ident) = expr
            && self.scope.is_top(ident)
            && let Some(value) = self.numbers.get(ident.sym.as_str())
        {
            *expr = number(*value);
            return;
        }
        expr.visit_mut_children_with(self);
        match expr {
            ast::Expr::Ident(ident)
                if ident.sym == "undefined" && self.scope.is_unresolved(ident) =>
            {
                *expr = unary(ast::UnaryOp::Void, 0.0);
            }
            ast::Expr::Lit(ast::Lit::Bool(literal)) => {
                *expr = unary(ast::UnaryOp::Bang, if literal.value { 0.0 } else { 1.0 });
            }
            _ => {}
        }
    }

    fn visit_mut_if_stmt(&mut self, stmt: &mut ast::IfStmt) {
        stmt.visit_mut_children_with(self);
        without_braces(&mut stmt.cons);
        if let Some(alt) = &mut stmt.alt {
            without_braces(alt);
        }
    }

    fn visit_mut_for_stmt(&mut self, stmt: &mut ast::ForStmt) {
        stmt.visit_mut_children_with(self);
        without_braces(&mut stmt.body);
    }

    fn visit_mut_for_of_stmt(&mut self, stmt: &mut ast::ForOfStmt) {
        stmt.visit_mut_children_with(self);
        without_braces(&mut stmt.body);
    }

    fn visit_mut_while_stmt(&mut self, stmt: &mut ast::WhileStmt) {
        stmt.visit_mut_children_with(self);
        without_braces(&mut stmt.body);
    }

    // `x = undefined` becomes `x`.
    fn visit_mut_class_prop(&mut self, prop: &mut ast::ClassProp) {
        prop.visit_mut_children_with(self);
        prop.value.take_if(|value| is_undefined(value));
    }

    fn visit_mut_private_prop(&mut self, prop: &mut ast::PrivateProp) {
        prop.visit_mut_children_with(self);
        prop.value.take_if(|value| is_undefined(value));
    }

    fn visit_mut_return_stmt(&mut self, stmt: &mut ast::ReturnStmt) {
        stmt.visit_mut_children_with(self);
        stmt.arg.take_if(|value| is_undefined(value));
    }

    // `{ x }` becomes `{ x: a }`.
    fn visit_mut_prop(&mut self, prop: &mut ast::Prop) {
        if let ast::Prop::Shorthand(ident) = prop {
            let key = ast::PropName::Ident(ident.clone().into());
            let value = Box::new(ast::Expr::Ident(ident.clone()));
            *prop = ast::Prop::KeyValue(ast::KeyValueProp { key, value });
        }
        prop.visit_mut_children_with(self);
    }

    fn visit_mut_object_pat_prop(&mut self, prop: &mut ast::ObjectPatProp) {
        if let ast::ObjectPatProp::Assign(assign) = prop {
            let key = ast::PropName::Ident(assign.key.id.clone().into());
            let target = ast::Pat::Ident(assign.key.clone());
            let value = Box::new(match assign.value.take() {
                Some(right) => ast::Pat::Assign(ast::AssignPat {
                    span: DUMMY_SP,
                    left: Box::new(target),
                    right,
                }),
                None => target,
            });
            *prop = ast::ObjectPatProp::KeyValue(ast::KeyValuePatProp { key, value });
        }
        prop.visit_mut_children_with(self);
    }
}

/// `void 0`, which `undefined` became.
fn is_undefined(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Unary(unary) if unary.op == ast::UnaryOp::Void)
}

/// `op value`, for words that have a shorter spelling.
fn unary(op: ast::UnaryOp, value: f64) -> ast::Expr {
    ast::Expr::Unary(ast::UnaryExpr { span: DUMMY_SP, op, arg: Box::new(number(value)) })
}

fn number(value: f64) -> ast::Expr {
    ast::Expr::Lit(ast::Lit::Num(ast::Number { span: DUMMY_SP, value, raw: None }))
}

/// Takes the braces off a lone statement that is no `if`, to which an `else` could stick.
fn without_braces(stmt: &mut ast::Stmt) {
    if let ast::Stmt::Block(block) = stmt
        && let [
            ast::Stmt::Expr(_)
            | ast::Stmt::Return(_)
            | ast::Stmt::Throw(_)
            | ast::Stmt::Break(_)
            | ast::Stmt::Continue(_),
        ] = block.stmts.as_slice()
    {
        *stmt = block.stmts.remove(0);
    }
}

/// `a` … `Z`, then two characters and more.
fn short_name(mut index: usize) -> String {
    const FIRST: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut text = String::from(char::from(FIRST[index % FIRST.len()]));
    index /= FIRST.len();
    while index > 0 {
        index -= 1;
        text.push(char::from(FIRST[index % FIRST.len()]));
        index /= FIRST.len();
    }
    text
}
