//! Functions for the canonical built-ins of concurrency.

use wasmparser::ValType;

use super::call::Function;
use super::emitter::Emitter;
use super::js::{self, Expr};
use super::lift::load_string;
use super::lower::store_string;
use super::names::Name;
use super::runtime::Helper;
use super::scope::{Body, Ptr};
use crate::abi::layout::MAX_FLAT_PARAMS;
use crate::abi::shape::Range;
use crate::index::{InstanceIndex, OptionsIndex, TypeId};
use crate::link::linked::AsyncBuiltin;

/// The carrier of elements.
#[derive(Clone, Copy)]
enum Carrier {
    Stream,
    Future,
}

impl Emitter<'_> {
    /// The name of a built-in's function.
    pub(super) fn builtin_hint(builtin: &AsyncBuiltin) -> String {
        let text = format!("{builtin:?}");
        let name = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("builtin");
        format!("{}{}", name[..1].to_lowercase(), &name[1..])
    }

    /// The function of a built-in.
    #[expect(clippy::too_many_lines, reason = "one arm per built-in")]
    pub(super) fn async_builtin(
        &mut self,
        builtin: &AsyncBuiltin,
        instance: InstanceIndex,
    ) -> Function {
        use AsyncBuiltin as B;
        let mut body = Body::new(&self.names);
        let this = self.instance(instance);
        let this = || js::id(&this);
        let leaves = !matches!(
            builtin,
            B::ContextGet { .. } | B::ContextSet { .. } | B::BackpressureInc | B::BackpressureDec
        );
        if leaves {
            self.leave_check(&mut body, instance);
        }
        // The helper, its arguments before the core parameters, and those.
        let (helper, before, params): (Helper, Vec<Expr>, Vec<&str>) = match builtin {
            B::TaskReturn { result, options } => {
                return self.task_return(body, *result, *options, this());
            }
            B::ErrorContextNew { options } => {
                return self.error_context_new(body, *options, this());
            }
            B::ErrorContextDebugMessage { options } => {
                return self.error_context_debug_message(body, *options, this());
            }
            B::StreamNew { ty } => (Helper::StreamNew, vec![this(), js::num(ty.0)], vec![]),
            B::FutureNew { ty } => (Helper::FutureNew, vec![this(), js::num(ty.0)], vec![]),
            B::StreamRead { ty, element, options } => {
                let carrier = Carrier::Stream;
                return self.copy_builtin(body, carrier, (*ty, *element), true, *options, this());
            }
            B::StreamWrite { ty, element, options } => {
                let carrier = Carrier::Stream;
                return self.copy_builtin(body, carrier, (*ty, *element), false, *options, this());
            }
            B::FutureRead { ty, element, options } => {
                let carrier = Carrier::Future;
                return self.copy_builtin(body, carrier, (*ty, *element), true, *options, this());
            }
            B::FutureWrite { ty, element, options } => {
                let carrier = Carrier::Future;
                return self.copy_builtin(body, carrier, (*ty, *element), false, *options, this());
            }
            B::StreamCancelRead { ty, is_async } | B::FutureCancelRead { ty, is_async } => {
                let before = vec![this(), js::num(ty.0), js::bool(true), js::bool(*is_async)];
                (Helper::CancelCopy, before, vec!["index"])
            }
            B::StreamCancelWrite { ty, is_async } | B::FutureCancelWrite { ty, is_async } => {
                let before = vec![this(), js::num(ty.0), js::bool(false), js::bool(*is_async)];
                (Helper::CancelCopy, before, vec!["index"])
            }
            B::StreamDropReadable { ty } | B::FutureDropReadable { ty } => {
                (Helper::DropEnd, vec![this(), js::num(ty.0), js::bool(true)], vec!["index"])
            }
            B::StreamDropWritable { ty } | B::FutureDropWritable { ty } => {
                (Helper::DropEnd, vec![this(), js::num(ty.0), js::bool(false)], vec!["index"])
            }
            B::StreamForward { ty } | B::FutureForward { ty } => {
                (Helper::ForwardEnds, vec![this(), js::num(ty.0)], vec!["source", "target"])
            }
            B::TaskCancel => (Helper::TaskCancel, vec![this()], vec![]),
            B::BackpressureInc => (Helper::BackpressureInc, vec![this()], vec![]),
            B::BackpressureDec => (Helper::BackpressureDec, vec![this()], vec![]),
            B::ContextGet { ty, slot } => {
                let value = self.helper(Helper::ContextGet, vec![this(), js::num(*slot)]);
                let value = match ty {
                    ValType::I64 => js::call(js::ident_str("BigInt"), vec![value]),
                    _ => value,
                };
                body.push(js::ret(value));
                return Function { params: vec![], body: body.stmts };
            }
            B::ContextSet { slot, .. } => {
                (Helper::ContextSet, vec![this(), js::num(*slot)], vec!["value"])
            }
            B::SubtaskDrop => (Helper::SubtaskDrop, vec![this()], vec!["index"]),
            B::SubtaskCancel { is_async } => {
                (Helper::SubtaskCancel, vec![this(), js::bool(*is_async)], vec!["index"])
            }
            B::ErrorContextDrop => (Helper::ErrorContextDrop, vec![this()], vec!["index"]),
            B::WaitableSetNew => (Helper::WaitableSetNew, vec![this()], vec![]),
            B::WaitableSetWait { options } => {
                let cx = self.memory_of(*options);
                (Helper::WaitableSetWait, vec![this(), cx], vec!["set", "ptr"])
            }
            B::WaitableSetPoll { options } => {
                let cx = self.memory_of(*options);
                (Helper::WaitableSetPoll, vec![this(), cx], vec!["set", "ptr"])
            }
            B::WaitableSetDrop => (Helper::WaitableSetDrop, vec![this()], vec!["set"]),
            B::WaitableJoin => (Helper::WaitableJoin, vec![this()], vec!["waitable", "set"]),
            B::ThreadIndex => (Helper::ThreadIndex, vec![this()], vec![]),
            B::ThreadNewIndirect { table } | B::ThreadSpawnIndirect { table } => {
                let table = self.core_value(table);
                (Helper::ThreadNewIndirect, vec![this(), table], vec!["index", "context"])
            }
            B::ThreadResumeLater => (Helper::ThreadResumeLater, vec![this()], vec!["index"]),
            B::ThreadSuspend => (Helper::ThreadSuspend, vec![this()], vec![]),
            B::ThreadYield => (Helper::ThreadYield, vec![this()], vec![]),
            B::ThreadSuspendThenResume => {
                (Helper::ThreadThenResume, vec![this(), js::bool(false)], vec!["index"])
            }
            B::ThreadYieldThenResume => {
                (Helper::ThreadThenResume, vec![this(), js::bool(true)], vec!["index"])
            }
            B::ThreadSuspendThenPromote => {
                (Helper::ThreadThenPromote, vec![this(), js::bool(false)], vec!["index"])
            }
            B::ThreadYieldThenPromote => {
                (Helper::ThreadThenPromote, vec![this(), js::bool(true)], vec!["index"])
            }
            B::ThreadSpawnRef | B::ThreadAvailableParallelism => {
                (Helper::ThreadUnsupported, vec![], vec![])
            }
        };
        let params: Vec<Name> = params.into_iter().map(|hint| body.names.fresh(hint)).collect();
        let args = before.into_iter().chain(params.iter().map(js::id)).collect();
        let call = self.helper(helper, args);
        body.push(js::ret(call));
        Function { params, body: body.stmts }
    }

    fn memory_of(&mut self, options: OptionsIndex) -> Expr {
        let side = self.side(options);
        side.cx.as_ref().map_or_else(js::undefined, js::id)
    }

    /// `(…flat) => taskReturn(instance, signature, [...flat])`
    fn task_return(
        &mut self,
        mut body: Body,
        result: Option<TypeId>,
        options: OptionsIndex,
        instance: Expr,
    ) -> Function {
        let is64 = self.linked.options[options.index()].memory64;
        let count = match self.layouts(is64).flat_all(result, MAX_FLAT_PARAMS) {
            Some(flat) => flat.len(),
            None => 1,
        };
        let params: Vec<Name> = (0..count).map(|_| body.names.fresh("flat")).collect();
        let args = vec![
            instance,
            self.signature(result, options),
            js::array(params.iter().map(js::id).collect()),
        ];
        let call = self.helper(Helper::TaskReturn, args);
        body.run(call);
        Function { params, body: body.stmts }
    }

    /// `canon {stream,future}.{read,write}`
    fn copy_builtin(
        &mut self,
        mut body: Body,
        carrier: Carrier,
        (ty, element): (TypeId, Option<TypeId>),
        is_read: bool,
        options: OptionsIndex,
        instance: Expr,
    ) -> Function {
        let (helper, params) = match carrier {
            Carrier::Stream => (Helper::StreamCopy, vec!["index", "ptr", "length"]),
            Carrier::Future => (Helper::FutureCopy, vec!["index", "ptr"]),
        };
        let side = self.side(options);
        let is_async = self.linked.options[options.index()].is_async;
        let params: Vec<Name> = params.into_iter().map(|hint| body.names.fresh(hint)).collect();
        let name = self.element(element, &side);
        if let Some(element) = element {
            self.note_copy(ty, element, side.place, is_read);
        }
        let mut args = vec![
            instance,
            js::num(ty.0),
            js::bool(is_read),
            js::bool(is_async),
            name,
            side.cx.as_ref().map_or_else(js::undefined, js::id),
            js::id(&params[0]),
        ];
        for param in &params[1..] {
            args.push(self.ptr_from_core(side.place, js::id(param)));
        }
        let call = self.helper(helper, args);
        body.push(js::ret(call));
        Function { params, body: body.stmts }
    }

    /// `canon error-context.new`
    fn error_context_new(
        &mut self,
        mut body: Body,
        options: OptionsIndex,
        instance: Expr,
    ) -> Function {
        let side = self.side(options);
        let cx = side.cx.clone().expect("the validator requires a memory");
        let params: Vec<Name> = ["ptr", "length"].map(|hint| body.names.fresh(hint)).to_vec();
        let refresh = self.refresh(&cx);
        body.push(refresh);
        // The kept part of a message is short, so it is charged to no call.
        let budget = js::member(js::id(&cx), "budget");
        body.run(js::assign(budget, js::member(js::id(&cx), "maxBudget")));
        let begin = self.ptr_from_core(side.place, js::id(&params[0]));
        let length = self.length_from_core(side.place, Range::String, js::id(&params[1]));
        let text = self.helper(load_string(side.place.encoding), vec![js::id(&cx), begin, length]);
        let call = self.helper(Helper::ErrorContextNew, vec![instance, text]);
        body.push(js::ret(call));
        Function { params, body: body.stmts }
    }

    /// `canon error-context.debug-message`
    fn error_context_debug_message(
        &mut self,
        mut body: Body,
        options: OptionsIndex,
        instance: Expr,
    ) -> Function {
        let side = self.side(options);
        let cx = side.cx.clone().expect("the validator requires a memory");
        let params: Vec<Name> = ["index", "out"].map(|hint| body.names.fresh(hint)).to_vec();
        let text =
            self.helper(Helper::ErrorContextDebugMessage, vec![instance, js::id(&params[0])]);
        let text = body.bind("text", text);
        let store = store_string(side.place.encoding);
        let begin = self.helper(store, vec![js::id(&cx), js::id(&text)]);
        let begin = body.bind("begin", begin);
        let ptr = self.ptr_from_core(side.place, js::id(&params[1]));
        let ptr = Ptr::new(&body.bind("ptr", ptr));
        let size = self.layouts(side.place.is64).ptr_size();
        let check = vec![js::id(&cx), ptr.expr(), js::num(size), js::num(2 * size)];
        let check = self.helper(Helper::CheckPtr, check);
        body.run(check);
        Self::store_ptr(&mut body, side.place, &cx, &ptr, js::id(&begin));
        let length = js::member(js::id(&cx), "length");
        self.store_length(&mut body, side.place, &cx, Range::String, &ptr.at(size), length);
        Function { params, body: body.stmts }
    }
}
