//! Work on several cores of the machine, where it is worth a thread.

use std::panic::resume_unwind;
use std::thread::{Builder, Scope, ScopedJoinHandle, available_parallelism, scope};

use crate::error::Result;

/// Bytes of a component below which another thread costs more than it saves.
const BYTES_PER_THREAD: usize = 512 * 1024;

/// The number of threads for a component of so many bytes, this one included.
pub(crate) fn count(bytes: usize) -> usize {
    match bytes / BYTES_PER_THREAD {
        0 | 1 => 1,
        worth => worth.min(available_parallelism().map_or(1, usize::from)),
    }
}

/// Starts a thread, unless there is none to be had.
pub(crate) fn start<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Option<ScopedJoinHandle<'scope, T>> {
    if cfg!(target_family = "wasm") {
        return None;
    }
    Builder::new().spawn_scoped(scope, work).ok()
}

/// The result of a thread's work; a panic goes on here.
pub(crate) fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// Does two things for a component of so many bytes, at the same time if that is worth it;
/// otherwise the second is not begun when the first fails.
pub(crate) fn both<A, B: Send>(
    bytes: usize,
    here: impl FnOnce() -> Result<A>,
    there: impl Fn() -> B + Sync,
) -> Result<(A, B)> {
    scope(|scope| {
        let thread = if count(bytes) > 1 { start(scope, &there) } else { None };
        let here = here()?;
        Ok((here, thread.map_or_else(&there, join)))
    })
}
