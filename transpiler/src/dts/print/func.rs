//! Functions: their docs, parameters and results.

use super::super::model::{Func, ScopeId, Side, Ty, TyId};
use super::super::naming::param_names;
use super::uses::directions;
use super::{Ours, Printer, WIDTH, free_param};
use crate::reach::{ExportedFunc, Need};

impl Printer<'_> {
    pub(super) fn func_docs(&mut self, scope: ScopeId, func: &Func, resource: Option<&str>) {
        let side = self.model.scopes[scope.0].side;
        let mut docs = func.docs.clone();
        if side == Side::Export
            && let Some(export) = self.calling(scope, func, resource)
            && let (true, Some(Need { reason, is_certain })) = (export.suspends, &export.need)
        {
            docs.tags.push(if *is_certain {
                format!("remarks Needs JSPI (JavaScript Promise Integration): it {reason}.")
            } else {
                format!("remarks May need JSPI (JavaScript Promise Integration): it can get to code that {reason}.")
            });
        }
        if let Some(Ty::Result { err, .. }) = func.result.map(|ty| self.model.resolve(ty)) {
            let err = match err {
                Some(ty) => self.ty(*ty, directions(side).1).text,
                None => "undefined".into(),
            };
            match side {
                Side::Export => {
                    let error = self.ours(Ours::ComponentError);
                    docs.tags.push(format!("throws {{{error}<{err}>}}"));
                }
                Side::Import => docs.tags.push(format!("throws {{{err}}} to return `err`")),
            }
        }
        self.lines.docs(&docs);
    }

    /// Parameters and result.
    pub(super) fn signature(
        &mut self,
        scope: ScopeId,
        func: &Func,
        resource: Option<&str>,
    ) -> (Vec<String>, String) {
        let side = self.model.scopes[scope.0].side;
        let mut params = self.params(side, func);
        if side == Side::Export && func.is_async {
            let options = self.ours(Ours::CallOptions);
            let name = free_param(func, "options");
            params.push(format!("{name}?: {options}"));
        }
        let mut result = self.result(side, func);
        if side == Side::Export
            && !func.is_async
            && self.calling(scope, func, resource).is_some_and(|it| it.returns_promise)
        {
            result = format!("{}<{result}>", self.global("Promise"));
        }
        if side == Side::Import && self.may_promise(scope, func, resource) {
            result = format!("{result} | {}<{result}>", self.global("PromiseLike"));
        }
        (params, result)
    }

    /// A function with its name and what stands before that; long ones get a line for each parameter.
    pub(super) fn function_line(
        &mut self,
        scope: ScopeId,
        func: &Func,
        resource: Option<&str>,
        head: &str,
    ) {
        let (params, result) = self.signature(scope, func, resource);
        let line = format!("{head}({}): {result};", params.join(", "));
        if line.len() <= WIDTH || params.is_empty() {
            return self.lines.line(&line);
        }
        self.lines.open(&format!("{head}("));
        for param in params {
            self.lines.line(&format!("{param},"));
        }
        self.lines.close(&format!("): {result};"));
    }

    /// The way in which an exported function is called.
    pub(super) fn calling(
        &self,
        scope: ScopeId,
        func: &Func,
        resource: Option<&str>,
    ) -> Option<&ExportedFunc> {
        self.reach.export(&self.path_of(scope, func, resource))
    }

    /// Whether the host may give a promise although the type is synchronous.
    pub(super) fn may_promise(&self, scope: ScopeId, func: &Func, resource: Option<&str>) -> bool {
        !func.is_async && self.reach.import_may_promise(&self.path_of(scope, func, resource))
    }

    /// Names of the scopes, of a resource, and of the function.
    pub(super) fn path_of<'f>(
        &'f self,
        scope: ScopeId,
        func: &'f Func,
        resource: Option<&'f str>,
    ) -> Vec<&'f str> {
        let mut path = Vec::new();
        let mut at = Some(scope);
        while let Some(id) = at {
            let scope = &self.model.scopes[id.0];
            if scope.parent.is_some() {
                path.push(scope.name.as_str());
            }
            at = scope.parent;
        }
        path.reverse();
        path.extend(resource);
        path.push(&func.name);
        path
    }

    pub(super) fn params(&mut self, side: Side, func: &Func) -> Vec<String> {
        let (direction, _) = directions(side);
        let names = param_names(func);
        // Trailing options may be left out by who calls an export.
        let is_option = |ty: TyId| match self.model.resolve(ty) {
            Ty::Option(inner) => !matches!(self.model.resolve(*inner), Ty::Option(_)),
            _ => false,
        };
        let needed = match side {
            Side::Export => {
                func.params.iter().rposition(|(_, ty)| !is_option(*ty)).map_or(0, |last| last + 1)
            }
            Side::Import => func.params.len(),
        };
        names
            .iter()
            .zip(&func.params)
            .enumerate()
            .map(|(index, (name, (_, ty)))| {
                let text = self.ty(*ty, direction).text;
                let mark = if index < needed { "" } else { "?" };
                format!("{name}{mark}: {text}")
            })
            .collect()
    }

    pub(super) fn result(&mut self, side: Side, func: &Func) -> String {
        let (_, direction) = directions(side);
        let value = match func.result {
            None => None,
            Some(ty) => match self.model.resolve(ty) {
                Ty::Result { ok, .. } => *ok,
                _ => Some(ty),
            },
        };
        let text = match value {
            None => "void".into(),
            Some(ty) => self.ty(ty, direction).text,
        };
        match (func.is_async, side) {
            (false, _) => text,
            (true, Side::Export) => format!("{}<{text}>", self.global("Promise")),
            (true, Side::Import) => format!("{text} | {}<{text}>", self.global("PromiseLike")),
        }
    }
}
