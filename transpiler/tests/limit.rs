//! Core modules that options bound: each valid one gives a valid one.

use std::fs;
use std::path::Path;

use wasmparser::{Validator, WasmFeatures};
use windlass::{Options, transpile};

/// The core modules that come of a component, which are valid.
fn cores(component: &[u8], options: &Options) -> Vec<Vec<u8>> {
    let output = transpile(component, options).expect("a component that is transpiled");
    let cores: Vec<Vec<u8>> = output
        .files
        .into_iter()
        .filter(|file| file.name.contains(".core"))
        .map(|file| file.contents.into_owned())
        .collect();
    for core in &cores {
        let mut validator = Validator::new_with_features(WasmFeatures::all());
        if let Err(error) = validator.validate_all(core) {
            panic!("{error}");
        }
    }
    cores
}

fn interruptible() -> Options {
    Options { interruptible: true, instantiate_only: true, ..Options::default() }
}

/// A component that instantiates a core module of this text.
fn component(module: &str) -> Vec<u8> {
    let text = format!("(component (core module $m {module}) (core instance (instantiate $m)))");
    wat::parse_str(text).expect("text of a component")
}

/// Modules with everything that has function indices, labels or lengths in it.
const MODULES: &[(&str, &str)] = &[
    ("no code", "(memory 1)"),
    ("start", "(func $a) (start $a)"),
    ("exports", r#"(func $a) (func (export "f")) (export "g" (func $a)) (memory (export "m") 1)"#),
    (
        "segments",
        "(func $a) (func $b (call $a)) (table 4 funcref) (elem (i32.const 0) $a $b)
         (elem (table 0) (i32.const 2) funcref (ref.func $b) (ref.null func))
         (elem func $b $a) (elem declare func $a)",
    ),
    (
        "references",
        "(func $a) (table 2 (ref func) (ref.func $a)) (global funcref (ref.func $a))
         (func (result funcref) (ref.func $a))",
    ),
    (
        "tail calls",
        "(type $t (func (param i32) (result i32))) (table 1 funcref)
         (func $a (type $t) (return_call $a (local.get 0)))
         (func (type $t) (return_call_indirect (type $t) (local.get 0) (i32.const 0)))
         (func (param (ref $t)) (result i32) (return_call_ref $t (i32.const 0) (local.get 0)))",
    ),
    (
        "exceptions",
        "(tag $e (param i32))
         (func (result i32)
           (loop $l (result i32)
             (block $h (result i32)
               (try_table (catch $e $h) (catch_all $l) (throw $e (i32.const 1)))
               (br $l))))",
    ),
    (
        "exceptions of old",
        "(tag $e)
         (func loop $l try try throw $e delegate 0 catch_all br $l end end)",
    ),
    (
        "labels",
        "(func (param i32) (result i32) (local i64)
           (block $out (result i32)
             (loop $l (result i32)
               (block $in
                 (br_table $in $l $in (local.get 0)))
               (br_if $l (local.get 0))
               (drop (br_if $out (i32.const 1) (local.get 0)))
               (if (local.get 0) (then (br $l)) (else (return (i32.const 3))))
               (i32.const 2))))
         (func (param i32) (result i32)
           (block $out (result i32)
             (block $mid (result i32)
               (i32.const 1)
               (loop $l (param i32) (result i32)
                 (br_table $mid $out $l (local.get 0))))))",
    ),
    (
        "loops in loops",
        "(func (param i32)
           (loop $a (loop $b (loop $c (br_if $a (local.get 0)) (br_if $c (local.get 0))) (br $b))))
         (func (param externref)
           (loop $l (block $n (br_on_null $n (local.get 0)) (drop) (br $l))))",
    ),
    ("unreachable", "(func (unreachable) (loop (result i32) (br 0)) (drop))"),
    (
        "bulk",
        "(memory 1) (memory i64 1) (data \"x\") (table $t 1 funcref) (table i64 1 externref)
         (elem $e func)
         (func
           (memory.fill 0 (i32.const 0) (i32.const 0) (i32.const 9))
           (memory.fill 1 (i64.const 0) (i32.const 0) (i64.const 9))
           (memory.copy 0 1 (i32.const 0) (i64.const 0) (i32.const 9))
           (memory.copy 1 1 (i64.const 0) (i64.const 0) (i64.const 9))
           (memory.init 1 0 (i64.const 0) (i32.const 0) (i32.const 0))
           (drop (memory.grow 0 (i32.const 1))) (drop (memory.grow 1 (i64.const 1)))
           (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 0))
           (table.fill 1 (i64.const 0) (ref.null extern) (i64.const 1))
           (drop (table.grow 1 (ref.null extern) (i64.const 1)))
           (table.copy (i32.const 0) (i32.const 0) (i32.const 0)))",
    ),
    (
        "garbage collection",
        "(type $a (array (mut i32))) (rec (type $f (func)) (type $s (struct (field (ref null $f)))))
         (func $g (type $f)) (elem declare func $g)
         (func (param (ref $a) anyref) (result (ref $s))
           (drop (array.new $a (i32.const 0) (i32.const 9)))
           (array.fill $a (local.get 0) (i32.const 0) (i32.const 0) (i32.const 1))
           (array.copy $a $a (local.get 0) (i32.const 0) (local.get 0) (i32.const 0) (i32.const 1))
           (loop $l
             (block $b (result anyref)
               (br_on_cast $b anyref (ref $a) (local.get 1)) (drop) (br $l))
             (drop))
           (struct.new $s (ref.func $g)))",
    ),
    (
        "vectors and threads",
        "(memory 1 1 shared)
         (func (result v128)
           (loop $l (br_if $l (i32.atomic.rmw.add (i32.const 0) (i32.const 1))))
           (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
             (v128.const i64x2 0 0) (v128.load (i32.const 0))))",
    ),
    (
        "hints",
        "(func $named (param $p i32) (local $l i32)
           (@metadata.code.branch_hint \"\\00\") (if (local.get $p) (then (nop))))
         (@custom \".debug_info\" \"x\") (@custom \"mine\" \"y\")",
    ),
];

#[test]
fn every_module_stays_valid() {
    for (name, module) in MODULES {
        let component = component(module);
        for core in cores(&component, &interruptible()) {
            let has_check = core.windows(5).any(|window| window == b"check");
            assert_eq!(has_check, *name != "no code", "{name}");
        }
    }
}

#[test]
fn a_module_without_bounds_is_the_one_of_the_component() {
    let options = Options { instantiate_only: true, ..Options::default() };
    for (_, module) in MODULES {
        let component = component(module);
        for core in cores(&component, &options) {
            assert!(component.windows(core.len()).any(|window| window == core));
        }
    }
}

#[test]
fn custom_sections_about_places_in_code_go() {
    let (_, module) = MODULES.iter().find(|(name, _)| *name == "hints").expect("it is there");
    let cores = cores(&component(module), &interruptible());
    let has = |text: &str| cores[0].windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("mine") && has("named"));
    assert!(!has(".debug_info") && !has("branch_hint"));
}

#[test]
fn the_import_has_a_name_of_its_own() {
    let text = r#"(component
        (core module $host (func (export "check")))
        (core instance $host (instantiate $host))
        (core module $m
          (import "windlass" "check" (func))
          (import "windlass_" "check" (func))
          (func (export "f") (call 0) (call 1) (call 2)))
        (core instance (instantiate $m
          (with "windlass" (instance $host)) (with "windlass_" (instance $host)))))"#;
    let component = wat::parse_str(text).expect("text of a component");
    let cores = cores(&component, &interruptible());
    assert!(cores[1].windows(10).any(|window| window == b"windlass__"));
}

/// Local variables up to the last one that engines take.
#[test]
fn a_function_with_all_variables_counts_without_one() {
    for variables in [49_998, 49_999, 50_000] {
        let locals = "i32 ".repeat(variables);
        let module = format!("(func (local {locals}) (loop (br 0)) (loop (call 0) (br 0)))");
        cores(&component(&module), &interruptible());
    }
}

#[test]
fn what_waits_on_memory_is_refused() {
    let module = "(memory 1 1 shared)
        (func (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))";
    let error = transpile(&component(module), &interruptible()).expect_err("it is refused");
    assert!(error.to_string().starts_with("error[unsupported]: `m` cannot be interrupted"));
}

#[test]
fn fixtures_stay_valid() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    let mut count = 0;
    for folder in fs::read_dir(fixtures).expect("the fixtures") {
        let folder = folder.expect("a fixture").path();
        let Ok(text) = fs::read_to_string(folder.join("component.wat")) else { continue };
        let Ok(component) = wat::parse_str(text) else { continue };
        if transpile(&component, &Options { instantiate_only: true, ..Options::default() }).is_ok()
        {
            cores(&component, &interruptible());
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}
