//! The results of decoding. Validation of function bodies on several threads does not show in them.

use wasm_encoder::{
    CodeSection, Component, Function, FunctionSection, Instruction, Module, ModuleSection,
    RawSection, TypeSection,
};
use windlass::Error;
use windlass::decode::{Decoded, decode};

/// Enough for several threads, each with several parts. A `nop` is a byte.
const FUNCTIONS: usize = 60;
const NOPS: usize = 40_000;

/// A core module with large functions, some of which are wrong.
fn module(wrong: &[usize]) -> Module {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for index in 0..FUNCTIONS {
        functions.function(0);
        let mut function = Function::new([]);
        function.raw(vec![1; NOPS]);
        if wrong.contains(&index) {
            function.instruction(&Instruction::Drop);
        } else {
            function.instruction(&Instruction::Nop);
        }
        function.instruction(&Instruction::End);
        code.function(&function);
    }
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&code);
    module
}

fn component(modules: &[Module]) -> Component {
    let mut component = Component::new();
    for module in modules {
        component.section(&ModuleSection(module));
    }
    component
}

fn refused(result: Result<Decoded<'_>, Error>) -> Error {
    match result {
        Ok(_) => panic!("a component that is wrong is not refused"),
        Err(error) => error,
    }
}

#[test]
fn tags_are_known_by_module() {
    let bytes = wat::parse_str(
        r#"(component
            (core module (func (throw $t)) (tag $t))
            (core module (import "" "" (func)) (func))
            (core module (import "" "" (tag))))"#,
    );
    let bytes = bytes.expect("it is text");
    let decoded = decode(&bytes).expect("it is valid");
    let with_tags: Vec<bool> = decoded.modules.iter().map(|module| module.has_tags).collect();
    assert_eq!(with_tags, [true, false, true]);
}

#[test]
fn what_is_valid_is_taken() {
    let bytes = component(&[module(&[]), module(&[])]).finish();
    assert_eq!(decode(&bytes).expect("it is valid").modules.len(), 2);
}

#[test]
fn the_first_error_is_told() {
    let first =
        |wrong: &[usize]| refused(decode(&component(&[module(wrong), module(&[])]).finish()));
    let expected = first(&[7]);
    assert_eq!(expected.code.as_str(), "invalid-component");
    assert_ne!(first(&[8]).offset, expected.offset);
    for wrong in [&[7, 8][..], &[7, 30], &[7, 59], &[7, 8, 9, 10, 30, 31, 58, 59]] {
        assert_eq!(first(wrong), expected, "{wrong:?}");
    }
}

#[test]
fn a_body_comes_before_what_follows_it() {
    let with_garbage = |wrong: &[usize]| {
        let mut component = component(&[module(wrong)]);
        component.section(&RawSection { id: 99, data: &[1, 2, 3] });
        refused(decode(&component.finish()))
    };
    let expected = refused(decode(&component(&[module(&[59])]).finish()));
    assert_eq!(with_garbage(&[59]), expected);
    assert_ne!(with_garbage(&[]), expected);
}

#[test]
fn a_body_without_a_byte_is_refused() {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut code = CodeSection::new();
    code.raw(&[]);
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&code);
    let error = refused(decode(&component(&[module]).finish()));
    assert_eq!(error.code.as_str(), "invalid-component");
}
