//! Calls of components that take part in concurrency: the runtime does the
//! steps of `canon_lift` and `canon_lower`; what moves the values is written here.

use std::collections::HashMap;

use indexmap::{IndexMap, IndexSet};

use super::call::{CallShape, Function, host_params, undo_passing};
use super::emitter::Emitter;
use super::js::{self, Expr, Stmt};
use super::names::{Name, lower_camel};
use super::runtime::Helper;
use super::scope::{Body, Encoding, Place};
use crate::abi::layout::{MAX_FLAT_ASYNC_PARAMS, MAX_FLAT_PARAMS, MAX_FLAT_RESULTS};
use crate::abi::types::{FuncType, Type};
use crate::index::{FuncTypeId, InstanceIndex, LiftIndex, OptionsIndex, TypeId};
use crate::link::linked::{CoreDef, HostItem, Linked};

/// The key of a `task.return`: its type, string encoding and memory.
type Signature = (Option<TypeId>, Encoding, Option<CoreDef>);

/// State that only asynchronous components need while they are emitted.
#[derive(Default)]
pub(super) struct AsyncState {
    store: Option<Name>,
    /// Variables of lifted functions.
    pub lifted: IndexMap<LiftIndex, Name>,
    signatures: HashMap<Signature, usize>,
    pub elements: HashMap<(TypeId, Place), Name>,
    /// The places where elements other than numbers are copied, by stream or future type.
    pub copies: IndexMap<TypeId, Copies>,
}

/// The places of the readers and writers of a type.
pub(super) struct Copies {
    pub element: TypeId,
    pub from: IndexSet<Place>,
    pub to: IndexSet<Place>,
}

impl Emitter<'_> {
    /// The variable with the scheduler.
    pub(super) fn async_store(&mut self) -> Name {
        if let Some(store) = &self.asynchronous.store {
            return store.clone();
        }
        let name = self.names.fresh("store");
        let class = self.runtime.import(Helper::Store);
        self.state.push(js::const_(&name, js::new(js::id(&class), vec![])));
        self.asynchronous.store = Some(name.clone());
        name
    }

    /// The state object of a component instance.
    pub(super) fn async_instance(&mut self, instance: InstanceIndex) -> Name {
        let store = self.async_store();
        let parent =
            self.linked.instances[instance.index()].parent.map(|parent| self.instance(parent));
        let name = self.names.fresh("instance");
        let class = self.runtime.import(Helper::AsyncInstance);
        let args = std::iter::once(&store).chain(&parent).map(js::id).collect();
        self.state.push(js::const_(&name, js::new(js::id(&class), args)));
        self.instances.insert(instance, name.clone());
        name
    }

    /// The number that stands for a result type and the options to lift it with.
    pub(super) fn signature(&mut self, result: Option<TypeId>, options: OptionsIndex) -> Expr {
        let options = &self.linked.options[options.index()];
        let is_flat = self.layouts(options.memory64).flat_all(result, MAX_FLAT_PARAMS).is_some();
        // Options that the result does not need are not compared.
        let reads = !is_flat || result.is_some_and(|ty| self.facts.reads_memory(ty));
        let key = (
            result,
            if reads { options.string_encoding.into() } else { Encoding::Utf8 },
            options.memory.clone().filter(|_| reads),
        );
        let next = self.asynchronous.signatures.len();
        js::num(*self.asynchronous.signatures.entry(key).or_insert(next))
    }

    /// The variable with the run-time object of a lifted function.
    fn lifted(&mut self, lift: LiftIndex) -> Name {
        if let Some(name) = self.asynchronous.lifted.get(&lift) {
            return name.clone();
        }
        let name = self.names.fresh("lifted");
        self.asynchronous.lifted.insert(lift, name.clone());
        let linked = self.linked;
        self.instance(linked.options[linked.lifts[lift.index()].options.index()].instance);
        self.runtime.import(self.lifted_class(lift));
        for def in core_defs(linked, lift).into_iter().flatten() {
            if let CoreDef::Trampoline(trampoline) = def {
                self.trampoline(*trampoline);
            }
        }
        name
    }

    fn lifted_class(&self, lift: LiftIndex) -> Helper {
        if self.reach.lift(lift) { Helper::SuspendingLifted } else { Helper::Lifted }
    }

    /// Declares the lifted function at a position, whose core functions exist by now.
    pub(super) fn bind_lifted(&mut self, body: &mut Vec<Stmt>, position: usize) {
        let linked = self.linked;
        let (index, name) =
            self.asynchronous.lifted.get_index(position).expect("they are only added");
        let (index, name) = (*index, name.clone());
        let lift = &linked.lifts[index.index()];
        let options = &linked.options[lift.options.index()];
        let mut defs = core_defs(linked, index).to_vec();
        while let Some(None) = defs.last() {
            defs.pop();
        }
        let instance = self.instance(options.instance);
        let func = &linked.types[lift.ty];
        let facts = vec![
            ("isAsync", js::bool(func.is_async)),
            ("isAsyncAbi", js::bool(options.is_async)),
            ("signature", self.signature(func.result, lift.options)),
        ];
        let mut args = vec![js::id(&instance), js::object::<&str>(facts)];
        for def in defs {
            args.push(def.map_or_else(js::undefined, |def| self.callee_value(def)));
        }
        let class = self.runtime.import(self.lifted_class(index));
        body.push(js::const_(&name, js::new(js::id(&class), args)));
    }

    /// A function for the host that calls a lifted one.
    ///
    /// ```js
    /// f(a, options) {
    ///   return callFromHost(lifted, (task) => [a], ([flat], call) => flat, (error) => outward(…), options);
    /// }
    /// ```
    pub(super) fn async_lifted_function(
        &mut self,
        index: LiftIndex,
        ty: FuncTypeId,
        label: &str,
        shape: &CallShape,
    ) -> Function {
        let func = self.linked.types[ty].clone();
        let mut body = Body::new(&self.names);
        let (mut params, values) = host_params(&mut body, &func, shape);
        let lifted = self.lifted(index);
        let lift = &self.linked.lifts[index.index()];
        let side = self.side(lift.options);
        let types: Vec<TypeId> = func.params.iter().map(|(_, ty)| *ty).collect();

        let task = body.names.fresh("task");
        let needs_task = types.iter().any(|ty| self.needs_borrow_scope(*ty, side.place.instance));
        body.borrows = needs_task.then(|| task.clone());
        let (start, ()) = body.block(|body| {
            self.begin_passing(body, &func.params, side.place.instance);
            let passing = body.passing.clone();
            let (mut lower, ()) = body.block(|body| {
                let args = self.lower_args(body, &side, &types, &values);
                body.push(js::ret(js::array(args)));
            });
            if let Some(undo) = undo_passing(passing.as_ref()) {
                let error = body.names.fresh("error");
                let catch = vec![undo, js::throw(js::id(&error))];
                lower = vec![js::try_catch(lower, Some(&error), catch, None)];
            }
            body.stmts.extend(lower);
        });
        let start_params: Vec<Name> = body.borrows.take().into_iter().collect();

        let call = body.names.fresh("call");
        let flat = self.result_names(&mut body, side.place, &func, index);
        let (resolve, ()) = body.block(|body| {
            let Some(result) = func.result else { return };
            if let CallShape::Constructor(resource) = shape {
                self.constructs = Some(*resource);
            }
            let limit = self.result_limit(index);
            let (is_err, value) = self.lift_result(body, &side, result, &flat, limit);
            self.constructs = None;
            let value =
                value.map_or_else(js::undefined, |value| js::id(&body.bind("result", value)));
            body.push(js::ret(match is_err {
                Some(is_err) => {
                    let args = vec![js::id(&call), value.clone()];
                    let failed = self.helper(Helper::FailWithPayload, args);
                    js::cond(js::eq(js::id(&is_err), js::num(0)), value, failed)
                }
                None => value,
            }));
        });

        let error = body.names.fresh("error");
        let mut cause = js::id(&error);
        if !self.reach.lift(index) && self.reach.is_kept_synchronous(index) {
            let label = js::str(&format!("`{label}`"));
            cause = self.helper(Helper::ExplainSuspension, vec![cause, label]);
        }
        let skipped = usize::from(matches!(shape, CallShape::Method));
        let names =
            func.params[skipped..].iter().map(|(name, _)| js::str(&lower_camel(name))).collect();
        let outward = vec![
            cause.clone(),
            js::str(label),
            js::array(names),
            js::array(params.iter().map(js::id).collect()),
        ];
        // Without parameters none can be wrong.
        let explained = if func.params.is_empty() {
            self.helper(Helper::CauseOf, vec![cause])
        } else {
            self.helper(Helper::Outward, outward)
        };
        let mut args = vec![
            js::id(&lifted),
            js::arrow(start_params.as_slice(), start),
            js::arrow(vec![js::array_pat(flat.as_slice()), js::pat(&call)], resolve),
            js::arrow([error].as_slice(), vec![js::ret(explained)]),
        ];
        if func.is_async {
            // `{ signal }` cancels the call.
            let options = body.names.fresh("options");
            args.push(js::id(&options));
            params.push(options);
        }
        let mut returned = self.helper(Helper::CallFromHost, args);
        if let Some(deadline) = self.deadline.clone() {
            let mut args = vec![js::id(&deadline), js::arrow((), returned)];
            let promises = func.is_async || self.reach.lift(index);
            let helper = if promises { Helper::TimedPromise } else { Helper::TimedCall };
            if promises {
                args.push(js::id(&self.async_store()));
            }
            returned = self.helper(helper, args);
        }
        body.push(js::ret(returned));
        Function { params, body: body.stmts }
    }

    /// The largest number of flat values in a result: `task.return` takes them as parameters.
    fn result_limit(&self, lift: LiftIndex) -> usize {
        let options = self.linked.lifts[lift.index()].options;
        if self.linked.options[options.index()].is_async {
            MAX_FLAT_PARAMS
        } else {
            MAX_FLAT_RESULTS
        }
    }

    /// Variables for the flat result of a lifted function.
    fn result_names(
        &self,
        body: &mut Body,
        place: Place,
        func: &FuncType,
        lift: LiftIndex,
    ) -> Vec<Name> {
        let Some(result) = func.result else { return vec![] };
        let count = match self.layouts(place.is64).flat(result) {
            Some(flat) if flat.len() <= self.result_limit(lift) => flat.len(),
            _ => 1,
        };
        (0..count).map(|_| body.names.fresh("returned")).collect()
    }

    /// `canon lower` of a function that another component instance lifts.
    ///
    /// ```js
    /// function call(a, out) {
    ///   return lowerComponent(instance, lifted, isAsync, (task, lent) => [a], ([flat]) => { … });
    /// }
    /// ```
    pub(super) fn async_component_trampoline(
        &mut self,
        index: LiftIndex,
        ty: FuncTypeId,
        options: OptionsIndex,
    ) -> Function {
        let lifted = self.lifted(index);
        let lift = &self.linked.lifts[index.index()];
        let func = self.linked.types[ty].clone();
        let is_async = self.linked.options[options.index()].is_async;
        let (caller, callee) = (self.side(options), self.side(lift.options));
        let mut body = Body::new(&self.names);
        let (params, out) = self.lowered_params(&mut body.names, caller.place, &func, is_async);
        self.leave_check(&mut body, caller.place.instance);
        let types: Vec<TypeId> = func.params.iter().map(|(_, ty)| *ty).collect();

        let (task, lent) = (body.names.fresh("task"), body.names.fresh("lent"));
        let borrows = types.iter().any(|ty| self.facts.contains_borrow(*ty));
        if borrows {
            body.borrows = Some(task.clone());
            body.lent = Some(lent.clone());
        }
        let (start, ()) = body.block(|body| {
            let limit = if is_async { MAX_FLAT_ASYNC_PARAMS } else { MAX_FLAT_PARAMS };
            let args = self.copy_params(body, &caller, &callee, &types, &params, limit);
            body.push(js::ret(js::array(args)));
        });
        let start_params = if borrows { vec![task, lent] } else { vec![] };
        let flat = self.result_names(&mut body, callee.place, &func, index);
        let (resolve, ()) = body.block(|body| {
            let Some(result) = func.result else { return };
            let limit = self.result_limit(index);
            if let Some(value) =
                self.copy_result(body, &callee, &caller, result, &flat, limit, out.as_ref())
            {
                body.push(js::ret(js::id(&value)));
            }
        });
        let instance = self.instance(caller.place.instance);
        let args = vec![
            js::id(&instance),
            js::id(&lifted),
            js::bool(is_async),
            js::arrow(start_params.as_slice(), start),
            js::arrow(vec![js::array_pat(flat.as_slice())], resolve),
        ];
        let call = self.helper(Helper::LowerComponent, args);
        body.push(js::ret(call));
        Function { params, body: body.stmts }
    }

    /// `canon lower` of a function that the host passes in.
    ///
    /// ```js
    /// function f(a, out) {
    ///   const arg = …;
    ///   return lowerHost(instance, { … }, lent, expire, () => host.f(arg), (value, isErr) => { … }, ['host', 'f']);
    /// }
    /// ```
    pub(super) fn async_host_trampoline(
        &mut self,
        item: &HostItem,
        ty: FuncTypeId,
        options: OptionsIndex,
    ) -> Function {
        let func = self.linked.types[ty].clone();
        let is_async = self.linked.options[options.index()].is_async;
        let side = self.side(options);
        let place = side.place;
        let mut body = Body::new(&self.names);
        let (params, out) = self.lowered_params(&mut body.names, place, &func, is_async);
        self.leave_check(&mut body, place.instance);
        let types: Vec<TypeId> = func.params.iter().map(|(_, ty)| *ty).collect();
        let (mut lent, mut expire) = (js::undefined(), js::undefined());
        if types.iter().any(|ty| self.facts.contains_borrow(*ty)) {
            let name = body.bind("lent", js::array(vec![]));
            lent = js::id(&name);
            expire = js::id(&self.runtime.import(Helper::ExpireLent));
            body.lent = Some(name);
        }
        let limit = if is_async { MAX_FLAT_ASYNC_PARAMS } else { MAX_FLAT_PARAMS };
        let mut args = Vec::new();
        for arg in self.lift_params(&mut body, &side, &types, &params, limit) {
            args.push(js::id(&body.bind("arg", arg)));
        }
        let is_promising = !func.is_async && self.reach.may_promise(item);
        let mut call = self.host_call(item, args);
        if !func.is_async && !is_promising {
            call = self.refuse_promise(func.result, call);
        }
        let (value, is_err) = (body.names.fresh("value"), body.names.fresh("isErr"));
        let mut has_err = false;
        let (resolve, ()) = body.block(|body| {
            let Some(result) = func.result else { return };
            if let Type::Result { ok, err } = self.linked.types[result] {
                has_err = true;
                self.lower_thrown_result(
                    body,
                    &side,
                    result,
                    [ok, err],
                    &value,
                    &is_err,
                    out.as_ref(),
                );
            } else {
                self.lower_result(body, &side, result, js::id(&value), out.as_ref());
            }
        });
        let root = self.import_label(item.root);
        let path =
            std::iter::once(root).chain(item.path.iter().map(|name| js::str(name))).collect();
        let instance = self.instance(place.instance);
        let facts = vec![
            ("isAsync", js::bool(is_async)),
            ("mayPromise", js::bool(func.is_async)),
            ("hasErr", js::bool(has_err)),
        ];
        let args = vec![
            js::id(&instance),
            js::object::<&str>(facts),
            lent,
            expire,
            js::arrow((), vec![js::ret(call)]),
            js::arrow([value, is_err].as_slice(), resolve),
            js::array(path),
        ];
        let helper = if is_promising { Helper::LowerPromising } else { Helper::LowerHost };
        let call = self.helper(helper, args);
        body.push(js::ret(call));
        Function { params, body: body.stmts }
    }
}

/// The core function, callback and `post-return` of a lifted function.
pub(super) fn core_defs<'a>(linked: &'a Linked<'_>, lift: LiftIndex) -> [Option<&'a CoreDef>; 3] {
    let lift = &linked.lifts[lift.index()];
    let options = &linked.options[lift.options.index()];
    [Some(&lift.core_func), options.callback.as_ref(), options.post_return.as_ref()]
}
