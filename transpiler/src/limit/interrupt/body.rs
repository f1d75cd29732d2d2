//! The code of a function, with what counts in it.

use wasm_encoder::{Encode, InstructionSink, ValType};
use wasmparser::Result;

use super::added::Added;
use super::indices::{Shift, Splice};
use super::scan::{Edit, Scan};
use super::{LOOP_UNITS, UNITS};

/// Bytes of a function body that engines take.
pub(super) const MOST_BYTES: usize = 7_654_321;
/// Units of a function with loops, which may leave turns uncounted.
const LOOPS: i32 = 32;

/// The facts of the module that instrumenting needs.
pub(super) struct Around<'c> {
    /// The code section.
    pub contents: &'c [u8],
    pub shift: Shift,
    pub added: Added,
    /// Units that a call of each defined function takes which does not count by itself; zero for
    /// those that do.
    pub uncounted: &'c [i32],
}

/// Writes a function.
pub(super) fn write(
    scan: &Scan,
    counts: bool,
    around: &Around<'_>,
    out: &mut Vec<u8>,
) -> Result<()> {
    let Around { contents, shift, added, .. } = *around;
    let counter = scan.counter;
    (scan.groups + u32::from(counter.is_some())).encode(out);
    out.extend_from_slice(&contents[scan.locals.clone()]);
    if counter.is_some() {
        1u32.encode(out);
        ValType::I32.encode(out);
    }
    let costs = Costs::new(scan, around);
    let units = scan.units().saturating_add(costs.within(0, usize::MAX));
    let units = units.saturating_add(if scan.has_loops { LOOPS } else { 0 }).min(UNITS);
    if counts && !scan.counts_late {
        added.spend(units, &mut InstructionSink::new(out));
    }
    let mut splice = Splice::new(contents, scan.locals.end);
    for (at, edit) in &scan.edits {
        match edit {
            Edit::Function(_) => splice.index(*at, |index| shift.function(index), out)?,
            Edit::SecondCall => {
                splice.copy(*at, out);
                if counts {
                    added.spend(units, &mut InstructionSink::new(out));
                }
            }
            Edit::Label => splice.index(*at, |depth| depth + 1, out)?,
            Edit::Turn { end, is_leaf } => {
                splice.copy(*at, out);
                let units = scan.turn(*at, *end).saturating_add(costs.within(*at, *end));
                let units = units.min(LOOP_UNITS);
                let mut code = InstructionSink::new(out);
                match counter {
                    Some(counter) if *is_leaf => Added::leaf_turn(units, counter, &mut code),
                    Some(counter) => added.turn(units, counter, &mut code),
                    None => added.spend(units, &mut code),
                }
            }
            Edit::Around { head } => {
                splice.copy(*at, out);
                out.extend_from_slice(&contents[head.clone()]);
                if let Some(counter) = counter {
                    added.turns(counter, &mut InstructionSink::new(out));
                }
            }
            Edit::End => {
                splice.copy(*at, out);
                InstructionSink::new(out).end();
            }
            Edit::Bytes { is64 } => {
                splice.copy(*at, out);
                added.bytes(*is64, &mut InstructionSink::new(out));
            }
        }
    }
    splice.copy(scan.end, out);
    Ok(())
}

/// The units of calls that do not count by themselves, summed up in the order of the code.
struct Costs<'s> {
    scan: &'s Scan,
    sums: Vec<i32>,
}

impl<'s> Costs<'s> {
    fn new(scan: &'s Scan, around: &Around<'_>) -> Self {
        let mut sum = 0i32;
        let mut sums = vec![0];
        for (_, edit) in &scan.edits {
            if let Edit::Function(index) = edit {
                let defined = index.checked_sub(around.shift.imported);
                let cost = defined.and_then(|index| around.uncounted.get(index as usize));
                sum = sum.saturating_add(cost.copied().unwrap_or_default());
            }
            sums.push(sum);
        }
        Self { scan, sums }
    }

    fn within(&self, begin: usize, end: usize) -> i32 {
        let index = |place| self.scan.edits.partition_point(|(at, _)| *at < place);
        self.sums[index(end)] - self.sums[index(begin)]
    }
}
