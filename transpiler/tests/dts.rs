//! Declarations of a corpus of worlds against snapshots; `UPDATE=1` rewrites them.
//! `tests/dts/tsc.test.mjs` checks that TypeScript accepts every snapshot.

use std::fs;
use std::path::{Path, PathBuf};

use windlass::output::File;
use windlass::{dts, wit};

fn corpus() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dts");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the corpus is there")
        .map(|entry| entry.expect("an entry of the corpus").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "wit"))
        .collect();
    files.sort();
    files
}

fn check(folder: &Path, files: &[File]) {
    for File { name, contents } in files {
        let path = folder.join(name);
        let text = String::from_utf8(contents.clone()).expect("declarations are text");
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(folder).expect("the snapshot folder can be made");
            fs::write(&path, text).expect("the snapshot can be written");
        } else {
            let expected = fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(text, expected, "{} differs; UPDATE=1 rewrites it", path.display());
        }
    }
}

#[test]
fn worlds_match_their_snapshots() {
    let corpus = corpus();
    assert!(!corpus.is_empty());
    for path in corpus {
        let text = fs::read_to_string(&path).expect("the corpus can be read");
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let package = wit::parse(&[(name, text)]).unwrap_or_else(|error| panic!("{error}"));
        let files = dts::types_for_package(&package);
        check(&path.with_extension(""), &files);
    }
}
