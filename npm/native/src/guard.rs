//! A panic becomes an error and leaves the next call unharmed.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use windlass::{Error, Result};

use crate::data::Failure;

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs `f`; its error and its panic both become a [`Failure`].
pub(crate) fn run<T>(f: impl FnOnce() -> Result<T, Error>) -> std::result::Result<T, Failure> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        // The standard hook writes to the standard error of somebody else's program.
        panic::set_hook(Box::new(|info| {
            LAST_PANIC.with_borrow_mut(|last| *last = info.to_string());
        }));
    });
    // The transpiler is a pure function: nothing outlives the call half done.
    match panic::catch_unwind(AssertUnwindSafe(f)) {
        Ok(result) => result.map_err(Failure::from),
        Err(_) => Err(Failure::from_panic(&LAST_PANIC.take())),
    }
}
