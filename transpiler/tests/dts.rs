//! Declarations of a corpus of worlds against snapshots; `UPDATE=1` rewrites them.
//! `tests/dts/tsc.test.mjs` checks that TypeScript accepts every snapshot.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use windlass::file_names::FileNames;
use windlass::link::linked::Linked;
use windlass::options::Budget;
use windlass::output::File;
use windlass::reach::Reach;
use windlass::{Options, decode, dts, link, wit};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, WorldId};

fn corpus(wanted: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dts");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the corpus is there")
        .map(|entry| entry.expect("an entry of the corpus").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == wanted))
        .collect();
    files.sort();
    files
}

fn check(folder: &Path, files: &[File<'_>]) {
    for File { name, contents } in files {
        let path = folder.join(name);
        let text = String::from_utf8(contents.to_vec()).expect("declarations are text");
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(folder).expect("the snapshot folder can be made");
            fs::write(&path, text).expect("the snapshot can be written");
        } else {
            let expected = fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(text, expected, "{} differs; UPDATE=1 rewrites it", path.display());
        }
    }
}

fn parse(path: &Path) -> wit::Package {
    let text = fs::read_to_string(path).expect("the corpus can be read");
    let name = path.file_name().expect("a file").to_string_lossy().into_owned();
    wit::parse(&[(name, text)]).unwrap_or_else(|error| panic!("{error}"))
}

/// A component that implements a world by `unreachable`.
fn component(package: &wit::Package, world: WorldId) -> Vec<u8> {
    let resolve = &package.resolve;
    let mut module = dummy_module(resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8, false)
        .expect("a world can be embedded");
    let mut encoder = ComponentEncoder::default();
    encoder.module(&module).expect("the dummy fits its world");
    encoder.encode().expect("the dummy can be encoded")
}

/// Names that a declaration file exports as values.
fn exported(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("export declare ") {
            let mut words = rest.split([' ', '(', ':', '{']);
            let _keyword = words.next();
            names.extend(words.next().map(str::to_owned));
        } else if let Some(list) = line.strip_prefix("export { ") {
            let list = list.trim_end_matches(" };");
            names.extend(list.split(", ").map(|name| {
                name.split(" as ").last().expect("a split has a last part").to_owned()
            }));
        }
    }
    names.sort();
    names
}

fn text(file: &File<'_>) -> String {
    String::from_utf8(file.contents.to_vec()).expect("declarations are text")
}

fn declarations(
    linked: &Linked<'_>,
    world: Option<&wit::World>,
    stem: &str,
    reach: &Reach,
) -> Vec<File<'static>> {
    dts::declarations(linked, world, &FileNames::of(stem), reach, &Options::default())
        .expect("a small world")
}

#[test]
fn worlds_match_their_snapshots() {
    let corpus = corpus("wit");
    assert!(!corpus.is_empty());
    for path in corpus {
        let files = dts::types_for_package(&parse(&path));
        check(&path.with_extension(""), &files);
    }
}

/// The declarations of a component do not depend on whether it is known by its WIT, as far as
/// names go; snapshots are of components without WIT.
#[test]
fn components_export_what_is_declared() {
    for path in corpus("wit") {
        let package = parse(&path);
        for (name, world) in &package.resolve.packages[package.package].worlds {
            let bytes = component(&package, *world);
            let decoded = decode::decode(&bytes).expect("a valid component");
            let linked = link::link(&decoded, &Budget::default()).expect("a small component");
            let from_linked = declarations(&linked, None, name, &Reach::automatic(&linked));
            check(&path.with_extension("").join("linked"), &from_linked);
            let with_wit = wit::world(&bytes, &decoded).expect("made from WIT");
            let from_wit = declarations(&linked, Some(&with_wit), name, &Reach::automatic(&linked));

            let options = Options {
                shared_map: vec![("*".into(), "./host.js".into())],
                ..Options::default()
            };
            // Asynchronous types are declared before they are emitted.
            let Ok(mut output) = windlass::transpile(&bytes, &options) else { continue };
            output.exports.sort();
            let declared = exported(&text(&from_wit[0]));
            let values: Vec<String> = output.exports.clone();
            assert_eq!(exported(&text(&from_linked[0])), declared, "{name}");
            assert_eq!(values, declared, "{name}");
        }
    }
}

#[test]
fn components_without_wit_match_their_snapshots() {
    for path in corpus("wat") {
        let bytes = wat::parse_file(&path).unwrap_or_else(|error| panic!("{error}"));
        let decoded = decode::decode(&bytes).unwrap_or_else(|error| panic!("{error}"));
        let linked = link::link(&decoded, &Budget::default()).expect("a small component");
        let stem = path.file_stem().expect("a file").to_string_lossy();
        let world = wit::world(&bytes, &decoded);
        let files = declarations(&linked, world.as_ref(), &stem, &Reach::automatic(&linked));
        check(&path.with_extension(""), &files);

        let options =
            Options { shared_map: vec![("*".into(), "./host.js".into())], ..Options::default() };
        let mut output =
            windlass::transpile(&bytes, &options).unwrap_or_else(|error| panic!("{error}"));
        output.exports.sort();
        assert_eq!(exported(&text(&files[0])), output.exports, "{stem}");
    }
}

#[test]
fn a_world_named_like_a_device_has_a_file_name() {
    let text = "package a:b; world con { export f: func(); }".to_owned();
    let files = dts::types_for_package(&wit::parse(&[("a.wit".to_owned(), text)]).expect("WIT"));
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["_con.d.ts", "_con.instantiate.d.ts"]);
}

#[test]
fn worlds_whose_long_names_begin_alike_have_files_of_their_own() {
    let long = "w".repeat(200);
    let worlds = ["a", "b", "c"].map(|end| format!("world {long}{end} {{ export f: func(); }}"));
    let text = format!("package a:b; {}", worlds.join(" "));
    let files = dts::types_for_package(&wit::parse(&[("a.wit".to_owned(), text)]).expect("WIT"));
    let names: HashSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names.len(), 6);
}

#[test]
fn a_world_is_declared_as_if_its_package_had_no_other() {
    let interface = "interface i {
        resource r { m: func() -> list<u8>; }
        record p { a: list<u8>, b: option<string> }
        f: func(p: p, t: tuple<u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8>) -> r;
    }";
    let second = "world second { import i; export i; export g: func(); }";
    let files = |worlds: &str| {
        let text = format!("package a:b; {interface} {worlds} {second}");
        dts::types_for_package(&wit::parse(&[("a.wit".to_owned(), text)]).expect("WIT"))
    };
    let alone = files("");
    let behind_another = files("world first { import i; export i; import a: i; export b: i; }");
    assert_eq!(alone.len(), 2);
    assert!(text(&alone[1]).contains("export type Tuple"), "{}", text(&alone[1]));
    assert_eq!(behind_another[2..], alone[..]);
}

/// Docs come from a component as anybody wrote them.
#[test]
fn docs_show_all_that_they_say() {
    let hostile =
        "a\u{1b}]0;title\u{7}b\u{9b}31mc\u{202e}d\u{2066}e\u{200b}f\u{feff}g\u{e0041}h\u{ad}";
    let source = "package a:b; \
                interface i { record r { x: u32 } f: func(r: r); } \
                world w { export i; export g: func(); }";
    let mut package = wit::parse(&[("a.wit".to_owned(), source.to_owned())]).expect("valid WIT");
    let resolve = &mut package.resolve;
    let docs = || wit_parser::Docs { contents: Some(hostile.to_owned()) };
    for (_, interface) in &mut resolve.interfaces {
        interface.docs = docs();
        for function in interface.functions.values_mut() {
            function.docs = docs();
        }
    }
    for (_, ty) in &mut resolve.types {
        ty.docs = docs();
    }
    for (_, world) in &mut resolve.worlds {
        world.docs = docs();
    }
    let bytes = wit_component::encode(&package.resolve, package.package, false)
        .expect("it has a binary form");
    let again = wit::decode_package(&bytes).expect("a WIT package");
    let files = [dts::types_for_package(&package), dts::types_for_package(&again)].concat();
    assert_eq!(files.len(), 4);
    for file in &files {
        let text = text(file);
        let shown =
            r"a\u{1b}]0;title\u{7}b\u{9b}31mc\u{202e}d\u{2066}e\u{200b}f\u{feff}g\u{e0041}h\u{ad}";
        // The glue's declarations take repeated texts from those of the entry.
        let says = file.name.contains("instantiate") || text.contains(shown);
        assert!(says, "{}: {text}", file.name);
        assert_eq!(text, windlass::text::plain(&text), "{}", file.name);
    }
}
