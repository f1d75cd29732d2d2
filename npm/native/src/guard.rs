//! A panic becomes an error and leaves the next call unharmed.

use std::mem::take;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, Once, PoisonError};

use windlass::{Error, Result};

use crate::data::Failure;

/// The message of the last panic on any thread of the transpiler.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Runs `f`; its error and its panic both become a [`Failure`].
pub(crate) fn run<T>(f: impl FnOnce() -> Result<T, Error>) -> std::result::Result<T, Failure> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        // The standard hook writes to the standard error of somebody else's program.
        panic::set_hook(Box::new(|info| {
            *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
        }));
    });
    // The transpiler is a pure function: nothing outlives the call half done.
    if let Ok(result) = panic::catch_unwind(AssertUnwindSafe(f)) {
        return result.map_err(Failure::from);
    }
    let said = take(&mut *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner));
    Err(Failure::from_panic(&said))
}
