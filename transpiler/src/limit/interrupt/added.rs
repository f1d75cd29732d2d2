//! The import, the global and the functions that an instrumented module gets.

use wasm_encoder::{
    BlockType, ConstExpr, Encode, EntityType, Function, GlobalType, InstructionSink, ValType,
};
use wasmparser::Result;

use super::super::sections::{Id, Sections, append};
use super::spaces::{Spaces, count};
use super::{CHECK, LOOP_UNITS, MOVED_BYTES_LOG2, UNITS};

/// Indices of what is added.
#[derive(Clone, Copy)]
pub(super) struct Added {
    check: u32,
    global: u32,
    first_type: u32,
    first_function: u32,
}

/// The functions, from [`Added::first_function`] on, each with its type, from
/// [`Added::first_type`] on.
const FUNCTIONS: [(Helper, u32); 4] =
    [(Helper::Tick, 0), (Helper::Turns, 0), (Helper::Bytes32, 1), (Helper::Bytes64, 2)];

#[derive(Clone, Copy)]
enum Helper {
    /// `() -> ()`: looks at the clock and begins to count anew.
    Tick,
    /// `() -> ()`: takes the turns of a loop off.
    Turns,
    /// `(n: i32) -> i32`: takes the units of `n` bytes off, and gives `n`.
    Bytes32,
    /// The same for `i64`.
    Bytes64,
}

impl Added {
    pub(super) fn new(spaces: &Spaces) -> Self {
        Self {
            check: spaces.imported_functions,
            global: spaces.globals,
            first_type: spaces.types,
            first_function: spaces.imported_functions + 1 + count(spaces.defined.len()),
        }
    }

    fn function(self, helper: Helper) -> u32 {
        self.first_function + helper as u32
    }

    /// Takes units off the global, and looks at the clock where none is left.
    pub(super) fn spend(self, units: i32, code: &mut InstructionSink<'_>) {
        code.global_get(self.global).i32_const(units).i32_sub();
        self.spent(code);
    }

    /// Sets the global to what is on the stack.
    fn spent(self, code: &mut InstructionSink<'_>) {
        code.global_set(self.global).global_get(self.global).i32_const(0).i32_lt_s();
        code.if_(BlockType::Empty).call(self.function(Helper::Tick)).end();
    }

    /// Counts a turn of a loop in a local variable.
    pub(super) fn turn(self, units: i32, local: u32, code: &mut InstructionSink<'_>) {
        code.local_get(local).i32_const(units).i32_add().local_tee(local);
        code.i32_const(LOOP_UNITS).i32_ge_s().if_(BlockType::Empty);
        code.i32_const(0).local_set(local).call(self.function(Helper::Turns)).end();
    }

    /// The same in a loop that [`Self::turns`] is around of.
    pub(super) fn leaf_turn(units: i32, local: u32, code: &mut InstructionSink<'_>) {
        code.local_get(local).i32_const(units).i32_add().local_tee(local);
        code.i32_const(LOOP_UNITS).i32_ge_s().br_if(1);
    }

    /// Takes the turns of the loop inside off, where they are enough.
    pub(super) fn turns(self, local: u32, code: &mut InstructionSink<'_>) {
        code.local_get(local).i32_const(LOOP_UNITS).i32_ge_s().if_(BlockType::Empty);
        code.i32_const(0).local_set(local).call(self.function(Helper::Turns)).end();
    }

    /// Counts the bytes whose number is on the stack.
    pub(super) fn bytes(self, is64: bool, code: &mut InstructionSink<'_>) {
        code.call(self.function(if is64 { Helper::Bytes64 } else { Helper::Bytes32 }));
    }

    /// Adds all to the sections.
    pub(super) fn declare(
        self,
        sections: &mut Sections<'_>,
        spaces: &Spaces,
        module: &str,
    ) -> Result<()> {
        debug_assert_eq!(self.first_type, spaces.types, "of the same module");
        let mut types = Vec::new();
        for ty in [&[][..], &[ValType::I32], &[ValType::I64]] {
            types.push(0x60);
            ty.encode(&mut types);
            ty.encode(&mut types);
        }
        let mut import = Vec::new();
        module.encode(&mut import);
        CHECK.encode(&mut import);
        EntityType::Function(self.first_type).encode(&mut import);
        let mut global = Vec::new();
        let ty = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        ty.encode(&mut global);
        ConstExpr::i32_const(UNITS).encode(&mut global);
        let (mut functions, mut code) = (Vec::new(), Vec::new());
        for (helper, ty) in FUNCTIONS {
            (self.first_type + ty).encode(&mut functions);
            self.body(helper).encode(&mut code);
        }
        let helpers = count(FUNCTIONS.len());
        for (id, count, items) in [
            (Id::Type, 3, types),
            (Id::Import, 1, import),
            (Id::Function, helpers, functions),
            (Id::Global, 1, global),
            (Id::Code, helpers, code),
        ] {
            let contents = append(sections.get(id), count, &items)?;
            sections.set(id, contents);
        }
        Ok(())
    }

    fn body(self, helper: Helper) -> Function {
        let mut function = Function::new([]);
        let mut code = function.instructions();
        match helper {
            Helper::Tick => {
                code.i32_const(UNITS).global_set(self.global).call(self.check);
            }
            Helper::Turns => self.spend(LOOP_UNITS, &mut code),
            Helper::Bytes32 => {
                code.global_get(self.global);
                code.local_get(0).i32_const(MOVED_BYTES_LOG2).i32_shr_u().i32_sub();
                self.spent(&mut code);
                code.local_get(0);
            }
            Helper::Bytes64 => {
                code.global_get(self.global);
                code.local_get(0).i64_const(MOVED_BYTES_LOG2.into()).i64_shr_u().i32_wrap_i64();
                code.i32_const(i32::MAX).i32_and().i32_sub();
                self.spent(&mut code);
                code.local_get(0);
            }
        }
        code.end();
        function
    }
}
