//! Types: the declarations that have names, and those that are written in place.

use super::super::model::{
    Case, DeclId, Direction, EXPORTS, Field, IMPORTS, Label, Number, ResourceId, ScopeId, Side,
    Structure, Ty, TyId,
};
use super::super::naming::{MemberName, property_names};
use super::super::text::{property, quote};
use super::{FileKind, Ours, Printer, WIDTH, exported_ident, typed_array};

/// The text of a type.
pub(super) struct Text {
    pub(super) text: String,
    /// Whether it needs parentheses before `[]`.
    is_compound: bool,
}

impl Text {
    pub(super) fn simple(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_compound: false }
    }

    pub(super) fn compound(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_compound: true }
    }

    pub(super) fn in_parens(self) -> String {
        if self.is_compound { format!("({})", self.text) } else { self.text }
    }
}

impl Printer<'_> {
    /// A second name of a class: the class under it, and the type of its objects.
    pub(super) fn second_class(
        &mut self,
        id: DeclId,
        resource: ResourceId,
        name: &MemberName,
        keyword: &str,
    ) {
        let ident = &name.ident;
        let scope = self.model.resources[resource.0].scope;
        let ty = self.path(scope, &self.naming.resources[resource.0]);
        let class = match self.model.scopes[scope.0].side {
            Side::Export => format!("typeof {ty}"),
            Side::Import => {
                let class = self.path(scope, &self.naming.classes[resource.0]);
                if self.needs_class(resource) { class } else { format!("{class} | undefined") }
            }
        };
        self.lines.docs(&self.model.decls[id.0].docs);
        self.lines.line(&format!("{keyword}const {ident}: {class};"));
        let keyword = keyword.trim_end_matches("declare ");
        self.lines.line(&format!("{keyword}type {ident} = {ty};"));
    }

    /// A named type, and its second form where it goes in as something else.
    pub(super) fn decl(&mut self, id: DeclId) {
        let decl = &self.model.decls[id.0];
        self.lines.docs(&decl.docs);
        self.decl_form(decl.body, &self.naming.decls[id.0], Direction::Out);
        if let Some(input) = &self.naming.inputs[id.0] {
            let name = &self.naming.decls[id.0];
            self.lines.line(&format!(
                "/** What is accepted where {{@link {name}}} goes into the component. */"
            ));
            self.decl_form(decl.body, input, Direction::In);
        }
    }

    pub(super) fn decl_form(&mut self, body: TyId, name: &str, direction: Direction) {
        match &self.model.types[body.0] {
            Ty::Structure(_, structure) => match structure {
                Structure::Record(fields) => self.record(fields, name, direction),
                Structure::Variant(cases) => self.variant(cases, name, direction),
                Structure::Enum(labels) => self.enumeration(labels, name),
                Structure::Flags(labels) => self.flags(labels, name),
            },
            ty => {
                let text = self.expression(ty, direction).text;
                self.lines.line(&format!("export type {name} = {text};"));
            }
        }
    }

    pub(super) fn record(&mut self, fields: &[Field], name: &str, direction: Direction) {
        self.lines.open(&format!("export interface {name} {{"));
        let names = property_names(fields.iter().map(|field| field.name.as_str()));
        for (field, name) in fields.iter().zip(names) {
            self.lines.docs(&field.docs);
            let is_option = match self.model.resolve(field.ty) {
                Ty::Option(inner) => !matches!(self.model.resolve(*inner), Ty::Option(_)),
                _ => false,
            };
            let mark = if is_option { "?" } else { "" };
            let ty = self.ty(field.ty, direction).text;
            self.lines.line(&format!("{}{mark}: {ty};", property(&name)));
        }
        self.lines.close("}");
    }

    pub(super) fn variant(&mut self, cases: &[Case], name: &str, direction: Direction) {
        self.lines.open(&format!("export type {name} ="));
        for (index, case) in cases.iter().enumerate() {
            self.lines.docs(&case.docs);
            let end = if index + 1 == cases.len() { ";" } else { "" };
            let text = self.tagged(&case.name, case.ty, direction);
            self.lines.line(&format!("| {text}{end}"));
        }
        self.lines.end_block();
    }

    pub(super) fn enumeration(&mut self, labels: &[Label], name: &str) {
        let quoted: Vec<String> = labels.iter().map(|label| quote(&label.name)).collect();
        let line = format!("export type {name} = {};", quoted.join(" | "));
        let has_docs = labels.iter().any(|label| label.docs.text.is_some());
        if !has_docs && line.len() <= WIDTH {
            self.lines.line(&line);
            return;
        }
        self.lines.open(&format!("export type {name} ="));
        for (index, label) in labels.iter().enumerate() {
            self.lines.docs(&label.docs);
            let end = if index + 1 == labels.len() { ";" } else { "" };
            self.lines.line(&format!("| {}{end}", quoted[index]));
        }
        self.lines.end_block();
    }

    pub(super) fn flags(&mut self, labels: &[Label], name: &str) {
        self.lines.open(&format!("export interface {name} {{"));
        let names = property_names(labels.iter().map(|label| label.name.as_str()));
        for (label, name) in labels.iter().zip(names) {
            self.lines.docs(&label.docs);
            self.lines.line(&format!("{}?: boolean | undefined;", property(&name)));
        }
        self.lines.close("}");
    }

    /// `{ tag: 'name'; val: T }`
    pub(super) fn tagged(&mut self, name: &str, ty: Option<TyId>, direction: Direction) -> String {
        match ty {
            Some(ty) => format!("{{ tag: {}; val: {} }}", quote(name), self.ty(ty, direction).text),
            None => format!("{{ tag: {} }}", quote(name)),
        }
    }

    pub(super) fn ty(&mut self, id: TyId, direction: Direction) -> Text {
        self.expression(&self.model.types[id.0], direction)
    }

    fn expression(&mut self, ty: &Ty, direction: Direction) -> Text {
        match ty {
            Ty::Unknown => Text::simple("unknown"),
            Ty::Bool => Text::simple("boolean"),
            Ty::Number(Number::S64 | Number::U64) => Text::simple("bigint"),
            Ty::Number(_) => Text::simple("number"),
            Ty::Char | Ty::String => Text::simple("string"),
            Ty::ErrorContext => Text::simple(self.global("Error")),
            Ty::List(element) => self.list(*element, direction),
            Ty::Tuple(types) => {
                let types: Vec<String> =
                    types.iter().map(|ty| self.ty(*ty, direction).text).collect();
                Text::simple(format!("[{}]", types.join(", ")))
            }
            Ty::Option(inner) => self.option(*inner, direction),
            Ty::Result { ok, err } => self.result_value(*ok, *err, direction),
            Ty::Map(key, value) => {
                let (key, value) = (self.ty(*key, direction).text, self.ty(*value, direction).text);
                Text::simple(format!("{}<{key}, {value}>", self.global("Map")))
            }
            Ty::Stream(element) => self.stream(*element, direction),
            Ty::Future(value) => {
                let value = value.map_or_else(|| "void".into(), |ty| self.ty(ty, direction).text);
                Text::simple(format!("{}<{value}>", self.global("Promise")))
            }
            Ty::Handle(resource) => {
                let scope = self.model.resources[resource.0].scope;
                Text::simple(self.path(scope, &self.naming.resources[resource.0]))
            }
            Ty::Ref(decl) | Ty::Structure(decl, _) => {
                let name = match (direction, &self.naming.inputs[decl.0]) {
                    (Direction::In, Some(input)) => input,
                    _ => &self.naming.decls[decl.0],
                };
                Text::simple(self.path(self.model.decls[decl.0].scope, name))
            }
        }
    }

    pub(super) fn list(&mut self, element: TyId, direction: Direction) -> Text {
        if let Ty::Number(number) = self.model.resolve(element) {
            let (array, of) = typed_array(*number);
            return match direction {
                Direction::Out => Text::simple(self.global(array)),
                Direction::In if *number == Number::U8 => Text::simple(self.ours(Ours::BytesLike)),
                Direction::In => Text::compound(format!(
                    "{} | {}<{of}>",
                    self.global(array),
                    self.global("Iterable")
                )),
            };
        }
        let element = self.ty(element, direction).in_parens();
        match direction {
            Direction::Out => Text::simple(format!("{element}[]")),
            Direction::In => Text::compound(format!("readonly {element}[]")),
        }
    }

    pub(super) fn option(&mut self, inner: TyId, direction: Direction) -> Text {
        if matches!(self.model.resolve(inner), Ty::Option(_)) {
            let some = self.tagged("some", Some(inner), direction);
            return Text::compound(format!("{some} | {{ tag: 'none' }}"));
        }
        Text::compound(format!("{} | undefined", self.ty(inner, direction).text))
    }

    pub(super) fn result_value(
        &mut self,
        ok: Option<TyId>,
        err: Option<TyId>,
        direction: Direction,
    ) -> Text {
        if let (Some(ok), Some(err)) = (ok, err) {
            let (ok, err) = (self.ty(ok, direction).text, self.ty(err, direction).text);
            return Text::simple(format!("{}<{ok}, {err}>", self.ours(Ours::Result)));
        }
        let mut tagged = |name, ty: Option<TyId>| match ty {
            Some(_) => self.tagged(name, ty, direction),
            None => format!("{{ tag: '{name}'; val?: undefined }}"),
        };
        Text::compound(format!("{} | {}", tagged("ok", ok), tagged("err", err)))
    }

    pub(super) fn stream(&mut self, element: Option<TyId>, direction: Direction) -> Text {
        let is_bytes =
            element.is_some_and(|ty| matches!(self.model.resolve(ty), Ty::Number(Number::U8)));
        let item = match element {
            // Bytes travel in chunks.
            Some(_) if is_bytes => self.global("Uint8Array"),
            Some(ty) => self.ty(ty, direction).text,
            None => "undefined".into(),
        };
        let (stream, iterable) = (self.global("ReadableStream"), self.global("AsyncIterable"));
        Text::compound(match direction {
            Direction::Out => format!("{stream}<{item}> & {iterable}<{item}>"),
            Direction::In => {
                format!(
                    "{stream}<{item}> | {iterable}<{item}> | {}<{item}>",
                    self.global("Iterable")
                )
            }
        })
    }

    /// Whether a namespace that is being written hides a name of the top level.
    pub(super) fn is_hidden(&self, name: &str) -> bool {
        let mut at = self.at;
        while at != EXPORTS {
            if self.naming.has(at, name) {
                return true;
            }
            match self.model.scopes[at.0].parent {
                Some(parent) => at = parent,
                None => break,
            }
        }
        false
    }

    /// The outermost namespace that a scope is in, or is; none for a root.
    fn outermost(&self, scope: ScopeId) -> Option<ScopeId> {
        let parent = self.model.scopes[scope.0].parent?;
        self.outermost(parent).or(Some(scope))
    }

    /// A name of a scope, as it is mentioned from anywhere in this file.
    pub(super) fn path(&mut self, scope: ScopeId, name: &str) -> String {
        if scope == self.at {
            return name.to_owned();
        }
        let mut path = vec![name.to_owned()];
        let mut at = scope;
        while let Some(parent) = self.model.scopes[at.0].parent {
            let names = &self.naming.scopes[at.0];
            let is_export = self.model.scopes[at.0].side == Side::Export;
            let is_outermost = self.model.scopes[parent.0].parent.is_none();
            // In its own file the outermost namespace is there as it is declared.
            let is_declared = !is_export || is_outermost && self.file == FileKind::Entry;
            path.push(if is_declared {
                names.ident.clone()
            } else {
                exported_ident(names).to_owned()
            });
            at = parent;
        }
        match (at, self.file) {
            (EXPORTS, FileKind::Entry) => {
                if path.last().is_some_and(|first| self.is_hidden(first)) {
                    // From outside it has the name that it is exported under.
                    if let Some(outermost) = self.outermost(scope) {
                        let exported = exported_ident(&self.naming.scopes[outermost.0]);
                        path.pop();
                        path.push(exported.to_owned());
                    }
                    path.push(self.ours(Ours::Component));
                }
            }
            (EXPORTS, FileKind::Glue) => path.push(self.ours(Ours::Component)),
            (IMPORTS, FileKind::Glue) => path.push("Imports".into()),
            (IMPORTS, FileKind::Entry) => path.push(self.ours(Ours::Imports)),
            (_, FileKind::Glue) => path.push("Types".into()),
            (_, FileKind::Entry) => path.push(self.ours(Ours::Types)),
        }
        path.reverse();
        path.join(".")
    }
}
