//! Calls: from the host into the component, from the component to the host, and
//! between components (`canon_lift` and `canon_lower`, CanonicalABI.md).

use super::copy::{Side, Source, Target};
use super::emitter::{Emitter, FUNCTION_STEPS, ROOT};
use super::js::{self, Expr, Prop, Stmt};
use super::names::{Name, Names, lower_camel};
use super::runtime::Helper;
use super::scope::{At, Body, Place, Ptr};
use crate::abi::layout::{MAX_FLAT_ASYNC_PARAMS, MAX_FLAT_PARAMS, MAX_FLAT_RESULTS};
use crate::abi::types::{FuncType, Type};
use crate::index::{FuncTypeId, InstanceIndex, LiftIndex, OptionsIndex, ResourceIndex, TypeId};
use crate::link::linked::{CoreDef, Func, HostItem, ResourceKind};

/// The cost of a value by its type alone that need not be counted, in bytes: only
/// types of thousands of parts take more.
const MAX_UNCOUNTED_COST: u32 = 1 << 16;

/// The parameters and the body of an emitted function.
pub(super) struct Function {
    pub params: Vec<Name>,
    pub body: Vec<Stmt>,
}

/// The form in which a call from the host gets its arguments and gives its result.
pub(super) enum CallShape {
    Function,
    /// The first parameter is `this`.
    Method,
    /// The result is the representation of a new resource.
    Constructor(ResourceIndex),
}

impl Emitter<'_> {
    /// A function for the host that calls a lifted one; `label` names it in errors.
    pub(super) fn lifted_function(
        &mut self,
        lift: LiftIndex,
        ty: FuncTypeId,
        label: &str,
        shape: &CallShape,
    ) -> Function {
        self.steps += FUNCTION_STEPS;
        if self.uses_async {
            return self.async_lifted_function(lift, ty, label, shape);
        }
        let lift = &self.linked.lifts[lift.index()];
        let func = self.linked.types[ty].clone();
        let options = self.linked.options[lift.options.index()].clone();
        let side = self.side(lift.options);
        let core = self.core_func(&lift.core_func, &hint_of(label));

        let mut body = Body::new(&self.names);
        let (params, values) = host_params(&mut body, &func, shape);

        let (mut stmts, ()) = body.block(|body| {
            self.check_enter(body);
            self.begin_time(body);
            self.begin_passing(body, &func.params, side.place.instance);
            let passing = body.passing.clone();
            let payload = func
                .result
                .filter(|ty| matches!(self.linked.types[*ty], Type::Result { .. }))
                .map(|_| body.names.fresh("payload"));
            let (inner, ()) = body.block(|body| {
                let post_return = &options.post_return;
                self.call_from_host(
                    body,
                    &side,
                    &func,
                    &values,
                    &core,
                    post_return.as_ref(),
                    shape,
                    payload.as_ref(),
                );
            });
            if let Some(payload) = &payload {
                body.push(js::lets(vec![(payload, None)]));
            }
            let error = body.names.fresh("error");
            let mut catch = self.catch_outward(&error, label, &func, shape, &params);
            catch.splice(0..0, undo_passing(passing.as_ref()));
            body.push(js::try_catch(inner, Some(&error), catch, None));
            if let Some(payload) = &payload {
                // Behind the `try`: an engine walks the stack for each throw.
                let throw = self.helper(Helper::ThrowPayload, vec![js::id(payload)]);
                body.run(throw);
            }
        });
        body.stmts.append(&mut stmts);
        Function { params, body: body.stmts }
    }

    #[expect(clippy::too_many_arguments, reason = "all that a call consists of")]
    fn call_from_host(
        &mut self,
        body: &mut Body,
        side: &Side,
        func: &FuncType,
        values: &[(Expr, At)],
        core: &Name,
        post_return: Option<&CoreDef>,
        shape: &CallShape,
        payload: Option<&Name>,
    ) {
        let place = side.place;
        let types: Vec<TypeId> = func.params.iter().map(|(_, ty)| *ty).collect();
        if types.iter().any(|ty| self.needs_borrow_scope(*ty, place.instance)) {
            self.begin_borrows(body);
        }
        let args = self.lower_args(body, side, &types, values);
        if types.iter().any(|ty| self.facts.runs_host_code(*ty)) {
            // A getter may have made a call that trapped.
            self.check_enter(body);
        }
        self.set_may_enter(body, false);
        let call = js::call(js::id(core), args);
        let Some(result) = func.result else {
            body.run(call);
            self.finish_call(body, place, None, post_return);
            self.set_may_enter(body, true);
            return;
        };
        if self.linked.types[result].is_scalar() && post_return.is_none() {
            let mut flat = std::iter::once(call);
            let value = self.lift_flat(body, place, None, result, &mut flat);
            let value = body.bind("result", value);
            self.finish_call(body, place, None, post_return);
            self.set_may_enter(body, true);
            body.push(js::ret(js::id(&value)));
            return;
        }
        let returned = body.bind("returned", call);
        if let CallShape::Constructor(resource) = shape {
            self.constructs = Some(*resource);
        }
        let (is_err, value) =
            self.lift_result(body, side, result, std::slice::from_ref(&returned), MAX_FLAT_RESULTS);
        self.constructs = None;
        let value = value.map(|value| body.bind("result", value));
        self.finish_call(body, place, Some(&returned), post_return);
        self.set_may_enter(body, true);
        let value = value.as_ref().map_or_else(js::undefined, js::id);
        match (is_err, payload) {
            (Some(is_err), Some(payload)) => {
                let is_ok = js::eq(js::id(&is_err), js::num(0));
                body.push(js::if_(is_ok, vec![js::ret(value.clone())], None));
                body.run(js::assign(js::id(payload), value));
            }
            _ => body.push(js::ret(value)),
        }
    }

    /// `lower_flat_values` of what the host passes; a wrong argument throws before the guest runs.
    pub(super) fn lower_args(
        &mut self,
        body: &mut Body,
        side: &Side,
        types: &[TypeId],
        values: &[(Expr, At)],
    ) -> Vec<Expr> {
        let place = side.place;
        let args: Vec<Expr> = if self
            .layouts(place.is64)
            .flat_all(types.iter().copied(), MAX_FLAT_PARAMS)
            .is_some()
        {
            let mut args = Vec::new();
            for (ty, (value, at)) in types.iter().zip(values) {
                args.extend(self.lower_flat(body, place, side.cx.as_ref(), *ty, value.clone(), at));
            }
            args.into_iter().map(|arg| settled(body, arg)).collect()
        } else {
            let cx = side.cx.as_ref().expect("the validator requires a memory");
            let (offsets, layout) = self.layouts(place.is64).fields(types.iter().copied());
            let room = vec![js::num(layout.align), js::num(layout.size)];
            let ptr = body.bind("params", js::call_method(js::id(cx), "allocate", room));
            for ((ty, offset), (value, at)) in types.iter().zip(offsets).zip(values) {
                self.store(body, place, cx, *ty, value.clone(), at, &Ptr::new(&ptr).at(offset));
            }
            vec![super::lower::ptr_to_core(place, js::id(&ptr))]
        };
        if let Some(passing) = &body.passing {
            let end = js::call_method(js::id(passing), "end", vec![]);
            body.run(end);
        }
        body.passing = None;
        args
    }

    /// The result of a call; for a `result`, also whether it is `err`.
    pub(super) fn lift_result(
        &mut self,
        body: &mut Body,
        side: &Side,
        ty: TypeId,
        returned: &[Name],
        limit: usize,
    ) -> (Option<Name>, Option<Expr>) {
        let place = side.place;
        let is_flat = self.layouts(place.is64).flat(ty).is_some_and(|flat| flat.len() <= limit);
        if is_flat {
            if let Type::Result { ok: None, err: None } = self.linked.types[ty] {
                let index = vec![js::ushr(js::id(&returned[0]), js::num(0)), js::num(2)];
                let is_err = self.helper(Helper::CheckDiscriminant, index);
                return (Some(body.bind("isErr", is_err)), None);
            }
            if let (Some(cx), true) =
                (&side.cx, limit > MAX_FLAT_RESULTS && self.facts.reads_memory(ty))
            {
                self.begin_reading(body, cx, [ty]);
            }
            let mut flat = returned.iter().map(js::id);
            let value = self.lift_flat(body, place, side.cx.as_ref(), ty, &mut flat);
            if let Type::Result { .. } = self.linked.types[ty] {
                let result = body.bind("tagged", value);
                let tag = js::member(js::id(&result), "tag");
                let is_err = js::cond(js::eq(tag, js::str("err")), js::num(1), js::num(0));
                return (
                    Some(body.bind("isErr", is_err)),
                    Some(js::member(js::id(&result), "val")),
                );
            }
            return (None, Some(value));
        }
        let cx = side.cx.clone().expect("the validator requires a memory");
        self.begin_reading(body, &cx, [ty]);
        let ptr = self.ptr_from_core(place, js::id(&returned[0]));
        let ptr = Ptr::new(&body.bind("ptr", ptr));
        self.check_ptr(body, place, &cx, &ptr, [ty]);
        if let Type::Result { ok, err } = self.linked.types[ty] {
            let layout = self.layouts(place.is64).variant([ok, err]);
            let discriminant = Self::load_discriminant(&cx, layout.discriminant, &ptr);
            let is_err = body.bind("isErr", discriminant);
            let at = ptr.at(layout.payload);
            let mut load = |ty: Option<TypeId>| match ty {
                Some(ty) => self.load(body, place, &cx, ty, &at),
                None => js::undefined(),
            };
            let (ok, err) = (load(ok), load(err));
            let invalid = self.helper(Helper::InvalidDiscriminant, vec![]);
            let err = js::cond(js::eq(js::id(&is_err), js::num(1)), err, invalid);
            let value = js::cond(js::eq(js::id(&is_err), js::num(0)), ok, err);
            return (Some(is_err), Some(value));
        }
        (None, Some(self.load(body, place, &cx, ty, &ptr)))
    }

    /// The end of a call once its result is lifted: borrows are back, `post-return` runs.
    fn finish_call(
        &mut self,
        body: &mut Body,
        place: Place,
        returned: Option<&Name>,
        post_return: Option<&CoreDef>,
    ) {
        if let Some(borrows) = &body.borrows {
            let end = js::call_method(js::id(borrows), "end", vec![]);
            body.run(end);
        }
        if let Some(post_return) = post_return {
            let post_return = self.core_func(post_return, "postReturn");
            let instance = self.instance(place.instance);
            let may_leave = || js::member(js::id(&instance), "mayLeave");
            body.run(js::assign(may_leave(), js::bool(false)));
            body.run(js::call(js::id(&post_return), returned.map(js::id).into_iter().collect()));
            body.run(js::assign(may_leave(), js::bool(true)));
        }
    }

    /// Refuses the call while another one runs, and after a trap.
    fn check_enter(&mut self, body: &mut Body) {
        // Without host imports nothing of the guest can be on the stack to catch the error.
        let refuse = if self.has_imports { Helper::CannotEnter } else { Helper::RefuseEntry };
        let root = self.instance(ROOT);
        let refuse = self.helper(refuse, vec![js::id(&root)]);
        body.run(js::or(js::member(js::id(&root), "mayEnter"), refuse));
    }

    /// Begins the time of the call, in an interruptible component.
    fn begin_time(&mut self, body: &mut Body) {
        if let Some(deadline) = self.deadline.clone() {
            let begin = self.helper(Helper::BeginCall, vec![js::id(&deadline)]);
            body.run(begin);
        }
    }

    fn set_may_enter(&mut self, body: &mut Body, may_enter: bool) {
        let root = self.instance(ROOT);
        body.run(js::assign(js::member(js::id(&root), "mayEnter"), js::bool(may_enter)));
    }

    /// Keeps note of what arguments lend and give, where a later one can be wrong or
    /// give away what is lent.
    pub(super) fn begin_passing(
        &mut self,
        body: &mut Body,
        params: &[(String, TypeId)],
        callee: InstanceIndex,
    ) {
        let is_needed = params.iter().enumerate().any(|(i, (_, ty))| {
            let ty = *ty;
            let rest = &params[i + 1..];
            let adds = self.facts.contains_own(ty) || self.needs_borrow_scope(ty, callee);
            // A `bool` is never wrong, where values are converted.
            let may_fail = |ty: TypeId| self.strict || !matches!(self.linked.types[ty], Type::Bool);
            let may_conflict =
                |ty: TypeId| self.facts.contains_own(ty) || self.facts.runs_host_code(ty);
            (adds && (self.facts.runs_host_code(ty) || rest.iter().any(|(_, ty)| may_fail(*ty))))
                || (self.facts.contains_borrow(ty)
                    && (self.facts.runs_host_code(ty)
                        || rest.iter().any(|(_, ty)| may_conflict(*ty))))
        });
        if is_needed {
            let class = self.runtime.import(Helper::Passing);
            body.passing = Some(body.bind("passing", js::new(js::id(&class), vec![])));
        }
    }

    fn catch_outward(
        &mut self,
        error: &Name,
        label: &str,
        func: &FuncType,
        shape: &CallShape,
        params: &[Name],
    ) -> Vec<Stmt> {
        let mut cause = js::id(error);
        if !func.params.is_empty() {
            let skipped = usize::from(matches!(shape, CallShape::Method));
            let names = func.params[skipped..].iter();
            let names = names.map(|(name, _)| js::str(&lower_camel(name))).collect();
            let args = params.iter().map(js::id).collect();
            let outward = vec![cause, js::str(label), js::array(names), js::array(args)];
            cause = self.helper(Helper::Outward, outward);
        } else if self.has_imports || self.may_throw {
            cause = self.helper(Helper::CauseOf, vec![cause]);
        }
        let root = self.instance(ROOT);
        let fail = if self.reach.holds { Helper::FailAndRelease } else { Helper::FailWith };
        let cause = self.helper(fail, vec![js::id(&root), cause]);
        vec![js::throw(cause)]
    }

    /// `canon lower` of a function that the host passes in.
    pub(super) fn host_trampoline(
        &mut self,
        item: &HostItem,
        ty: FuncTypeId,
        options: OptionsIndex,
    ) -> Function {
        if self.uses_async {
            return self.async_host_trampoline(item, ty, options);
        }
        let func = self.linked.types[ty].clone();
        let side = self.side(options);
        let place = side.place;
        let mut body = Body::new(&self.names);
        let (params, out) = self.lowered_params(&mut body.names, place, &func, false);
        self.leave_check(&mut body, place.instance);
        let (inner, ()) = body.block(|body| {
            let types: Vec<TypeId> = func.params.iter().map(|(_, ty)| *ty).collect();
            if types.iter().any(|ty| self.facts.contains_borrow(*ty)) {
                body.lent = Some(body.bind("lent", js::array(vec![])));
            }
            let args = self.lift_params(body, &side, &types, &params, MAX_FLAT_PARAMS);
            let lent = body.lent.clone();
            let give_back =
                lent.map(|lent| self.helper(Helper::GiveBackFromHost, vec![js::id(&lent)]));
            let call = self.host_call(item, args);
            let call = self.refuse_promise(func.result, call);
            let Some(result) = func.result else {
                body.run(call);
                body.stmts.extend(give_back.map(js::expr_stmt));
                return;
            };
            if let Type::Result { ok, err } = self.linked.types[result] {
                let (value, is_err) = (body.names.fresh("value"), body.names.fresh("isErr"));
                body.push(js::lets(vec![(&value, None), (&is_err, Some(js::num(0)))]));
                let error = body.names.fresh("error");
                let payload = self.helper(Helper::PayloadOf, vec![js::id(&error)]);
                body.push(js::try_catch(
                    vec![js::expr_stmt(js::assign(js::id(&value), call))],
                    Some(&error),
                    vec![
                        js::expr_stmt(js::assign(js::id(&value), payload)),
                        js::expr_stmt(js::assign(js::id(&is_err), js::num(1))),
                    ],
                    None,
                ));
                body.stmts.extend(give_back.map(js::expr_stmt));
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
                let value = body.bind("value", call);
                body.stmts.extend(give_back.map(js::expr_stmt));
                self.lower_result(body, &side, result, js::id(&value), out.as_ref());
            }
        });
        let error = body.names.fresh("error");
        let root = self.import_label(item.root);
        let path = item.path.iter().map(|name| js::str(name)).collect();
        let failed = self.helper(Helper::ImportFailed, [vec![js::id(&error), root], path].concat());
        body.push(js::try_catch(inner, Some(&error), vec![js::expr_stmt(failed)], None));
        Function { params, body: body.stmts }
    }

    /// Refuses a promise that would pass for a result.
    pub(super) fn refuse_promise(&mut self, result: Option<TypeId>, call: Expr) -> Expr {
        if result.is_some_and(|ty| super::facts::takes_promise(&self.linked.types, ty)) {
            return self.helper(Helper::NotPromise, vec![call]);
        }
        call
    }

    /// The core parameters of a lowered function, and the pointer to its result area if it has one.
    pub(super) fn lowered_params(
        &self,
        names: &mut Names,
        place: Place,
        func: &FuncType,
        is_async: bool,
    ) -> (Vec<Name>, Option<Name>) {
        let (max_params, max_results) =
            if is_async { (MAX_FLAT_ASYNC_PARAMS, 0) } else { (MAX_FLAT_PARAMS, MAX_FLAT_RESULTS) };
        let layouts = self.layouts(place.is64);
        let mut params: Vec<Name> =
            match layouts.flat_all(func.params.iter().map(|(_, ty)| *ty), max_params) {
                Some(_) => func
                    .params
                    .iter()
                    .flat_map(|(name, ty)| {
                        let count = layouts.flat(*ty).map_or(0, <[_]>::len);
                        std::iter::repeat_n(lower_camel(name), count)
                    })
                    .map(|hint| names.fresh(&hint))
                    .collect(),
                None => vec![names.fresh("params")],
            };
        let spills = func
            .result
            .is_some_and(|ty| layouts.flat(ty).is_none_or(|flat| flat.len() > max_results));
        let out = spills.then(|| names.fresh("out"));
        params.extend(out.clone());
        (params, out)
    }

    /// `lift_flat_values`
    pub(super) fn lift_params(
        &mut self,
        body: &mut Body,
        side: &Side,
        types: &[TypeId],
        params: &[Name],
        limit: usize,
    ) -> Vec<Expr> {
        let place = side.place;
        let is_flat = self.layouts(place.is64).flat_all(types.iter().copied(), limit).is_some();
        if let Some(cx) = &side.cx
            && (!is_flat || types.iter().any(|ty| self.facts.reads_memory(*ty)))
        {
            self.begin_reading(body, cx, types.iter().copied());
        }
        if is_flat {
            let mut flat = params.iter().map(js::id);
            return types
                .iter()
                .map(|ty| self.lift_flat(body, place, side.cx.as_ref(), *ty, &mut flat))
                .collect();
        }
        let cx = side.cx.clone().expect("the validator requires a memory");
        let ptr = self.ptr_from_core(place, js::id(&params[0]));
        let ptr = Ptr::new(&body.bind("ptr", ptr));
        self.check_ptr(body, place, &cx, &ptr, types.iter().copied());
        let (offsets, _) = self.layouts(place.is64).fields(types.iter().copied());
        types
            .iter()
            .zip(offsets)
            .map(|(ty, offset)| self.load(body, place, &cx, *ty, &ptr.at(offset)))
            .collect()
    }

    /// Lowers a result that is not a `result` and returns.
    pub(super) fn lower_result(
        &mut self,
        body: &mut Body,
        side: &Side,
        ty: TypeId,
        value: Expr,
        out: Option<&Name>,
    ) {
        let place = side.place;
        let at = At::Param("result".into());
        match out {
            None => {
                let flat = self.lower_flat(body, place, side.cx.as_ref(), ty, value, &at);
                body.push(js::ret(flat.into_iter().next()));
            }
            Some(out) => {
                let cx = side.cx.clone().expect("the validator requires a memory");
                let ptr = self.out_ptr(body, place, &cx, ty, out);
                self.store(body, place, &cx, ty, value, &at, &ptr);
            }
        }
    }

    /// Lowers what the host returned, or threw, for a `result`.
    #[expect(clippy::too_many_arguments, reason = "what, from where, and to where")]
    pub(super) fn lower_thrown_result(
        &mut self,
        body: &mut Body,
        side: &Side,
        ty: TypeId,
        payloads: [Option<TypeId>; 2],
        value: &Name,
        is_err: &Name,
        out: Option<&Name>,
    ) {
        let place = side.place;
        let Some(out) = out else {
            // Only a `result` without payloads is one flat value.
            return body.push(js::ret(js::id(is_err)));
        };
        let cx = side.cx.clone().expect("the validator requires a memory");
        let layout = self.layouts(place.is64).variant(payloads);
        let ptr = self.out_ptr(body, place, &cx, ty, out);
        super::lower::store_discriminant(body, &cx, layout.discriminant, &ptr, js::id(is_err));
        let at = At::Param("result".into());
        let [ok, err] = payloads.map(|payload| {
            let (stmts, ()) = body.block(|body| {
                if let Some(ty) = payload {
                    self.store(body, place, &cx, ty, js::id(value), &at, &ptr.at(layout.payload));
                }
            });
            stmts
        });
        match (ok.is_empty(), err.is_empty()) {
            (true, true) => {}
            (false, true) => body.push(js::if_(js::eq(js::id(is_err), js::num(0)), ok, None)),
            (true, false) => body.push(js::if_(js::ne(js::id(is_err), js::num(0)), err, None)),
            (false, false) => body.push(js::if_(js::eq(js::id(is_err), js::num(0)), ok, Some(err))),
        }
    }

    /// The result area that the caller passed, checked.
    fn out_ptr(&mut self, body: &mut Body, place: Place, cx: &Name, ty: TypeId, out: &Name) -> Ptr {
        let refresh = self.refresh(cx);
        body.push(refresh);
        let ptr = self.ptr_from_core(place, js::id(out));
        let ptr = Ptr::new(&body.bind("ptr", ptr));
        self.check_ptr(body, place, cx, &ptr, [ty]);
        ptr
    }

    /// `canon lower` of a function that another component instance lifts.
    pub(super) fn component_trampoline(
        &mut self,
        lift: LiftIndex,
        ty: FuncTypeId,
        options: OptionsIndex,
    ) -> Function {
        if self.uses_async {
            return self.async_component_trampoline(lift, ty, options);
        }
        let lift = &self.linked.lifts[lift.index()];
        let func = self.linked.types[ty].clone();
        let (caller, callee) = (self.side(options), self.side(lift.options));
        let callee_options = self.linked.options[lift.options.index()].clone();
        let core = self.core_func(&lift.core_func, "callee");
        let mut body = Body::new(&self.names);
        let (params, out) = self.lowered_params(&mut body.names, caller.place, &func, false);
        self.leave_check(&mut body, caller.place.instance);
        let outer = std::mem::take(&mut body.stmts);
        let types: Vec<TypeId> = func.params.iter().map(|(_, ty)| *ty).collect();
        if types.iter().any(|ty| self.facts.contains_borrow(*ty)) {
            body.lent = Some(body.bind("lent", js::array(vec![])));
            self.begin_borrows(&mut body);
        }
        let args = self.copy_params(&mut body, &caller, &callee, &types, &params, MAX_FLAT_PARAMS);
        let call = js::call(js::id(&core), args);
        let returned = if func.result.is_some() {
            Some(body.bind("returned", call))
        } else {
            body.run(call);
            None
        };
        let mut flat_result = None;
        if let (Some(ty), Some(returned)) = (func.result, &returned) {
            flat_result = self.copy_result(
                &mut body,
                &callee,
                &caller,
                ty,
                std::slice::from_ref(returned),
                MAX_FLAT_RESULTS,
                out.as_ref(),
            );
        }
        self.finish_call(
            &mut body,
            callee.place,
            returned.as_ref(),
            callee_options.post_return.as_ref(),
        );
        if let Some(lent) = body.lent.clone() {
            let give_back = self.helper(Helper::GiveBack, vec![js::id(&lent)]);
            body.run(give_back);
        }
        if let Some(value) = flat_result {
            body.push(js::ret(js::id(&value)));
        }
        let mut stmts = std::mem::replace(&mut body.stmts, outer);
        if self.may_throw {
            stmts = self.trap_on_throw(&mut body, stmts);
        }
        body.stmts.append(&mut stmts);
        Function { params, body: body.stmts }
    }

    /// `call_and_trap_on_throw`: the caller must not catch what the callee throws.
    pub(super) fn trap_on_throw(&mut self, body: &mut Body, stmts: Vec<Stmt>) -> Vec<Stmt> {
        let error = body.names.fresh("error");
        let escaped = self.helper(Helper::Escaped, vec![js::id(&error)]);
        vec![js::try_catch(stmts, Some(&error), vec![js::expr_stmt(escaped)], None)]
    }

    pub(super) fn copy_params(
        &mut self,
        body: &mut Body,
        caller: &Side,
        callee: &Side,
        types: &[TypeId],
        params: &[Name],
        limit: usize,
    ) -> Vec<Expr> {
        let flat = |emitter: &Self, place: Place, limit: usize| {
            emitter.layouts(place.is64).flat_all(types.iter().copied(), limit).is_some()
        };
        let reads = types.iter().any(|ty| self.facts.reads_memory(*ty));
        let source = if flat(self, caller.place, limit) {
            if let (true, Some(cx)) = (reads, &caller.cx) {
                let refresh = self.refresh(cx);
                body.push(refresh);
            }
            Source::Flat(params.to_vec())
        } else {
            let cx = caller.cx.clone().expect("the validator requires a memory");
            let refresh = self.refresh(&cx);
            body.push(refresh);
            let ptr = self.ptr_from_core(caller.place, js::id(&params[0]));
            let ptr = Ptr::new(&body.bind("ptr", ptr));
            self.check_ptr(body, caller.place, &cx, &ptr, types.iter().copied());
            Source::Memory(ptr)
        };
        if flat(self, callee.place, MAX_FLAT_PARAMS) {
            return self.copy_fields(body, types, caller, &source, callee, &Target::Flat);
        }
        let cx = callee.cx.clone().expect("the validator requires a memory");
        let (_, layout) = self.layouts(callee.place.is64).fields(types.iter().copied());
        let room = vec![js::num(layout.align), js::num(layout.size)];
        let target = body.bind("target", js::call_method(js::id(&cx), "allocate", room));
        if let Source::Memory(_) = source {
            let refresh = self.refresh(&caller.cx.clone().expect("the source is in memory"));
            body.push(refresh);
        }
        self.copy_fields(body, types, caller, &source, callee, &Target::Memory(Ptr::new(&target)));
        vec![super::lower::ptr_to_core(callee.place, js::id(&target))]
    }

    #[expect(clippy::too_many_arguments, reason = "what, from where, and to where")]
    pub(super) fn copy_result(
        &mut self,
        body: &mut Body,
        callee: &Side,
        caller: &Side,
        ty: TypeId,
        returned: &[Name],
        limit: usize,
        out: Option<&Name>,
    ) -> Option<Name> {
        let is_flat =
            self.layouts(callee.place.is64).flat(ty).is_some_and(|flat| flat.len() <= limit);
        let source = if is_flat {
            if let (Some(cx), true) =
                (&callee.cx, limit > MAX_FLAT_RESULTS && self.facts.reads_memory(ty))
            {
                let refresh = self.refresh(cx);
                body.push(refresh);
            }
            Source::Flat(returned.to_vec())
        } else {
            let cx = callee.cx.clone().expect("the validator requires a memory");
            let refresh = self.refresh(&cx);
            body.push(refresh);
            let ptr = self.ptr_from_core(callee.place, js::id(&returned[0]));
            let ptr = Ptr::new(&body.bind("ptr", ptr));
            self.check_ptr(body, callee.place, &cx, &ptr, [ty]);
            Source::Memory(ptr)
        };
        if let Some(out) = out {
            let cx = caller.cx.clone().expect("the validator requires a memory");
            let ptr = self.out_ptr(body, caller.place, &cx, ty, out);
            self.copy(body, ty, callee, &source, caller, &Target::Memory(ptr));
            None
        } else {
            let flat = self.copy(body, ty, callee, &source, caller, &Target::Flat);
            flat.into_iter().next().map(|value| body.bind("result", value))
        }
    }

    /// `trap_if(not inst.may_leave)`, where the instance could be unable to.
    pub(super) fn leave_check(&mut self, body: &mut Body, instance: InstanceIndex) {
        if !self.calls_back.contains(&instance) {
            return;
        }
        let instance = self.instance(instance);
        let refuse = self.helper(Helper::CannotLeave, vec![]);
        body.run(js::or(js::member(js::id(&instance), "mayLeave"), refuse));
    }

    /// Views up to date and, where bytes are counted, a new budget. What types take
    /// by themselves counts where it is much.
    fn begin_reading(
        &mut self,
        body: &mut Body,
        cx: &Name,
        types: impl IntoIterator<Item = TypeId>,
    ) {
        let refresh = self.refresh(cx);
        body.push(refresh);
        let (mut is_counted, mut cost) = (false, 0_u32);
        for ty in types {
            is_counted |= self.facts.reads_memory(ty);
            cost = cost.saturating_add(self.facts.cost(ty));
        }
        let is_large = cost > MAX_UNCOUNTED_COST;
        if is_counted || is_large {
            let budget = js::member(js::id(cx), "budget");
            body.run(js::assign(budget, js::member(js::id(cx), "maxBudget")));
        }
        if is_large {
            let charge = self.helper(Helper::Charge, vec![js::id(cx), js::num(cost)]);
            body.run(charge);
        }
    }

    fn check_ptr(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: &Name,
        ptr: &Ptr,
        types: impl IntoIterator<Item = TypeId>,
    ) {
        let (_, layout) = self.layouts(place.is64).fields(types);
        let args = vec![js::id(cx), ptr.expr(), js::num(layout.align), js::num(layout.size)];
        let check = self.helper(Helper::CheckPtr, args);
        body.run(check);
    }

    fn begin_borrows(&mut self, body: &mut Body) {
        let class = self.runtime.import(Helper::BorrowScope);
        body.borrows = Some(body.bind("borrows", js::new(js::id(&class), vec![])));
    }

    /// Whether lowering a parameter makes borrowed handles that must be gone by the end of the call.
    pub(super) fn needs_borrow_scope(&self, ty: TypeId, callee: InstanceIndex) -> bool {
        match &self.linked.types[ty] {
            Type::Borrow(resource) => match self.linked.resources[resource.index()].kind {
                ResourceKind::Imported(_) => true,
                ResourceKind::Defined { instance, .. } => instance != callee,
            },
            _ => self.facts.contains_borrow(ty),
        }
    }

    /// A component function as a property.
    pub(super) fn function_prop(
        &mut self,
        key: String,
        func: &Func,
        ty: FuncTypeId,
        label: &str,
    ) -> Prop {
        match func {
            Func::Lift(lift) => {
                let function = self.lifted_function(*lift, ty, label, &CallShape::Function);
                js::method(key, function.params, function.body)
            }
            Func::Host { item, .. } => js::prop(key, self.host_value(item)),
        }
    }
}

/// Takes back what arguments lent and gave.
pub(super) fn undo_passing(passing: Option<&Name>) -> Option<Stmt> {
    passing.map(|passing| js::expr_stmt(js::call_method(js::id(passing), "undo", vec![])))
}

/// The value in a variable, unless it is one or a constant already.
fn settled(body: &mut Body, value: Expr) -> Expr {
    match value {
        value @ (Expr::Ident(_) | Expr::Lit(_)) => value,
        value => js::id(&body.bind("arg", value)),
    }
}

/// The base of a core function's name: the last part of its label.
pub(super) fn hint_of(label: &str) -> String {
    lower_camel(label.rsplit(['#', ']']).next().unwrap_or(label))
}

/// The parameters of a function for the host, and the values to lower.
pub(super) fn host_params(
    body: &mut Body,
    func: &FuncType,
    shape: &CallShape,
) -> (Vec<Name>, Vec<(Expr, At)>) {
    let mut values = Vec::new();
    let mut params = Vec::new();
    for (i, (name, _)) in func.params.iter().enumerate() {
        if i == 0 && matches!(shape, CallShape::Method) {
            values.push((js::this(), At::Param("this".into())));
        } else {
            let param = body.names.fresh(&lower_camel(name));
            values.push((js::id(&param), At::Param(lower_camel(name).into())));
            params.push(param);
        }
    }
    (params, values)
}
