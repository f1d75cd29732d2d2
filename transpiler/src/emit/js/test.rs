use swc_common::sync::Lrc;
use swc_common::{EqIgnoreSpan, FileName, SourceMap};
use swc_ecma_parser::{EsSyntax, Parser, StringInput, Syntax};
use swc_ecma_visit::{VisitMut, VisitMutWith};

use super::super::names::{Name, Names};
use super::super::print::print;
use super::*;

/// The meaning of a tree: neither parentheses, nor the spelling of literals, nor
/// how a name came to stand where it does.
struct Meaning;

impl VisitMut for Meaning {
    fn visit_mut_expr(&mut self, expr: &mut Expr) {
        while let Expr::Paren(inner) = expr {
            *expr = std::mem::take(&mut *inner.expr);
        }
        expr.visit_mut_children_with(self);
    }

    fn visit_mut_new_expr(&mut self, new: &mut ast::NewExpr) {
        new.args.get_or_insert_default();
        new.visit_mut_children_with(self);
    }

    fn visit_mut_str(&mut self, str: &mut ast::Str) {
        str.raw = None;
    }

    fn visit_mut_number(&mut self, number: &mut ast::Number) {
        number.raw = None;
    }

    fn visit_mut_big_int(&mut self, number: &mut ast::BigInt) {
        number.raw = None;
    }
}

fn parse(text: &str) -> Result<Vec<ModuleItem>, String> {
    let map: Lrc<SourceMap> = Lrc::default();
    let file = map.new_source_file(FileName::Anon.into(), text.to_owned());
    let syntax = Syntax::Es(EsSyntax::default());
    let mut parser = Parser::new(syntax, StringInput::from(&*file), None);
    let module = parser.parse_module();
    let errors = parser.take_errors();
    match module {
        Ok(module) if errors.is_empty() => Ok(module.body),
        Ok(_) => Err(format!("{errors:?}")),
        Err(error) => Err(format!("{error:?}")),
    }
}

/// Prints `items` both ways and parses them back; they must mean the same.
#[track_caller]
fn round_trip(items: &[ModuleItem]) {
    for minify in [false, true] {
        let text = print(items.to_vec(), minify);
        let mut parsed = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        parsed.visit_mut_with(&mut Meaning);
        let mut meant = items.to_vec();
        meant.visit_mut_with(&mut Meaning);
        assert_eq!(parsed.len(), meant.len(), "{text}");
        for (parsed, meant) in parsed.iter().zip(&meant) {
            if !parsed.eq_ignore_span(meant) {
                let text = print(vec![meant.clone()], minify);
                panic!("{text}\nmeant {meant:#?}\nparsed {parsed:#?}");
            }
        }
    }
}

fn name(text: &str) -> Name {
    Name::of_helper(text)
}

fn x() -> Expr {
    id(&name("x"))
}

fn y() -> Expr {
    id(&name("y"))
}

/// An expression, and whether it has `await` or `yield` of the function around it.
type Shape = (Expr, bool);

fn shapes() -> Vec<Shape> {
    let plain = [
        x(),
        this(),
        null(),
        undefined(),
        bool(true),
        num(1),
        num(-1),
        num(1.5),
        num(1e21),
        num(-0.0),
        num(f64::NAN),
        num(f64::NEG_INFINITY),
        bigint(7),
        bigint(-7),
        str("s"),
        str("use strict"),
        array(vec![]),
        array(vec![x(), spread(y())]),
        object(vec![("a", x())]),
        object(vec![("x", x()), ("b-c", y()), ("__proto__", x())]),
        object_of(vec![]),
        object_of(vec![
            method("a", [&name("x")], vec![ret(x())]),
            getter("b-c", vec![ret(None)]),
            setter("d", name("x"), vec![]),
            prop_spread(x()),
            method_with(FnKind::AsyncGenerator, Key::computed(x()), (), vec![]),
        ]),
        function((), vec![]),
        function_with(FnKind::Async, Some(&name("f")), [&name("x")], vec![]),
        function_with(FnKind::Generator, None, [rest(&name("x"))], vec![]),
        class(None, None, vec![]),
        class(Some(&name("C")), Some(x()), vec![]),
        import_meta(),
        new_target(),
        import_call(x()),
    ];
    plain.into_iter().map(|expr| (expr, false)).collect()
}

/// Something around an expression, and whether that is the inside of another function.
type Context = (fn(Expr) -> Expr, bool);

fn contexts() -> Vec<Context> {
    let mut all: Vec<Context> = vec![
        (|e| array(vec![e]), false),
        (|e| array(vec![x(), spread(e)]), false),
        (|e| object(vec![("a", e)]), false),
        (|e| object_of(vec![prop(Key::computed(e), x())]), false),
        (|e| object_of(vec![prop_spread(e)]), false),
        (|e| member(e, "a"), false),
        (|e| member(e, "a-b"), false),
        (|e| index(e, x()), false),
        (|e| index(x(), e), false),
        (|e| call(e, vec![]), false),
        (|e| call(x(), vec![e]), false),
        (|e| call(x(), vec![y(), spread(e)]), false),
        (|e| call_method(e, "a", vec![]), false),
        (|e| new(e, vec![]), false),
        (|e| new(x(), vec![e]), false),
        (|e| new(member(e, "a"), vec![]), false),
        (|e| import_call(e), false),
        (|e| opt_member(e, "a"), false),
        (|e| opt_index(e, x()), false),
        (|e| opt_index(x(), e), false),
        (|e| opt_call(e, vec![]), false),
        (|e| opt_call(x(), vec![e]), false),
        (|e| chain_member(opt_member(e, "a"), "b"), false),
        (|e| chain_call(opt_member(e, "a"), vec![x()]), false),
        (not, false),
        (neg, false),
        (plus, false),
        (bitnot, false),
        (typeof_, false),
        (void, false),
        (|e| delete(member(e, "a")), false),
        (|e| inc(member(e, "a")), false),
        (|e| dec(index(x(), e)), false),
        (|e| cond(e, x(), y()), false),
        (|e| cond(x(), e, y()), false),
        (|e| cond(x(), y(), e), false),
        (|e| assign(x(), e), false),
        (|e| assign(member(e, "a"), x()), false),
        (|e| add_assign(index(x(), y()), e), false),
        (|e| nullish_assign(x(), e), false),
        (|e| assign_pat(array_pat([&name("x"), &name("y")]), e), false),
        (|e| assign_pat(object_pat(vec![("a", &name("x"))]), e), false),
        (|e| seq(vec![e, x()]), false),
        (|e| seq(vec![x(), e]), false),
        (|e| arrow((), e), true),
        (|e| arrow([&name("x"), &name("y")], vec![ret(e)]), true),
        (|e| arrow([default_pat(name("x"), e)], x()), true),
        (|e| async_arrow([&name("x")], e), true),
        (|e| function((), vec![expr_stmt(e)]), true),
        (|e| class(None, Some(e), vec![]), true),
        (|e| class(None, None, vec![field(Key::computed(x()), Some(e))]), true),
        (|e| class(None, None, vec![static_block(vec![expr_stmt(e)])]), true),
    ];
    macro_rules! both_sides {
        ($($op:ident)*) => {$(
            all.push((|e| bin(BinaryOp::$op, e, x()), false));
            all.push((|e| bin(BinaryOp::$op, x(), e), false));
        )*};
    }
    both_sides! {
        EqEq NotEq EqEqEq NotEqEq Lt LtEq Gt GtEq LShift RShift ZeroFillRShift Add Sub Mul Div Mod
        BitOr BitXor BitAnd LogicalOr LogicalAnd In InstanceOf Exp NullishCoalescing
    }
    all
}

/// Contexts that are an `await` or a `yield` themselves.
fn suspensions() -> Vec<fn(Expr) -> Expr> {
    vec![await_, |e| yield_(Some(e)), |_| yield_(None), yield_all]
}

fn nested(shapes: &[Shape]) -> Vec<Shape> {
    let mut all = Vec::new();
    for (expr, suspends) in shapes {
        for (context, is_function) in contexts() {
            if !(is_function && *suspends) {
                all.push((context(expr.clone()), *suspends));
            }
        }
        all.extend(suspensions().into_iter().map(|context| (context(expr.clone()), true)));
    }
    all
}

/// Every statement and position that an expression can stand in.
fn positions(expr: &Expr) -> Vec<Stmt> {
    let e = || expr.clone();
    let v = name("v");
    let stmts = vec![
        expr_stmt(e()),
        const_(&v, e()),
        let_(&v, Some(e())),
        const_(array_pat([default_pat(&v, e())]), x()),
        ret(e()),
        throw(e()),
        if_(e(), vec![brk()], Some(vec![if_(e(), vec![], None)])),
        for_loop(Some(expr_stmt(e())), Some(e()), Some(e()), vec![]),
        for_loop(
            Some(lets(vec![(&v, Some(e())), (&name("w"), Some(e()))])),
            None,
            None,
            vec![cont()],
        ),
        for_of(&v, e(), vec![]),
        for_await_of(object_pat(vec![("v", &v)]), e(), vec![]),
        while_(e(), vec![]),
        do_while(vec![], e()),
        switch(e(), vec![(Some(e()), vec![brk()]), (None, vec![expr_stmt(e())])]),
        class_decl(&v, Some(x()), vec![static_method(Key::computed(x()), (), vec![])]),
    ];
    // A block each, so that names may repeat, and a loop for `break`.
    stmts.into_iter().map(|stmt| while_(x(), vec![stmt])).collect()
}

/// `async function* f() { stmts }`
fn inside(stmts: Vec<Stmt>) -> ModuleItem {
    item(fn_decl_with(FnKind::AsyncGenerator, &name("f"), (), stmts))
}

#[test]
fn every_shape_in_every_position() {
    let mut all = shapes();
    all.extend(nested(&[(x(), false)]));
    for (expr, _) in all {
        round_trip(&[inside(positions(&expr))]);
    }
}

#[test]
fn every_shape_in_every_context_in_every_context() {
    for shape in shapes() {
        let once = nested(&[shape]);
        for shapes in once.chunks(16) {
            let twice = nested(shapes);
            let items: Vec<_> =
                twice.into_iter().map(|(expr, _)| inside(vec![expr_stmt(expr)])).collect();
            round_trip(&items);
        }
    }
}

#[test]
fn three_contexts_around_a_name() {
    // Every seventh, which meets each pair of contexts with some third.
    let twice: Vec<Shape> = nested(&nested(&[(x(), false)])).into_iter().step_by(7).collect();
    for shapes in twice.chunks(64) {
        let thrice = nested(shapes);
        let stmts = thrice.into_iter().map(|(expr, _)| expr_stmt(expr)).collect();
        round_trip(&[inside(stmts)]);
    }
}

#[test]
fn exports_of_every_shape() {
    let mut all = shapes();
    all.extend(nested(&[(function((), vec![]), false), (object_of(vec![]), false)]));
    for (expr, suspends) in all {
        let has_target = expr.eq_ignore_span(&new_target());
        if !suspends && !has_target {
            round_trip(&[export_default(expr)]);
        }
    }
}

#[test]
fn module_items() {
    let (a, b) = (name("a"), name("b"));
    round_trip(&[
        import_side_effect("./x.js"),
        import_ns(&a, "wasi:cli/run@0.2.0"),
        import_default(&b, "</script>\u{2028}\"'"),
        import_named(vec![("c", name("c")), ("d-e", name("d")), ("default", name("e"))], "./y.js"),
        export_decl(const_(name("g"), num(1))),
        export_decl(fn_decl(&name("h"), [&a, &b], vec![])),
        export_decl(class_decl(&name("i"), None, vec![])),
        export_named(vec![(a.clone(), "a"), (b.clone(), "odd name"), (name("c"), "default")]),
        item(label(&name("l"), while_(x(), vec![brk_to(&name("l")), cont_to(&name("l"))]))),
        item(try_catch(vec![throw(x())], Some(&name("e")), vec![], Some(vec![empty()]))),
        item(try_catch(vec![], None, vec![], None)),
        item(try_finally(vec![], vec![])),
        item(const_(sparse_array_pat(vec![None, Some(pat(&name("j")))]), x())),
        item(consts(vec![(&name("k"), x()), (&name("m"), y())])),
        item(switch(x(), vec![(Some(num(1)), vec![const_(name("n"), x())])])),
    ]);
}

#[test]
fn class_members() {
    let members = vec![
        private_field("handle", None),
        field("own", Some(seq(vec![x(), y()]))),
        static_field("prototype", Some(num(1))),
        constructor([&name("x")], vec![expr_stmt(super_call(vec![x()]))]),
        class_method("constructor", (), vec![ret(private_member(this(), "handle"))]),
        class_method(
            "odd name",
            (),
            vec![expr_stmt(assign(private_member(this(), "handle"), x()))],
        ),
        class_method(Key::computed(member(ident_str("Symbol"), "dispose")), (), vec![]),
        class_method_with(
            FnKind::Async,
            true,
            "prototype",
            (),
            vec![ret(private_in("handle", x()))],
        ),
        class_method(Key::private("secret"), (), vec![ret(call(super_member("a-b"), vec![]))]),
        class_getter("__proto__", vec![ret(super_member("a"))]),
        static_getter("get", vec![]),
        static_block(vec![expr_stmt(inc(member(this(), "count")))]),
    ];
    round_trip(&[item(class_decl(&name("C"), Some(x()), members))]);
}

#[test]
fn hostile_keys_are_own_properties() {
    let hostile = [
        "",
        "__proto__",
        "constructor",
        "a b",
        "1",
        "-1",
        "\"",
        "'",
        "\\",
        "\0",
        "\u{2028}",
        "é",
        "</script>",
        "class",
        "a\nb",
    ];
    let object = object(hostile.iter().map(|key| (*key, member(x(), key))).collect());
    round_trip(&[item(const_(name("o"), object.clone()))]);
    let text = print(vec![item(const_(name("o"), object))], false);
    assert!(text.contains("[\"__proto__\"]: x.__proto__"), "{text}");
    assert!(text.contains("class: x.class"), "{text}");
    assert!(!text.contains("</script"), "{text}");
    assert!(text.is_ascii(), "{text}");
    round_trip(&[export_named(hostile.iter().map(|key| (name("x"), *key)).collect())]);
}

#[test]
fn numbers_and_strings_keep_their_value() {
    let numbers = [
        0.0,
        1.0,
        0.1,
        1e-7,
        5e-324,
        f64::MAX,
        9_007_199_254_740_993.0,
        4_294_967_295.0,
        1e21,
        123_456_789e12,
    ];
    let strings = [
        "",
        "\u{7f}",
        "\r\n\t\u{b}\u{c}\u{8}",
        "\0",
        "\u{0}1",
        "\u{feff}",
        "\u{2028}\u{2029}",
        "😀",
        "${x}`",
        "\u{1}\u{1f}",
        "<!-- --> ]]> </SCRIPT >",
    ];
    let mut items: Vec<Stmt> = numbers
        .into_iter()
        .flat_map(|value| [expr_stmt(num(value)), expr_stmt(num(-value))])
        .collect();
    items.extend(strings.into_iter().map(|value| ret(str(value))));
    items.extend([u128::from(u64::MAX), u128::MAX, 0].map(|value| expr_stmt(bigint(value))));
    items.extend([i128::MIN, -1].map(|value| expr_stmt(bigint(value))));
    items.push(ret(str_utf16(&[0xd800, 0x61, 0xdc00, 0xd83d, 0xde00])));
    round_trip(&[inside(items)]);
}

#[test]
fn every_byte_in_a_string() {
    let text: String = (0..=0xff_u8).map(char::from).collect();
    let pairs: String = (0..=0x7f_u8).flat_map(|a| ['\0', '\\', char::from(a), '7']).collect();
    round_trip(&[inside(vec![ret(str(&text)), ret(str(&pairs)), expr_stmt(member(x(), &text))])]);
}

#[test]
fn text_is_what_one_would_write() {
    let mut names = Names::new(false);
    let (view, ptr, len) = (names.fresh("view"), names.fresh("ptr"), names.fresh("len"));
    // `view.setUint32(ptr + 4, len, true);`
    let set =
        call_method(id(&view), "setUint32", vec![add(id(&ptr), num(4)), id(&len), bool(true)]);
    let stmt = fn_decl(
        &names.fresh("store"),
        [&view, &ptr, &len],
        vec![
            if_(
                ne(bitand(id(&ptr), num(3)), num(0)),
                vec![throw(new(ident_str("Error"), vec![str("it's")]))],
                None,
            ),
            expr_stmt(set),
            ret(mul(add(id(&ptr), num(1)), neg(num(-2)))),
        ],
    );
    let expected = "\
function store(view, ptr, len) {
  if ((ptr & 3) !== 0) throw new Error(\"it's\");
  view.setUint32(ptr + 4, len, true);
  return (ptr + 1) * - -2;
}
";
    assert_eq!(print(vec![item(stmt.clone())], false), expected);
    let minified = "function store(view,ptr,len){if((ptr&3)!==0)throw new Error(\"it's\");view.setUint32(ptr+4,len,true);return(ptr+1)*- -2}\n";
    assert_eq!(print(vec![item(stmt)], true), minified);
}

#[test]
fn a_spread_out_of_place_is_its_operand() {
    assert_eq!(print(vec![item(expr_stmt(spread(x())))], true), "(x);\n");
    assert_eq!(print(vec![item(ret(add(spread(x()), y())))], true), "return(x)+y;\n");
}
