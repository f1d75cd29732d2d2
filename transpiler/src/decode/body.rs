//! Function bodies of core modules, most of the bytes of a component: validated
//! on all cores of the machine while the rest is read, with the same result as
//! one after the other.

use std::collections::VecDeque;
use std::mem::take;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Scope, ScopedJoinHandle};

use wasmparser::{
    Error, FuncToValidate, FuncValidatorAllocations, FunctionBody, Result, ValidatorResources,
};

use crate::threads;

/// Bytes of code that one thread validates at a time.
const BYTES_PER_PART: usize = 64 * 1024;

/// Bytes of code that wait for other threads, at the most: what is kept for each
/// body is larger than a small body.
const MOST_WAITING: usize = 64 * 1024 * 1024;

/// A function body that is not validated yet.
pub(super) struct Body<'a> {
    pub func: FuncToValidate<ValidatorResources>,
    pub code: FunctionBody<'a>,
}

/// Takes the bodies of a component in their order.
pub(super) struct Bodies<'scope, 'a> {
    queue: &'scope Queue<'a>,
    threads: Vec<ScopedJoinHandle<'scope, ()>>,
    part: Vec<Body<'a>>,
    bytes: usize,
}

impl<'scope, 'a> Bodies<'scope, 'a> {
    /// Starts as many threads as it takes for a component of so many bytes.
    pub(super) fn new(
        queue: &'scope Queue<'a>,
        scope: &'scope Scope<'scope, '_>,
        bytes: usize,
    ) -> Self {
        let work = || {
            while let Some(part) = queue.wait() {
                queue.check(part);
            }
        };
        Self {
            queue,
            threads: (1..threads::count(bytes))
                .map_while(|_| threads::start(scope, work))
                .collect(),
            part: Vec::new(),
            bytes: 0,
        }
    }

    pub(super) fn push(&mut self, body: Body<'a>) {
        // One more: also an empty body waits.
        self.bytes += body.code.as_bytes().len() + 1;
        self.part.push(body);
        if self.bytes >= BYTES_PER_PART {
            let most_waiting = if self.threads.is_empty() { 0 } else { MOST_WAITING };
            self.hand_over(most_waiting);
        }
    }

    /// Validates what is left, and takes no more.
    ///
    /// # Errors
    ///
    /// That of the first body that has one.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.hand_over(0);
        self.queue.close();
        for thread in take(&mut self.threads) {
            threads::join(thread);
        }
        match self.queue.lock().failed.take() {
            Some((_, error)) => Err(error),
            None => Ok(()),
        }
    }

    /// Lets others validate what came; helps them while more than so many bytes wait.
    fn hand_over(&mut self, most_waiting: usize) {
        self.queue.push(take(&mut self.part), take(&mut self.bytes));
        while let Some(part) = self.queue.next(most_waiting) {
            self.queue.check(part);
        }
    }
}

impl Drop for Bodies<'_, '_> {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// Some bodies in a row.
struct Part<'a> {
    number: usize,
    bodies: Vec<Body<'a>>,
    bytes: usize,
}

/// Parts that wait for a thread to validate them.
#[derive(Default)]
pub(super) struct Queue<'a> {
    state: Mutex<State<'a>>,
    changed: Condvar,
}

#[derive(Default)]
struct State<'a> {
    waiting: VecDeque<Part<'a>>,
    /// Bytes of code that wait.
    bytes: usize,
    /// The number of parts so far.
    parts: usize,
    /// The first part that is known to have an error, and that. What comes after does not matter.
    failed: Option<(usize, Error)>,
    closed: bool,
}

impl<'a> State<'a> {
    fn is_after_error(&self, part: usize) -> bool {
        self.failed.as_ref().is_some_and(|(failed, _)| *failed < part)
    }

    fn pop(&mut self) -> Option<Part<'a>> {
        let part = self.waiting.pop_front()?;
        self.bytes -= part.bytes;
        Some(part)
    }
}

impl<'a> Queue<'a> {
    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, bodies: Vec<Body<'a>>, bytes: usize) {
        let mut state = self.lock();
        let number = state.parts;
        state.parts += 1;
        state.bytes += bytes;
        state.waiting.push_back(Part { number, bodies, bytes });
        self.changed.notify_one();
    }

    /// The next part, if more than so many bytes wait.
    fn next(&self, most_waiting: usize) -> Option<Part<'a>> {
        let mut state = self.lock();
        if state.bytes > most_waiting { state.pop() } else { None }
    }

    /// The next part, as soon as there is one; none when there will be none.
    fn wait(&self) -> Option<Part<'a>> {
        let mut state = self.lock();
        loop {
            if let Some(part) = state.pop() {
                return Some(part);
            }
            if state.closed {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn check(&self, part: Part<'a>) {
        if self.lock().is_after_error(part.number) {
            return;
        }
        if let Err(error) = check_all(part.bodies) {
            let mut state = self.lock();
            if !state.is_after_error(part.number) {
                state.failed = Some((part.number, error));
            }
        }
    }
}

fn check_all(bodies: Vec<Body<'_>>) -> Result<()> {
    let mut allocations = FuncValidatorAllocations::default();
    for Body { func, code } in bodies {
        let mut validator = func.into_validator(allocations);
        validator.validate(&code)?;
        allocations = validator.into_allocations();
    }
    Ok(())
}
