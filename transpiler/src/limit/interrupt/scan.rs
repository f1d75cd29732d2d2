//! The changes in the code of a function, and the cost of its calls.

use std::ops::Range;

use wasmparser::{BinaryReader, FunctionBody, Operator, Result};

use super::indices::place;
use super::spaces::Spaces;

/// Local variables that engines take, parameters included.
const MOST_LOCALS: u32 = 50_000;
/// Bytes of code for a unit.
const BYTES_PER_UNIT: usize = 64;
/// Units up to which a call does not count by itself.
const MOST_UNCOUNTED: i32 = 32;

/// A change of the code.
#[derive(Debug)]
pub(super) enum Edit {
    /// The second of two calls, where the function counts instead of at its entry.
    SecondCall,
    /// A function index, which moves.
    Function(u32),
    /// The depth of a label outside a loop that gets another one around it.
    Label,
    /// A turn of the loop that ends at a place. A leaf has no calls or loops in it.
    Turn { end: usize, is_leaf: bool },
    /// A loop with another one around it, whose head is the same.
    Around { head: Range<usize> },
    /// The end of that.
    End,
    /// An instruction that moves as many bytes as the number on the stack says.
    Bytes { is64: bool },
}

/// A function before it is written.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "answers about a function, each its own")]
pub(super) struct Scan {
    /// Groups of local variables.
    pub groups: u32,
    /// Their places.
    pub locals: Range<usize>,
    pub end: usize,
    /// The changes, in order.
    pub edits: Vec<(usize, Edit)>,
    /// The variable that counts the turns of loops.
    pub counter: Option<u32>,
    pub has_loops: bool,
    /// Whether it counts at [`Edit::SecondCall`], if it has two calls. It is short and has no more
    /// calls, no tail calls and no loops. Those that make one call each end with the stack.
    pub counts_late: bool,
    /// Whether it waits on memory, which no look at the time ends.
    pub waits: bool,
    /// Whether all that it does by itself is in its code.
    is_bounded: bool,
}

/// A block that is open.
#[derive(Clone, Copy)]
enum Open {
    Other,
    /// A loop, with its first byte, that after its head, and its edit.
    Loop {
        head: usize,
        begin: usize,
        edit: usize,
    },
}

/// The innermost loop, as long as no call or loop is in it.
struct Leaf {
    /// The number of blocks that are open outside.
    depth: usize,
    /// Places of labels outside.
    labels: Vec<usize>,
}

impl Scan {
    /// Reads a function with so many parameters.
    pub(super) fn new(body: &FunctionBody<'_>, params: u32, spaces: &Spaces) -> Result<Self> {
        let mut locals = body.get_locals_reader()?;
        let groups = locals.get_count();
        let begin = place(locals.original_position());
        let mut variables = params;
        for _ in 0..groups {
            variables = variables.saturating_add(locals.read()?.0);
        }
        let mut scan = Self {
            groups,
            locals: begin..place(locals.original_position()),
            end: place(body.range().end),
            edits: Vec::new(),
            counter: None,
            has_loops: false,
            counts_late: true,
            waits: false,
            is_bounded: true,
        };
        let calls = scan.operators(body, variables < MOST_LOCALS, spaces)?;
        scan.counts_late &= !scan.has_loops && calls.len() <= 2 && scan.units() <= MOST_UNCOUNTED;
        if let [_, second] = *calls
            && scan.counts_late
        {
            scan.edits.push((second, Edit::SecondCall));
        }
        scan.edits.sort_by_key(|(at, _)| *at);
        scan.counter = (scan.has_loops && variables < MOST_LOCALS).then_some(variables);
        Ok(scan)
    }

    /// The units that its code is worth.
    pub(super) fn units(&self) -> i32 {
        units(self.end - self.locals.end)
    }

    /// The units that a turn of a loop is worth.
    pub(super) fn turn(&self, begin: usize, end: usize) -> i32 {
        debug_assert!(end <= self.end, "of this function");
        units(end - begin)
    }

    /// Takes note of all instructions. Gives the places of calls, tail calls apart.
    fn operators(
        &mut self,
        body: &FunctionBody<'_>,
        counts: bool,
        spaces: &Spaces,
    ) -> Result<Vec<usize>> {
        let mut calls = Vec::new();
        let mut open = vec![Open::Other];
        let mut leaf: Option<Leaf> = None;
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            let (operator, offset) = reader.read_with_offset()?;
            let at = place(offset);
            let behind = place(reader.original_position());
            match operator {
                Operator::Loop { .. } => {
                    leaf = counts.then(|| Leaf { depth: open.len(), labels: Vec::new() });
                    open.push(Open::Loop { head: at, begin: behind, edit: self.edits.len() });
                    self.edits.push((behind, Edit::Turn { end: behind, is_leaf: false }));
                    self.has_loops = true;
                    self.is_bounded = false;
                }
                Operator::Block { .. }
                | Operator::If { .. }
                | Operator::Try { .. }
                | Operator::TryTable { .. } => {
                    if matches!(operator, Operator::Try { .. } | Operator::TryTable { .. }) {
                        leaf = None;
                    }
                    open.push(Open::Other);
                }
                Operator::End | Operator::Delegate { .. } => {
                    if let Some(Open::Loop { head, begin, edit }) = open.pop() {
                        let leaf = leaf.take_if(|leaf| leaf.depth == open.len());
                        self.close(head..begin, edit, at..behind, leaf);
                    }
                }
                Operator::Br { relative_depth }
                | Operator::BrIf { relative_depth }
                | Operator::BrOnNull { relative_depth }
                | Operator::BrOnNonNull { relative_depth } => {
                    note_label(&mut leaf, open.len(), relative_depth, at + 1);
                }
                Operator::BrTable { .. } => {
                    let begin = at + 1 - place(body.range().start);
                    let targets = &body.as_bytes()[begin..];
                    note_labels(&mut leaf, open.len(), targets, at + 1)?;
                }
                Operator::Call { function_index } => {
                    leaf = None;
                    calls.push(at);
                    self.edits.push((at + 1, Edit::Function(function_index)));
                    self.is_bounded &= function_index >= spaces.imported_functions;
                }
                Operator::ReturnCall { function_index } => {
                    leaf = None;
                    self.edits.push((at + 1, Edit::Function(function_index)));
                    self.is_bounded = false;
                    self.counts_late = false;
                }
                Operator::MemoryAtomicWait32 { .. } | Operator::MemoryAtomicWait64 { .. } => {
                    self.waits = true;
                }
                Operator::RefFunc { .. } => self.edits.push((at + 1, Edit::Function(u32::MAX))),
                _ => {
                    if matches!(operator, Operator::CallIndirect { .. } | Operator::CallRef { .. })
                    {
                        leaf = None;
                        self.is_bounded = false;
                        calls.push(at);
                    } else if may_run_or_leave(&operator) {
                        leaf = None;
                        self.is_bounded = false;
                        self.counts_late = false;
                    }
                    if let Some(is64) = moves(&operator, spaces) {
                        leaf = None;
                        self.edits.push((at, Edit::Bytes { is64 }));
                    }
                }
            }
        }
        Ok(calls)
    }

    /// Notes the end of a loop. A leaf gets another loop around it.
    fn close(&mut self, head: Range<usize>, edit: usize, end: Range<usize>, leaf: Option<Leaf>) {
        self.edits[edit].1 = Edit::Turn { end: end.start, is_leaf: leaf.is_some() };
        if let Some(Leaf { labels, .. }) = leaf {
            self.edits.push((head.start, Edit::Around { head }));
            self.edits.push((end.end, Edit::End));
            self.edits.extend(labels.into_iter().map(|at| (at, Edit::Label)));
        }
    }
}

/// Notes those labels of a table that are outside the leaf; its count comes first.
fn note_labels(leaf: &mut Option<Leaf>, open: usize, targets: &[u8], begin: usize) -> Result<()> {
    let mut labels = BinaryReader::new(targets, 0);
    for _ in 0..=labels.read_var_u32()? {
        let at = begin + labels.current_position();
        note_label(leaf, open, labels.read_var_u32()?, at);
    }
    Ok(())
}

/// The units that calls of defined functions take, where they need not count by themselves: in
/// all that they can run there are no loops. Zero for the others.
pub(super) fn uncounted(scans: &[Scan], imported: u32) -> Vec<i32> {
    let mut costs: Vec<Option<i32>> = vec![None; scans.len()];
    let mut left: Vec<usize> = (0..scans.len()).filter(|it| scans[*it].is_bounded).collect();
    // Calls are rarely deep where they are bounded so low.
    for _ in 0..MOST_UNCOUNTED {
        let before = left.len();
        left.retain(|function| {
            let scan = &scans[*function];
            let mut sum = scan.units();
            for (_, edit) in &scan.edits {
                let Edit::Function(index) = edit else { continue };
                let Some(callee) = index.checked_sub(imported).filter(|_| *index != u32::MAX)
                else {
                    continue;
                };
                match costs[callee as usize] {
                    Some(cost) => sum = sum.saturating_add(cost),
                    None => return true,
                }
            }
            if sum <= MOST_UNCOUNTED {
                costs[*function] = Some(sum);
            }
            false
        });
        if left.len() == before {
            break;
        }
    }
    costs.into_iter().map(Option::unwrap_or_default).collect()
}

/// Notes a label that is outside the leaf.
fn note_label(leaf: &mut Option<Leaf>, open: usize, depth: u32, at: usize) {
    if let Some(leaf) = leaf
        && open < leaf.depth + 1 + depth as usize
    {
        leaf.labels.push(at);
    }
}

/// The units that so many bytes of code are worth.
fn units(bytes: usize) -> i32 {
    i32::try_from(bytes / BYTES_PER_UNIT).unwrap_or(i32::MAX).saturating_add(1)
}

/// Whether an instruction may run other code and is no simple call, or has labels in a form of its own.
fn may_run_or_leave(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::ReturnCallIndirect { .. }
            | Operator::ReturnCallRef { .. }
            | Operator::BrOnCast { .. }
            | Operator::BrOnCastFail { .. }
            | Operator::BrOnCastDescEq { .. }
            | Operator::BrOnCastDescEqFail { .. }
            | Operator::Catch { .. }
            | Operator::CatchAll
            | Operator::Rethrow { .. }
            | Operator::Resume { .. }
            | Operator::ResumeThrow { .. }
            | Operator::ResumeThrowRef { .. }
            | Operator::Switch { .. }
    )
}

/// Whether an instruction moves as many bytes or elements as its last operand says, and whether
/// that has 64 bits.
fn moves(operator: &Operator<'_>, spaces: &Spaces) -> Option<bool> {
    let memory = |index: u32| spaces.memories.get(index as usize).copied().unwrap_or_default();
    let table = |index: u32| spaces.tables.get(index as usize).copied().unwrap_or_default();
    Some(match *operator {
        Operator::MemoryFill { mem } | Operator::MemoryGrow { mem } => memory(mem),
        Operator::MemoryCopy { dst_mem, src_mem } => memory(dst_mem) && memory(src_mem),
        Operator::TableFill { table: index } | Operator::TableGrow { table: index } => table(index),
        Operator::TableCopy { dst_table, src_table } => table(dst_table) && table(src_table),
        Operator::MemoryInit { .. }
        | Operator::TableInit { .. }
        | Operator::ArrayNew { .. }
        | Operator::ArrayNewDefault { .. }
        | Operator::ArrayNewData { .. }
        | Operator::ArrayNewElem { .. }
        | Operator::ArrayFill { .. }
        | Operator::ArrayCopy { .. }
        | Operator::ArrayInitData { .. }
        | Operator::ArrayInitElem { .. } => false,
        _ => return None,
    })
}
