//! The declarations of the glue: exports and imports as types, and `instantiate`.

use std::collections::HashSet;

use super::super::model::{EXPORTS, Func, IMPORTS, Member, ResourceId, ScopeId, Side, TYPES, Ty};
use super::super::text::{Lines, property, quote};
use super::{NOWHERE, Ours, Printer, exported_ident};
use crate::file_names::FileNames;

impl Printer<'_> {
    pub(super) fn glue(&mut self) {
        // Nothing of the file's top level is the component's.
        self.at = NOWHERE;
        self.exports_interface();
        self.lines.line("");
        self.imports_interface();
        self.imports_namespace();
        self.types_namespace();
        self.lines.line("");
        let module = self.module_type();
        let has_streams =
            self.model.types.iter().any(|ty| matches!(ty, Ty::Stream(_) | Ty::Future(_)));
        let mut lines = vec![
            "/** Settings of one instance. */".to_owned(),
            "export interface InstantiateOptions {".to_owned(),
            "  /** Bytes that one call may bring from the component into JavaScript. */".to_owned(),
            "  readonly maxLiftBytes?: number | undefined;".to_owned(),
            "  /** Handles that the instance may hold at one time; one more is a trap. */".to_owned(),
            "  readonly maxHandles?: number | undefined;".to_owned(),
            "  /** The module that traps, where nothing is compiled at run time: the file `.trap.wasm`. */".to_owned(),
            format!("  readonly trapModule?: {module} | undefined;"),
            "}".to_owned(),
        ];
        if has_streams {
            let option = [
                "  /** Told why a stream or future of the host failed when no call is left to reject; `console.error` by default. */",
                "  readonly onStreamError?: ((error: unknown) => void) | undefined;",
            ];
            lines.splice(4..4, option.map(str::to_owned));
        }
        if self.emitted.is_interruptible {
            let option = [
                "  /** Milliseconds that a call may take, and the instance to be made; past them it traps. */",
                "  readonly timeout?: number | undefined;",
            ];
            lines.splice(4..4, option.map(str::to_owned));
        }
        for line in lines {
            self.lines.line(&line);
        }
        self.instantiate_function(
            "instantiate",
            &module,
            "Exports",
            "Makes an instance of the component.",
        );
        if self.emitted.is_async {
            let promise = self.global("Promise");
            self.instantiate_function(
                "instantiateAsync",
                &module,
                &format!("{promise}<Exports>"),
                "Makes an instance also where its core modules are too large to be instantiated at once: on a page's main thread.",
            );
        }
    }

    /// The declaration of a form of `instantiate`.
    fn instantiate_function(&mut self, name: &str, module: &str, result: &str, doc: &str) {
        for line in [
            "",
            "/**",
            &format!(" * {doc}"),
            " *",
            " * @param cores - the core modules, in the order of their files",
            " * @param imports - what the component imports, by import name",
            " */",
            &format!("export declare function {name}("),
            &format!("  cores: readonly {module}[],"),
            "  imports: Imports,",
            "  options?: InstantiateOptions,",
            &format!("): {result};"),
        ] {
            self.lines.line(line);
        }
    }

    pub(super) fn exports_interface(&mut self) {
        self.lines.docs(&self.model.docs);
        self.lines.open("export interface Exports {");
        if self.reach.holds {
            self.uses_disposable = true;
            let symbol = self.global("Symbol");
            self.lines.line("/** Ends the instance and lets go of what it holds of the host, as a trap does; calls throw from then on. */");
            self.lines.line(&format!("[{symbol}.dispose](): void;"));
        }
        let mut seen = HashSet::new();
        for (index, member) in self.model.scopes[EXPORTS.0].members.iter().enumerate() {
            let name = &self.naming.members[EXPORTS.0][index];
            let full = self.model.name_of(member);
            let ty = match member {
                Member::Type(decl) if self.model.second_class(*decl).is_none() => continue,
                Member::Module(_) | Member::Component(_) | Member::Opaque(..) => {
                    self.constant_type(member)
                }
                Member::Scope(scope) if !self.has_values(*scope) => "object".into(),
                Member::Func(_) | Member::Resource(_) | Member::Scope(_) | Member::Type(_) => {
                    let component = self.ours(Ours::Component);
                    format!("typeof {component}.{}", exported_ident(name))
                }
            };
            let mut keys: Vec<&str> = name.js.iter().map(String::as_str).collect();
            if matches!(member, Member::Scope(_)) || keys.is_empty() {
                keys.push(full);
            }
            for key in keys {
                if seen.insert(key.to_owned()) {
                    self.lines.line(&format!("{}: {ty};", property(key)));
                }
            }
        }
        self.lines.close("}");
    }

    /// Whether a namespace exists at run time.
    pub(super) fn has_values(&self, scope: ScopeId) -> bool {
        self.model.scopes[scope.0].members.iter().any(|member| match member {
            Member::Type(decl) => self.model.second_class(*decl).is_some(),
            Member::Scope(inner) => self.has_values(*inner),
            Member::Func(_)
            | Member::Resource(_)
            | Member::Module(_)
            | Member::Component(_)
            | Member::Opaque(..) => true,
        })
    }

    pub(super) fn imports_interface(&mut self) {
        self.lines.line("/** What the component imports, by import name. */");
        self.lines.open("export interface Imports {");
        for (index, member) in self.model.scopes[IMPORTS.0].members.iter().enumerate() {
            let name = &self.naming.members[IMPORTS.0][index];
            let key = property(self.model.name_of(member));
            match member {
                Member::Type(_) => {}
                Member::Scope(scope) => {
                    if self.has_values(*scope) {
                        self.lines.docs(&self.model.scopes[scope.0].docs);
                        self.lines.line(&format!("{key}: Imports.{};", name.ident));
                    }
                }
                Member::Func(func) => {
                    self.func_docs(IMPORTS, func, None);
                    let (params, result) = self.signature(IMPORTS, func, None);
                    let params = params.join(", ");
                    let root = self.ours(Ours::RootImport);
                    self.lines.line(&format!("{key}: {root}<({params}) => {result}>;"));
                }
                Member::Resource(resource) => {
                    let root = self.ours(Ours::RootImport);
                    self.class_property(*resource, &key, "Imports.", Some(&root));
                }
                Member::Module(_) | Member::Component(_) | Member::Opaque(..) => {
                    let root = self.ours(Ours::RootImport);
                    let ty = self.constant_type(member);
                    self.lines.line(&format!("{key}: {root}<{ty}>;"));
                }
            }
        }
        self.lines.close("}");
    }

    /// Whether a component cannot do without the class of a resource that the host provides.
    pub(super) fn needs_class(&self, id: ResourceId) -> bool {
        let resource = &self.model.resources[id.0];
        resource.constructor.is_some() || !resource.statics.is_empty()
    }

    pub(super) fn class_property(
        &mut self,
        id: ResourceId,
        key: &str,
        path: &str,
        root: Option<&str>,
    ) {
        let class = format!("{path}{}", self.naming.classes[id.0]);
        let class = match root {
            Some(root) => format!("{root}<{class}>"),
            None => class,
        };
        if self.needs_class(id) {
            self.lines.line(&format!("{key}: {class};"));
        } else {
            self.lines.line("/** If it is there, objects are checked to be instances of it. */");
            self.lines.line(&format!("{key}?: {class} | undefined;"));
        }
    }

    pub(super) fn imports_namespace(&mut self) {
        let members = &self.model.scopes[IMPORTS.0].members;
        let has_types = members.iter().any(|member| {
            matches!(member, Member::Type(_) | Member::Scope(_) | Member::Resource(_))
        });
        if has_types {
            self.lines.line("");
            self.lines.open("export declare namespace Imports {");
            self.import_types(IMPORTS);
            self.lines.close("}");
        }
    }

    pub(super) fn types_namespace(&mut self) {
        let members = &self.model.scopes[TYPES.0].members;
        if members.iter().any(|member| self.is_printed(member)) {
            self.lines.line("");
            self.lines.line("/** Types that belong to no interface. */");
            self.lines.open("export declare namespace Types {");
            self.import_types(TYPES);
            self.lines.close("}");
        }
    }

    /// The types of a scope of imports; nothing of it is a value.
    pub(super) fn import_types(&mut self, id: ScopeId) {
        let outer = std::mem::replace(&mut self.at, id);
        for member in &self.model.scopes[id.0].members {
            if !self.is_printed(member) {
                continue;
            }
            match member {
                Member::Type(decl) => self.decl(*decl),
                Member::Resource(resource) => self.host_resource(*resource),
                Member::Scope(inner) => self.import_scope(*inner),
                Member::Func(_) | Member::Module(_) | Member::Component(_) | Member::Opaque(..) => {
                }
            }
        }
        self.at = outer;
    }

    pub(super) fn import_scope(&mut self, id: ScopeId) {
        let scope = &self.model.scopes[id.0];
        let ident = &self.naming.scopes[id.0].ident;
        if self.has_values(id) {
            self.lines.docs(&scope.docs);
            self.lines.open(&format!("export interface {ident} {{"));
            for (index, member) in scope.members.iter().enumerate() {
                let name = &self.naming.members[id.0][index];
                let full = self.model.name_of(member);
                let key = property(name.js.as_deref().unwrap_or(full));
                match member {
                    Member::Type(_) => {}
                    Member::Func(func) => self.methods(id, None, std::slice::from_ref(func), ""),
                    Member::Resource(resource) => {
                        self.class_property(*resource, &key, &format!("{ident}."), None);
                    }
                    Member::Scope(inner) => {
                        if self.has_values(*inner) {
                            let inner = &self.naming.scopes[inner.0].ident;
                            self.lines.line(&format!("{key}: {ident}.{inner};"));
                        }
                    }
                    Member::Module(_) | Member::Component(_) | Member::Opaque(..) => {
                        let ty = self.constant_type(member);
                        self.lines.line(&format!("{key}: {ty};"));
                    }
                }
            }
            self.lines.close("}");
        }
        let has_types = scope.members.iter().any(|member| {
            matches!(member, Member::Type(_) | Member::Resource(_) | Member::Scope(_))
        });
        if has_types {
            self.lines.open(&format!("export namespace {ident} {{"));
            self.import_types(id);
            self.lines.close("}");
        }
    }

    /// A resource that the host provides: its objects and its class.
    pub(super) fn host_resource(&mut self, id: ResourceId) {
        let resource = &self.model.resources[id.0];
        let scope = resource.scope;
        let name = &self.naming.resources[id.0];
        let class = &self.naming.classes[id.0];
        self.uses_disposable = true;
        let symbol = self.global("Symbol");
        self.lines.docs(&resource.docs);
        self.lines.open(&format!("export interface {name} {{"));
        self.methods(scope, Some(&resource.name), &resource.methods, "");
        self.lines.line("/** Called when the component drops its last handle. */");
        self.lines.line(&format!("[{symbol}.dispose]?(): void;"));
        self.lines.close("}");
        self.lines.line(&format!("/** The class of {{@link {name}}}. */"));
        self.lines.open(&format!("export interface {class} {{"));
        if let Some(func) = &resource.constructor {
            self.func_docs(scope, func, None);
            let params = self.params(Side::Import, func).join(", ");
            self.lines.line(&format!("new ({params}): {name};"));
        }
        let statics: Vec<Func> =
            resource.statics.iter().filter(|func| func.name != "prototype").cloned().collect();
        self.methods(scope, Some(&resource.name), &statics, "");
        self.lines.line(&format!("readonly prototype: {name};"));
        self.lines.close("}");
    }

    pub(super) fn finish_glue(mut self, names: &FileNames, wanted: &[Ours]) -> Vec<u8> {
        for ours in wanted {
            self.ours(*ours);
        }
        let (array_buffer, view, bytes, iterable, error) = (
            self.global("ArrayBuffer"),
            self.global("ArrayBufferView"),
            self.global("Uint8Array"),
            self.global("Iterable"),
            self.global("Error"),
        );
        let mut head = self.head();
        let mut tail = Lines::default();
        for (ours, name) in &self.ours {
            match ours {
                Ours::Component => {
                    let from = quote(&format!("./{}", names.entry()));
                    head.line(&format!("import type * as {name} from {from};"));
                    head.line("");
                }
                Ours::Imports | Ours::Types => {}
                Ours::BytesLike => {
                    tail.line("");
                    tail.line("/** What is accepted where bytes go into the component. */");
                    tail.line(&format!(
                        "export type {name} = {bytes} | {array_buffer} | {view} | {iterable}<number>;"
                    ));
                }
                Ours::Result => {
                    tail.line("");
                    tail.line("/** A `result` that is not a function's own. */");
                    tail.line(&format!(
                        "export type {name}<T, E> = {{ tag: 'ok'; val: T }} | {{ tag: 'err'; val: E }};"
                    ));
                }
                Ours::RootImport => {
                    tail.line("");
                    tail.line("/** A function that is imported by itself: as it is, or the default of a module. */");
                    tail.line(&format!("export type {name}<F> = F | {{ readonly default: F }};"));
                }
                Ours::CallOptions => {
                    tail.line("");
                    tail.line("/** Settings of one call of an asynchronous function. */");
                    tail.line(&format!("export interface {name} {{"));
                    tail.line("  /** Cancels the call: its promise rejects with the signal's reason, and the component is told. */");
                    tail.line(&format!(
                        "  readonly signal?: {} | undefined;",
                        self.global("AbortSignal")
                    ));
                    tail.line("}");
                }
                Ours::ComponentValue => {
                    tail.line("");
                    tail.line("/** A component that is passed on as a value. */");
                    tail.line(&format!("export interface {name} {{"));
                    tail.line(
                        "  instantiate(imports?: object, options?: InstantiateOptions): object;",
                    );
                    tail.line("}");
                }
                Ours::ComponentError => {
                    tail.line("");
                    tail.line("/** What a function throws when its result is `err`; an `err` that is an `Error` is thrown as it is. */");
                    tail.line(&format!("export interface {name}<E = unknown> extends {error} {{"));
                    tail.line("  readonly name: 'ComponentError';");
                    tail.line("  readonly payload: E;");
                    tail.line("}");
                }
            }
        }
        head.push(&self.lines);
        head.push(&tail);
        head.push(&self.platform_lines());
        head.into_bytes()
    }
}
