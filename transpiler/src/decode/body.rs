//! Function bodies of core modules, most of the bytes of a component: validated
//! on all cores of the machine, with the same result as one after the other.

use std::collections::BTreeSet;

use wasmparser::{
    FuncToValidate, FuncValidatorAllocations, FunctionBody, Result, ValidatorResources,
    WasmFeatures,
};

use super::features;

/// Bytes of code below which another thread costs more than it saves.
const BYTES_PER_THREAD: usize = 512 * 1024;

/// Bytes of code that wait before they are validated, at the most: what is kept
/// for each body is larger than a small body.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// A function body that is not validated yet.
pub(super) struct Body<'a> {
    pub func: FuncToValidate<ValidatorResources>,
    pub code: FunctionBody<'a>,
    /// Position of its module among all.
    pub module: usize,
}

/// Bodies in the order of the component.
#[derive(Default)]
pub(super) struct Bodies<'a> {
    waiting: Vec<Body<'a>>,
    bytes: usize,
}

impl<'a> Bodies<'a> {
    pub(super) fn push(&mut self, body: Body<'a>) {
        self.bytes += body.code.as_bytes().len();
        self.waiting.push(body);
    }

    /// Whether it is time for [`Self::check`].
    pub(super) fn is_full(&self) -> bool {
        self.bytes > MOST_BYTES
    }

    /// Validates what waits.
    ///
    /// Gives the modules that have a `throw`, or the error of the first body that has one.
    pub(super) fn check(&mut self) -> Result<BTreeSet<usize>> {
        let bytes = std::mem::take(&mut self.bytes);
        let waiting = std::mem::take(&mut self.waiting);
        let mut throwing = BTreeSet::new();
        for part in on_threads(waiting, bytes) {
            throwing.extend(part?);
        }
        Ok(throwing)
    }
}

/// Validates parts of about the same size, each on a thread; results in order.
fn on_threads(mut bodies: Vec<Body<'_>>, bytes: usize) -> Vec<Result<BTreeSet<usize>>> {
    let threads = if cfg!(target_family = "wasm") {
        1
    } else {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        cores.min(bytes / BYTES_PER_THREAD).max(1)
    };
    if threads == 1 {
        return vec![check_all(bodies)];
    }
    let share = bytes.div_ceil(threads);
    let mut parts = Vec::with_capacity(threads);
    let (mut from, mut size) = (bodies.len(), 0);
    // From the end, where `split_off` moves no more than the part.
    while let Some(last) = from.checked_sub(1) {
        from = last;
        size += bodies[last].code.as_bytes().len();
        if size >= share {
            parts.push(bodies.split_off(from));
            size = 0;
        }
    }
    std::thread::scope(|scope| {
        let others: Vec<_> =
            parts.into_iter().map(|part| scope.spawn(|| check_all(part))).collect();
        let mut results = vec![check_all(bodies)];
        results.extend(
            others.into_iter().rev().map(|thread| {
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            }),
        );
        results
    })
}

fn check_all(bodies: Vec<Body<'_>>) -> Result<BTreeSet<usize>> {
    let mut allocations = FuncValidatorAllocations::default();
    let mut throwing = BTreeSet::new();
    for Body { func, code, module } in bodies {
        if check(func, &code, &mut allocations)? {
            throwing.insert(module);
        }
    }
    Ok(throwing)
}

/// Validates a body; whether there is a `throw` in it.
fn check(
    func: FuncToValidate<ValidatorResources>,
    body: &FunctionBody<'_>,
    allocations: &mut FuncValidatorAllocations,
) -> Result<bool> {
    let mut validator = func.into_validator(std::mem::take(allocations));
    let mut reader = body.get_binary_reader();
    validator.read_locals(&mut reader)?;
    reader.set_features(features() | WasmFeatures::LEGACY_EXCEPTIONS);
    let mut throws = false;
    let (begin, bytes) = (body.range().start, body.as_bytes());
    while !reader.eof() {
        let offset = reader.original_position();
        // `throw`, `rethrow` and `throw_ref`. Nothing else is wanted of an
        // operator, so it goes to the validator without becoming an `Operator`.
        throws |= usize::try_from(offset - begin)
            .is_ok_and(|at| matches!(bytes.get(at), Some(0x08..=0x0a)));
        reader.visit_operator(&mut validator.visitor(offset))??;
    }
    reader.finish_expression(&validator.visitor(reader.original_position()))?;
    *allocations = validator.into_allocations();
    Ok(throws)
}
