//! Canonical options and the built-ins for concurrency.

use wasmparser::{CanonicalFunction, CanonicalOption};

use super::Linker;
use super::frame::Frame;
use super::items::lost;
use super::linked::{AsyncBuiltin, CanonicalOptions, StringEncoding};
use crate::abi::types::Type;
use crate::decode::{Operand, Options};
use crate::error::{Code, Error, Result};
use crate::index::{OptionsIndex, TypeId};

impl<'d, 'a> Linker<'d, 'a, '_> {
    /// Interns canonical options.
    pub(super) fn options(
        &mut self,
        frame: &Frame<'d, 'a>,
        options: &Options,
    ) -> Result<OptionsIndex> {
        let spent = &mut *self.spent;
        let mut result = CanonicalOptions {
            instance: frame.instance,
            string_encoding: StringEncoding::Utf8,
            memory: None,
            memory64: options.memory64,
            shared: options.shared,
            realloc: None,
            post_return: None,
            is_async: false,
            callback: None,
        };
        for option in &options.list {
            match *option {
                CanonicalOption::UTF8 => result.string_encoding = StringEncoding::Utf8,
                CanonicalOption::UTF16 => result.string_encoding = StringEncoding::Utf16,
                CanonicalOption::CompactUTF16 => {
                    result.string_encoding = StringEncoding::Latin1Utf16;
                }
                CanonicalOption::Memory(index) => {
                    result.memory = Some(spent.core(&frame.core_memories, index)?);
                }
                CanonicalOption::Realloc(index) => {
                    result.realloc = Some(spent.core(&frame.core_funcs, index)?);
                }
                CanonicalOption::PostReturn(index) => {
                    result.post_return = Some(spent.core(&frame.core_funcs, index)?);
                }
                CanonicalOption::Async => result.is_async = true,
                CanonicalOption::Callback(index) => {
                    result.callback = Some(spent.core(&frame.core_funcs, index)?);
                }
                CanonicalOption::CoreType(_) | CanonicalOption::Gc => {
                    return Err(Error::new(
                        Code::Unsupported,
                        "the garbage-collected canonical ABI is not released",
                    ));
                }
            }
        }
        Ok(OptionsIndex::at(self.options.insert_full(result).0))
    }

    /// A built-in for concurrency with its operands resolved.
    pub(super) fn builtin(
        &mut self,
        frame: &mut Frame<'d, 'a>,
        canonical: &CanonicalFunction,
        operand: Operand,
        options: &Options,
    ) -> Result<AsyncBuiltin> {
        use AsyncBuiltin as B;
        use CanonicalFunction as C;
        let ty = match operand {
            Operand::None => None,
            Operand::Value(ty) => Some(self.val_type(&mut frame.scope, ty)?),
            Operand::Defined(id) => Some(self.defined(&mut frame.scope, id)?),
        };
        let typed = || -> Result<TypeId> { ty.ok_or_else(|| lost("type of a built-in")) };
        Ok(match *canonical {
            C::Lift { .. }
            | C::Lower { .. }
            | C::ResourceNew { .. }
            | C::ResourceDrop { .. }
            | C::ResourceRep { .. } => return Err(lost("built-in")),
            C::TaskReturn { .. } => {
                B::TaskReturn { result: ty, options: self.options(frame, options)? }
            }
            C::TaskCancel => B::TaskCancel,
            C::BackpressureInc => B::BackpressureInc,
            C::BackpressureDec => B::BackpressureDec,
            C::ContextGet { ty, slot } => B::ContextGet { ty, slot },
            C::ContextSet { ty, slot } => B::ContextSet { ty, slot },
            C::SubtaskDrop => B::SubtaskDrop,
            C::SubtaskCancel { async_ } => B::SubtaskCancel { is_async: async_ },
            C::StreamNew { .. } => B::StreamNew { ty: typed()? },
            C::StreamRead { .. } => {
                let (ty, element) = self.carrier(typed()?)?;
                B::StreamRead { ty, element, options: self.options(frame, options)? }
            }
            C::StreamWrite { .. } => {
                let (ty, element) = self.carrier(typed()?)?;
                B::StreamWrite { ty, element, options: self.options(frame, options)? }
            }
            C::StreamForward { .. } => B::StreamForward { ty: typed()? },
            C::StreamCancelRead { async_, .. } => {
                B::StreamCancelRead { ty: typed()?, is_async: async_ }
            }
            C::StreamCancelWrite { async_, .. } => {
                B::StreamCancelWrite { ty: typed()?, is_async: async_ }
            }
            C::StreamDropReadable { .. } => B::StreamDropReadable { ty: typed()? },
            C::StreamDropWritable { .. } => B::StreamDropWritable { ty: typed()? },
            C::FutureNew { .. } => B::FutureNew { ty: typed()? },
            C::FutureRead { .. } => {
                let (ty, element) = self.carrier(typed()?)?;
                B::FutureRead { ty, element, options: self.options(frame, options)? }
            }
            C::FutureWrite { .. } => {
                let (ty, element) = self.carrier(typed()?)?;
                B::FutureWrite { ty, element, options: self.options(frame, options)? }
            }
            C::FutureForward { .. } => B::FutureForward { ty: typed()? },
            C::FutureCancelRead { async_, .. } => {
                B::FutureCancelRead { ty: typed()?, is_async: async_ }
            }
            C::FutureCancelWrite { async_, .. } => {
                B::FutureCancelWrite { ty: typed()?, is_async: async_ }
            }
            C::FutureDropReadable { .. } => B::FutureDropReadable { ty: typed()? },
            C::FutureDropWritable { .. } => B::FutureDropWritable { ty: typed()? },
            C::ErrorContextNew { .. } => {
                B::ErrorContextNew { options: self.options(frame, options)? }
            }
            C::ErrorContextDebugMessage { .. } => {
                B::ErrorContextDebugMessage { options: self.options(frame, options)? }
            }
            C::ErrorContextDrop => B::ErrorContextDrop,
            C::WaitableSetNew => B::WaitableSetNew,
            C::WaitableSetWait { .. } => {
                B::WaitableSetWait { options: self.options(frame, options)? }
            }
            C::WaitableSetPoll { .. } => {
                B::WaitableSetPoll { options: self.options(frame, options)? }
            }
            C::WaitableSetDrop => B::WaitableSetDrop,
            C::WaitableJoin => B::WaitableJoin,
            C::ThreadIndex => B::ThreadIndex,
            C::ThreadNewIndirect { table_index, .. } => {
                B::ThreadNewIndirect { table: self.spent.core(&frame.core_tables, table_index)? }
            }
            C::ThreadResumeLater => B::ThreadResumeLater,
            C::ThreadSuspend => B::ThreadSuspend,
            C::ThreadYield => B::ThreadYield,
            C::ThreadSuspendThenResume => B::ThreadSuspendThenResume,
            C::ThreadYieldThenResume => B::ThreadYieldThenResume,
            C::ThreadSuspendThenPromote => B::ThreadSuspendThenPromote,
            C::ThreadYieldThenPromote => B::ThreadYieldThenPromote,
            C::ThreadSpawnRef { .. } => B::ThreadSpawnRef,
            C::ThreadSpawnIndirect { table_index, .. } => {
                B::ThreadSpawnIndirect { table: self.spent.core(&frame.core_tables, table_index)? }
            }
            C::ThreadAvailableParallelism => B::ThreadAvailableParallelism,
        })
    }

    /// A stream or future type with what it carries.
    fn carrier(&self, ty: TypeId) -> Result<(TypeId, Option<TypeId>)> {
        match self.out.types[ty] {
            Type::Stream(element) | Type::Future(element) => Ok((ty, element)),
            _ => Err(lost("stream or future of a built-in")),
        }
    }
}
