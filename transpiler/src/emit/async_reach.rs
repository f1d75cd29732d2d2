//! What can block in core code: which built-ins and lowered functions switch
//! stacks, and which lifted functions can get to them.

use crate::abi::types::{Type, Types};
use crate::index::{CoreInstanceIndex, LiftIndex, TrampolineIndex};
use crate::link::linked::{AsyncBuiltin, CoreDef, Func, Initializer, Lift, Linked, Trampoline};

/// Whether the component takes part in concurrency at all.
pub(super) fn uses_async(linked: &Linked<'_>) -> bool {
    let has_value = (0..linked.types.len()).any(|i| {
        let ty = crate::index::TypeId(u32::try_from(i).expect("type ids are u32"));
        matches!(linked.types[ty], Type::Stream(_) | Type::Future(_) | Type::ErrorContext)
    });
    let is_async_func = |ty| is_async(&linked.types, ty);
    has_value
        || linked.options.iter().any(|options| options.is_async)
        || linked.lifts.iter().any(|lift| is_async_func(lift.ty))
        || linked.trampolines.iter().any(|trampoline| match trampoline {
            Trampoline::Async { .. } => true,
            Trampoline::Lower { ty, .. } => is_async_func(*ty),
            Trampoline::ResourceNew { .. }
            | Trampoline::ResourceRep { .. }
            | Trampoline::ResourceDrop { .. } => false,
        })
}

fn is_async(types: &Types, ty: crate::index::FuncTypeId) -> bool {
    types[ty].is_async
}

/// The answers for one component.
#[derive(Debug, Default)]
pub(super) struct Reach {
    trampolines: Vec<bool>,
    lifts: Vec<bool>,
}

impl Reach {
    /// Goes from what blocks by itself to all that can call it.
    pub fn new(linked: &Linked<'_>) -> Self {
        let clusters = Clusters::new(linked);
        let mut reach = Self {
            trampolines: vec![false; linked.trampolines.len()],
            lifts: vec![false; linked.lifts.len()],
        };
        loop {
            let before = (reach.trampolines.clone(), reach.lifts.clone());
            for (i, trampoline) in linked.trampolines.iter().enumerate() {
                reach.trampolines[i] = reach.blocks(linked, trampoline);
            }
            let blocking = clusters.blocking(&reach.trampolines);
            for (lift, suspends) in linked.lifts.iter().zip(&mut reach.lifts) {
                *suspends |= match &lift.core_func {
                    CoreDef::Export { instance, .. } => blocking[clusters.of(*instance)],
                    // A built-in lifted as it is has no core stack to switch.
                    CoreDef::Trampoline(_) => false,
                };
            }
            if before == (reach.trampolines.clone(), reach.lifts.clone()) {
                return reach;
            }
        }
    }

    fn blocks(&self, linked: &Linked<'_>, trampoline: &Trampoline) -> bool {
        use AsyncBuiltin as B;
        let is_sync =
            |options: crate::index::OptionsIndex| !linked.options[options.index()].is_async;
        match trampoline {
            Trampoline::Lower { func, ty, options } => {
                let waits = is_async(&linked.types, *ty) && is_sync(*options);
                match func {
                    Func::Host { .. } => waits,
                    Func::Lift(lift) => waits || self.lift(*lift),
                }
            }
            Trampoline::ResourceNew { .. }
            | Trampoline::ResourceRep { .. }
            | Trampoline::ResourceDrop { .. } => false,
            Trampoline::Async { builtin, .. } => match builtin {
                // Cancelling resumes the callee, on whatever stack it is; one that the host
                // provides is gone at once, as are copies.
                B::SubtaskCancel { is_async } => {
                    let resumes = self.lifts.iter().any(|suspends| *suspends);
                    resumes || (!is_async && calls_components(linked))
                }
                B::StreamRead { options, .. }
                | B::StreamWrite { options, .. }
                | B::FutureRead { options, .. }
                | B::FutureWrite { options, .. } => is_sync(*options),
                B::WaitableSetWait { .. }
                | B::ThreadSuspend
                | B::ThreadYield
                | B::ThreadSuspendThenResume
                | B::ThreadYieldThenResume
                | B::ThreadSuspendThenPromote
                | B::ThreadYieldThenPromote => true,
                B::TaskReturn { .. }
                | B::TaskCancel
                | B::BackpressureInc
                | B::BackpressureDec
                | B::ContextGet { .. }
                | B::ContextSet { .. }
                | B::SubtaskDrop
                | B::StreamNew { .. }
                | B::StreamForward { .. }
                | B::StreamCancelRead { .. }
                | B::StreamCancelWrite { .. }
                | B::FutureCancelRead { .. }
                | B::FutureCancelWrite { .. }
                | B::StreamDropReadable { .. }
                | B::StreamDropWritable { .. }
                | B::FutureNew { .. }
                | B::FutureForward { .. }
                | B::FutureDropReadable { .. }
                | B::FutureDropWritable { .. }
                | B::ErrorContextNew { .. }
                | B::ErrorContextDebugMessage { .. }
                | B::ErrorContextDrop
                | B::WaitableSetNew
                | B::WaitableSetPoll { .. }
                | B::WaitableSetDrop
                | B::WaitableJoin
                | B::ThreadIndex
                | B::ThreadNewIndirect { .. }
                | B::ThreadResumeLater
                | B::ThreadSpawnRef
                | B::ThreadSpawnIndirect { .. }
                | B::ThreadAvailableParallelism => false,
            },
        }
    }

    /// Whether the function for core code can block.
    pub fn trampoline(&self, trampoline: TrampolineIndex) -> bool {
        self.trampolines[trampoline.index()]
    }

    /// Whether the lifted function's core code can block.
    pub fn lift(&self, lift: LiftIndex) -> bool {
        self.lifts[lift.index()]
    }
}

/// Whether one instance calls another asynchronously.
fn calls_components(linked: &Linked<'_>) -> bool {
    linked.trampolines.iter().any(|trampoline| match trampoline {
        Trampoline::Lower { func: Func::Lift(_), options, .. } => {
            linked.options[options.index()].is_async
        }
        _ => false,
    })
}

/// Core instances that share anything: a table of one can hold functions of the other.
struct Clusters {
    parents: Vec<usize>,
    /// Trampolines that each instance imports.
    imports: Vec<Vec<TrampolineIndex>>,
}

impl Clusters {
    fn new(linked: &Linked<'_>) -> Self {
        let mut clusters = Self { parents: Vec::new(), imports: Vec::new() };
        for initializer in &linked.initializers {
            let Initializer::InstantiateModule { args, .. } = initializer else { continue };
            let this = clusters.parents.len();
            clusters.parents.push(this);
            clusters.imports.push(Vec::new());
            for def in args.values().flat_map(|fields| fields.values()) {
                match def {
                    CoreDef::Export { instance, .. } => {
                        let (a, b) = (clusters.of(*instance), clusters.find(this));
                        clusters.parents[a] = b;
                    }
                    CoreDef::Trampoline(trampoline) => clusters.imports[this].push(*trampoline),
                }
            }
        }
        // A lifted function's options can mix instances as well.
        for Lift { core_func, options, .. } in &linked.lifts {
            let callback = linked.options[options.index()].callback.as_ref();
            if let (
                CoreDef::Export { instance: a, .. },
                Some(CoreDef::Export { instance: b, .. }),
            ) = (core_func, callback)
            {
                let (a, b) = (clusters.of(*a), clusters.of(*b));
                clusters.parents[a] = b;
            }
        }
        clusters
    }

    fn find(&self, mut instance: usize) -> usize {
        while self.parents[instance] != instance {
            instance = self.parents[instance];
        }
        instance
    }

    fn of(&self, instance: CoreInstanceIndex) -> usize {
        self.find(instance.index())
    }

    /// By cluster, whether one of its instances imports something that blocks.
    fn blocking(&self, trampolines: &[bool]) -> Vec<bool> {
        let mut blocking = vec![false; self.parents.len()];
        for (instance, imports) in self.imports.iter().enumerate() {
            let cluster = self.find(instance);
            for trampoline in imports {
                blocking[cluster] |= trampolines[trampoline.index()];
            }
        }
        blocking
    }
}
