//! `transpile IN OUT_DIR [--wasm PATH] [KEY VALUE]...`
//!
//! Turns the component `IN`, binary or text, into JavaScript files in
//! `OUT_DIR`, and writes its binary form to the path of `--wasm`, if given.
//! Options are a list as [`Options::from_list`] takes it. A component that is
//! refused ends with the error on stderr and exit code 1.
//! `transpile --options` prints each option: key, kind and default, with tabs between.
//! `transpile --serve` reads such argument lists from stdin, one per line with
//! tabs between the arguments, and answers each on stdout with `ok`, or with
//! `error`, a tab, and the error with `\` and newline escaped.

use std::{
    env, fs,
    io::{self, BufRead, Write},
    path::Path,
    process::ExitCode,
};

use windlass::options::{FIELDS, Field, Place};
use windlass::{Options, transpile};

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    if args == ["--serve"] {
        return match serve() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error.to_string()),
        };
    }
    let result = if args == ["--options"] { print_options() } else { run(&args) };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Prints each option, for who has the same ones in another language.
fn print_options() -> Result<(), String> {
    let mut defaults = Options::default();
    let mut out = io::stdout().lock();
    for Field { key, place } in FIELDS {
        let (kind, default) = match place {
            Place::Text(of) => ("text", of(&mut defaults).clone()),
            Place::Target(of) => ("choice", format!("{:?}", of(&mut defaults)).to_lowercase()),
            Place::Flag(of) => ("flag", of(&mut defaults).to_string()),
            Place::Count(of) => ("count", of(&mut defaults).to_string()),
            Place::Size(of) => ("count", of(&mut defaults).to_string()),
            Place::Limit(of) => {
                ("count", of(&mut defaults).map_or_else(String::new, |it| it.to_string()))
            }
            Place::Duration(of) => {
                ("duration", of(&mut defaults).map_or_else(String::new, |it| it.to_string()))
            }
            Place::Texts(of) => ("list", of(&mut defaults).join(",")),
            Place::Pairs(of) => ("pairs", format!("{:?}", of(&mut defaults)).replace("[]", "")),
        };
        writeln!(out, "{key}\t{kind}\t{default}").map_err(|e| e.to_string())?;
    }
    Ok(())
}

#[expect(clippy::print_stderr, reason = "a command line tool")]
fn fail(error: &str) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}

/// Answers requests until stdin ends.
fn serve() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let args: Vec<String> = line?.split('\t').map(String::from).collect();
        match run(&args) {
            Ok(()) => writeln!(out, "ok")?,
            Err(error) => {
                writeln!(out, "error\t{}", error.replace('\\', r"\\").replace('\n', r"\n"))?;
            }
        }
        out.flush()?;
    }
    Ok(())
}

/// One transpilation; the error is as a user reads it.
fn run(args: &[String]) -> Result<(), String> {
    let [input, out_dir, rest @ ..] = args else {
        return Err("usage: transpile IN OUT_DIR [--wasm PATH] [KEY VALUE]...".into());
    };
    let (wasm, list) = match rest {
        [flag, path, list @ ..] if flag == "--wasm" => (Some(path), list),
        list => (None, list),
    };
    let options = Options::from_list(list.iter().cloned()).map_err(|e| e.to_string())?;

    let mut bytes = fs::read(input).map_err(|e| format!("cannot read {input}: {e}"))?;
    if Path::new(input).extension().is_some_and(|it| it == "wat") {
        let text = String::from_utf8(bytes).map_err(|e| format!("{input}: {e}"))?;
        bytes = wat::parse_str(text).map_err(|e| format!("{input}: {e}"))?;
    }
    if let Some(wasm) = wasm {
        write(Path::new(wasm), &bytes)?;
    }

    let output = transpile(&bytes, &options).map_err(|e| e.to_string())?;
    let out_dir = Path::new(out_dir);
    fs::create_dir_all(out_dir).map_err(|e| format!("cannot create {}: {e}", out_dir.display()))?;
    for file in &output.files {
        write(&out_dir.join(&file.name), &file.contents)?;
    }
    Ok(())
}

fn write(path: &Path, contents: &[u8]) -> Result<(), String> {
    fs::write(path, contents).map_err(|e| format!("cannot write {}: {e}", path.display()))
}
