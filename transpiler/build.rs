//! Takes `runtime/*.js` apart, so that emitted modules carry what they use and
//! the crate needs no parser.

#[path = "src/emit/reserved.rs"]
mod reserved;
#[path = "build/runtime.rs"]
mod runtime;

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/emit");
    println!("cargo::rerun-if-changed=runtime");
    let root =
        PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("runtime");
    let mut files = Vec::new();
    read(&root, "", &mut files);
    match runtime::split(&files, &emitter(Path::new("src/emit"))) {
        Ok(split) => {
            let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
            fs::write(out.join("runtime.rs"), runtime::generate(&split, &files))
                .expect("OUT_DIR is writable");
        }
        Err(problems) => {
            for problem in problems {
                println!("cargo::error=runtime/{problem}");
            }
        }
    }
}

/// The text of the emitter, whose string literals are the properties that emitted code uses.
fn emitter(folder: &Path) -> String {
    let entries = fs::read_dir(folder).expect("the build script runs in the crate's folder");
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    let text = |path: &PathBuf| {
        if path.is_dir() {
            return emitter(path);
        }
        fs::read_to_string(path).expect("a readable file of UTF-8")
    };
    paths.iter().map(text).collect()
}

/// Collects the JavaScript files below `folder`, sorted, but for their tests.
fn read(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a readable folder").path()).collect();
    // Files before folders: what every component may use comes first in the output too.
    paths.sort_by_key(|path| (path.is_dir(), path.clone()));
    for path in paths {
        let name = path.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "test" {
                read(&path, &format!("{prefix}{name}/"), files);
            }
        } else if path.extension().is_some_and(|extension| extension == "js") {
            let text = fs::read_to_string(&path).expect("a readable file of UTF-8");
            files.push((format!("{prefix}{name}"), text));
        }
    }
}
