//! `transpile IN OUT_DIR [--name NAME] [--target TARGET] [--minify] [--source-map] [--map PATTERN=SPECIFIER]
//! [--async-imports PATTERN] [--async-exports PATTERN] [--sync-exports PATTERN]`
//!
//! Turns the component `IN`, binary or text, into JavaScript files in
//! `OUT_DIR`, and writes its binary form to the path of `--wasm`, if given. A
//! component that is refused ends with the error on stderr and exit code 1.
//! `transpile --serve` reads such argument lists from stdin, one per line with
//! tabs between the arguments, and answers each on stdout with `ok`, or with
//! `error`, a tab, and the error with `\` and newline escaped.

use std::{
    env, fs,
    io::{self, BufRead, Write},
    path::Path,
    process::ExitCode,
};

use windlass::{Error, Options, transpile};

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    if args == ["--serve"] {
        return match serve() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error.to_string()),
        };
    }
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
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
    let mut options = Options::default();
    let mut paths = Vec::new();
    let mut wasm = None;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--name" => options.name.clone_from(value()?),
            "--target" => {
                options.target = value()?.parse().map_err(|e: Error| e.to_string())?;
            }
            "--minify" => options.minify = true,
            "--source-map" => options.source_map = true,
            "--map" => {
                let (pattern, specifier) =
                    value()?.split_once('=').ok_or("--map needs PATTERN=SPECIFIER")?;
                options.map.push((pattern.into(), specifier.into()));
            }
            "--async-imports" => options.async_imports.push(value()?.clone()),
            "--async-exports" => options.async_exports.push(value()?.clone()),
            "--sync-exports" => options.sync_exports.push(value()?.clone()),
            "--wasm" => wasm = Some(value()?),
            _ if arg.starts_with("--") => return Err(format!("unknown option {arg}")),
            _ => paths.push(arg),
        }
    }
    let [input, out_dir] = paths[..] else {
        return Err("usage: transpile IN OUT_DIR [OPTIONS]".into());
    };

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
