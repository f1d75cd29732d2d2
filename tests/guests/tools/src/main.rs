//! The steps between a compiler and a component, for languages whose
//! toolchain stops at a core module:
//!
//! ```text
//! guest-tools bindgen-c <wit> <world> <encoding> <out folder>
//! guest-tools embed <wit> <world> <encoding> <core module> <out>
//! guest-tools reserve <pages> <core module> <out>
//! guest-tools component <none|reactor|command> <core module> <out>
//! guest-tools compose <out> <socket> <plug>…
//! ```
//!
//! `encoding` is `utf8`, `utf16` or `latin1+utf16`. `compose` may be fed its own
//! output, so a chain of components is several calls.

use std::{env, fs, path::Path, process::ExitCode};

use anyhow::{Context, Result, bail};
use wac_graph::{CompositionGraph, EncodeOptions, plug, types::Package};
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
    WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wasm_encoder::{MemorySection, MemoryType, Module, RawSection};
use wasmparser::{Parser, Payload};
use wit_bindgen_core::Files;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["bindgen-c", wit, world, encoding, out] => bindgen_c(wit, world, encoding, out),
        ["embed", wit, world, encoding, core, out] => embed(wit, world, encoding, core, out),
        ["reserve", pages, core, out] => reserve(pages.parse()?, core, out),
        ["component", adapter, core, out] => component(adapter, core, out),
        ["compose", out, socket, ref plugs @ ..] => compose(out, socket, plugs),
        _ => bail!("see the head of tools/src/main.rs for the commands"),
    }
}

fn bindgen_c(wit: &str, world: &str, encoding: &str, out: &str) -> Result<()> {
    let (mut resolve, world) = parse(wit, world)?;
    let opts =
        wit_bindgen_c::Opts { string_encoding: parse_encoding(encoding)?, ..Default::default() };
    let mut files = Files::default();
    opts.build().generate(&mut resolve, world, &mut files)?;
    fs::create_dir_all(out).context(out.to_owned())?;
    for (name, contents) in files.iter() {
        write(Path::new(out).join(name), contents)?;
    }
    Ok(())
}

fn embed(wit: &str, world: &str, encoding: &str, core: &str, out: &str) -> Result<()> {
    let (resolve, world) = parse(wit, world)?;
    let mut module = read(core)?;
    embed_component_metadata(&mut module, &resolve, world, parse_encoding(encoding)?, false)?;
    write(out, &module)
}

/// Makes the memory of a module begin with that many pages at least.
///
/// Go takes what it adds to memory to begin where its own part ended, and so
/// writes into pages that the adapter has added in between. With all the memory
/// that Go will want there from the start, nothing comes in between.
fn reserve(pages: u64, core: &str, out: &str) -> Result<()> {
    let bytes = read(core)?;
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(&bytes) {
        let payload = payload?;
        if let Payload::MemorySection(section) = &payload {
            let mut memories = MemorySection::new();
            for memory in section.clone() {
                let mut memory = MemoryType::from(memory?);
                memory.minimum = memory.minimum.max(pages);
                memories.memory(memory);
            }
            module.section(&memories);
        } else if let Some((id, range)) = payload.as_section() {
            let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
            module.section(&RawSection { id, data: &bytes[range] });
        }
    }
    write(out, &module.finish())
}

fn component(adapter: &str, core: &str, out: &str) -> Result<()> {
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true).module(&read(core)?)?;
    let adapter = match adapter {
        "none" => None,
        "reactor" => Some(WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER),
        "command" => Some(WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER),
        other => bail!("`{other}` is neither `none`, `reactor` nor `command`"),
    };
    if let Some(bytes) = adapter {
        encoder.adapter(WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, bytes)?;
    }
    write(out, &encoder.encode()?)
}

/// Plugs the exports of `plugs` into the imports of `socket`.
fn compose(out: &str, socket: &str, plugs: &[&str]) -> Result<()> {
    let mut graph = CompositionGraph::new();
    let socket = register(&mut graph, socket)?;
    let plugs = plugs.iter().map(|path| register(&mut graph, path)).collect::<Result<_>>()?;
    plug(&mut graph, plugs, socket)?;
    write(out, &graph.encode(EncodeOptions::default())?)
}

fn register(graph: &mut CompositionGraph, path: &str) -> Result<wac_graph::PackageId> {
    let name = Path::new(path).file_stem().context("no file name")?.to_string_lossy();
    let package = Package::from_file(&format!("guest:{name}"), None, path, graph.types_mut())
        .with_context(|| path.to_owned())?;
    Ok(graph.register_package(package)?)
}

fn parse(wit: &str, world: &str) -> Result<(Resolve, WorldId)> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(wit)?;
    let world = resolve.select_world(&[package], Some(world))?;
    Ok((resolve, world))
}

fn parse_encoding(name: &str) -> Result<StringEncoding> {
    Ok(match name {
        "utf8" => StringEncoding::UTF8,
        "utf16" => StringEncoding::UTF16,
        "latin1+utf16" => StringEncoding::CompactUTF16,
        other => bail!("`{other}` is not a string encoding"),
    })
}

fn read(path: &str) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| path.to_owned())
}

fn write(path: impl AsRef<Path>, bytes: &[u8]) -> Result<()> {
    fs::write(&path, bytes).with_context(|| path.as_ref().display().to_string())
}
