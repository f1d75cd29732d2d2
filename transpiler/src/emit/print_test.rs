#![expect(clippy::unwrap_used, reason = "a test that fails says where")]
use super::super::js;
use super::super::names::Names;
use super::super::runtime::Helper;
use super::*;

#[test]
fn statements_read_like_written_by_hand() {
    let mut names = Names::new(false);
    let (a, b) = (names.fresh("a"), names.fresh("b"));
    let items = vec![js::item(js::fn_decl(
        &names.fresh("f"),
        [&a, &b],
        vec![
            js::if_(js::id(&a), vec![js::ret(js::id(&b))], Some(vec![js::throw(js::id(&b))])),
            js::for_loop(
                Some(js::let_(names.fresh("i"), Some(js::num(0)))),
                None,
                None,
                vec![js::expr_stmt(js::id(&b))],
            ),
            js::while_(js::id(&a), vec![js::brk()]),
            js::do_while(vec![js::cont()], js::id(&a)),
            js::const_(names.fresh("o"), js::object(vec![("a", js::id(&a)), ("x", js::id(&b))])),
            js::switch(
                js::id(&a),
                vec![(Some(js::num(1)), vec![js::brk()]), (None, vec![js::ret(None)])],
            ),
        ],
    ))];
    let expected = "\
function f(a, b) {
  if (a) return b;
  else throw b;
  for(let i = 0;;){
    b;
  }
  while(a){
    break;
  }
  do {
    continue;
  }while (a)
  const o = {
    a,
    x: b
  };
  switch(a){
    case 1:
      break;
    default:
      return;
  }
}
";
    assert_eq!(print(items, false), expected);
}

#[test]
fn doc_comments_stay_comments() {
    let mut names = Names::new(false);
    let mut docs = Docs::new();
    let (f, g, c, d) = (names.fresh("f"), names.fresh("g"), names.fresh("C"), names.fresh("d"));
    let hostile = "ends here */ alert(1)\n\n  </script><!-- \u{2028}x";
    let items = vec![
        docs.item(
            "One line.",
            js::export_decl(js::fn_decl(&f, (), vec![js::const_(&d, js::num(1))])),
        ),
        docs.item(hostile, js::item(js::class_decl(&c, None, vec![]))),
        docs.item("Two\nlines. ", js::item(js::fn_decl(&g, (), vec![]))),
        docs.item("List.", js::export_named(vec![(g, "g")])),
    ];
    let expected = "\
/** One line. */
export function f() {
  const d = 1;
}
/**
 * ends here *\\/ alert(1)
 *
 *   <\\/script><\\!-- \u{2028}x
 */
class C {
}
/**
 * Two
 * lines.
 */
function g() {}
/** List. */
export { g };
";
    assert_eq!(print_with_docs(items.clone(), &docs, false), expected);
    assert_eq!(
        print_with_docs(items, &docs, true),
        "export function f(){const d=1}class C{}function g(){}export{g};\n"
    );
}

#[test]
fn nothing_prints_as_nothing() {
    assert_eq!(print(vec![], false), "");
    assert_eq!(print(vec![], true), "");
}

/// One segment of a source map, decoded: column, and source, line and column there.
type Segment = (i64, Option<[i64; 3]>);

fn decode(map: &str) -> Vec<Vec<Segment>> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mappings = map.split("\"mappings\":\"").nth(1).unwrap().split('"').next().unwrap();
    let mut place = [0_i64; 3];
    let line = |line: &str| {
        let mut column = 0;
        let segments = line.split(',').filter(|segment| !segment.is_empty());
        let decoded = segments.map(|segment| {
            let (mut fields, mut value, mut shift) = (Vec::new(), 0_i64, 0);
            for digit in segment.chars() {
                let digit = i64::try_from(DIGITS.find(digit).unwrap()).unwrap();
                value |= (digit & 31) << shift;
                shift += 5;
                if digit & 32 == 0 {
                    fields.push(if value & 1 == 1 { -(value >> 1) } else { value >> 1 });
                    (value, shift) = (0, 0);
                }
            }
            column += fields[0];
            let source = (fields.len() == 4).then(|| {
                for (place, delta) in place.iter_mut().zip(&fields[1..]) {
                    *place += delta;
                }
                place
            });
            (column, source)
        });
        decoded.collect()
    };
    mappings.split(';').map(line).collect()
}

#[test]
fn source_maps_lead_to_runtime_files() {
    for minify in [false, true] {
        let mut runtime = Runtime::new(minify);
        for helper in Helper::ALL {
            runtime.import(*helper);
        }
        let items = vec![js::item(js::expr_stmt(js::undefined()))];
        let (text, map) = print_with_map(&runtime, items.clone(), &Docs::new(), minify);
        assert_eq!(text, format!("{}{}", runtime.text(), print(items, minify)));
        let lines: Vec<&str> = text.lines().collect();
        let decoded = decode(&map);
        assert!(decoded.len() <= lines.len());
        let sources: Vec<&str> = runtime.sources().iter().map(|(_, text)| *text).collect();
        let mut count = 0;
        for (line, segments) in lines.iter().zip(&decoded) {
            for (column, source) in segments {
                let [source, source_line, source_column] =
                    source.unwrap().map(|n| usize::try_from(n).unwrap());
                let column = usize::try_from(*column).unwrap();
                let origin = sources[source].lines().nth(source_line).unwrap();
                let origin: String = origin.chars().skip(source_column).collect();
                let here: String = line.chars().skip(column).collect();
                let kind = ["function", "class", "const", "async"]
                    .iter()
                    .find(|kind| here.starts_with(**kind));
                match kind {
                    Some(kind) if minify => assert!(origin.starts_with(kind), "{here}\n{origin}"),
                    _ => assert_eq!(here, origin),
                }
                count += 1;
            }
        }
        assert!(count > Helper::ALL.len());
        assert!(
            map.starts_with("{\"version\":3,\"sources\":[\"windlass/runtime/"),
            "{}",
            &map[..80]
        );
    }
}

#[test]
fn json_strings_are_escaped() {
    assert_eq!(
        json_str("a\"\\\n\u{1}é\u{2028}</script>"),
        "\"a\\\"\\\\\\n\\u0001é\\u2028\\u003c/script>\""
    );
}
