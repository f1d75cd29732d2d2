//! Core modules come in, with WIT or with adapters; a module that says what its
//! world is goes out, or a component.

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME as PREVIEW1, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
    WASI_SNAPSHOT_PREVIEW1_PROXY_ADAPTER, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wasmparser::{BinaryReaderError, Parser, Payload, Validator, WasmFeatures};
use windlass::wit::Package;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

use crate::answer::Failure;
use crate::compose::chain;
use crate::{File, Result};

/// Makes a component of the first file, with the others as adapters, each named
/// like the module that it stands for.
///
/// `preview1` is the adapter for WASI 0.1: `command`, `reactor`, `proxy`, `none`,
/// or `auto` for the one that the module needs, if it does.
pub(crate) fn component(mut files: Vec<File>, preview1: &str) -> Result<Vec<u8>> {
    if files.is_empty() {
        return Err(Failure::new("invalid-option", "there is no module"));
    }
    let File { name, bytes } = files.remove(0);
    let module = read(&name, &bytes)?;
    let built_in = match preview1 {
        "none" => None,
        "auto" if !module.imports_preview1 => None,
        "auto" if module.is_command => Some(WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER),
        "auto" | "reactor" => Some(WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER),
        "command" => Some(WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER),
        "proxy" => Some(WASI_SNAPSHOT_PREVIEW1_PROXY_ADAPTER),
        other => return Err(no_such("adapter", other, "`command`, `reactor` and `proxy`")),
    };
    let brings_world = !files.is_empty() || (built_in.is_some() && module.is_command);
    if !module.has_world && !brings_world {
        return Err(Failure::new("no-world", "the module does not say what its world is")
            .at(&name)
            .help("add it from WIT with `windlass embed`, or let the compiler do so"));
    }
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true);
    encoder.module(&bytes).map_err(|error| invalid(&error, &name))?;
    if let Some(built_in) = built_in {
        encoder.adapter(PREVIEW1, built_in).map_err(|error| invalid(&error, PREVIEW1))?;
    }
    for File { name, bytes } in &files {
        read(name, bytes)?;
        encoder.adapter(name, bytes).map_err(|error| invalid(&error, name))?;
    }
    encoder.encode().map_err(|error| invalid(&error, &name))
}

/// Writes into the first file what its world is, by the WIT of the others.
pub(crate) fn embed(mut files: Vec<File>, world: Option<&str>, encoding: &str) -> Result<Vec<u8>> {
    if files.is_empty() {
        return Err(Failure::new("invalid-option", "there is no module"));
    }
    let File { name, mut bytes } = files.remove(0);
    let encoding = match encoding {
        "utf8" => StringEncoding::UTF8,
        "utf16" => StringEncoding::UTF16,
        "latin1+utf16" => StringEncoding::CompactUTF16,
        other => {
            return Err(no_such("encoding", other, "`utf8`, `utf16` and `latin1+utf16`"));
        }
    };
    read(&name, &bytes)?;
    let wit = files
        .into_iter()
        .map(|File { name, bytes }| match String::from_utf8(bytes) {
            Ok(text) => Ok((name, text)),
            Err(_) => Err(Failure::new("invalid-wit", "this is no text in UTF-8").at(&name)),
        })
        .collect::<Result<Vec<_>>>()?;
    let package = windlass::wit::parse(&wit)?;
    let world = package
        .resolve
        .select_world(&[package.package], world)
        .map_err(|_| no_such_world(&package, world))?;
    embed_component_metadata(&mut bytes, &package.resolve, world, encoding, false)
        .map_err(|error| invalid(&error, &name))?;
    Ok(bytes)
}

/// Facts about a core module.
struct Module {
    has_world: bool,
    imports_preview1: bool,
    is_command: bool,
}

/// Makes sure that a file is a valid core module.
fn read(name: &str, bytes: &[u8]) -> Result<Module> {
    if Parser::is_component(bytes) {
        return Err(Failure::new("invalid-module", "this is a component already").at(name));
    }
    if !Parser::is_core_wasm(bytes) {
        return Err(Failure::new("not-wasm", "this is no WebAssembly").at(name));
    }
    let broken = |error: BinaryReaderError| {
        let at = format!("{name}, offset {:#x}", error.offset());
        Failure::new("invalid-module", error.message()).at(&at)
    };
    // wit-component relies on it, and panics on some modules that are not.
    Validator::new_with_features(WasmFeatures::all()).validate_all(bytes).map_err(broken)?;
    let mut module = Module { has_world: false, imports_preview1: false, is_command: false };
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(broken)? {
            Payload::CustomSection(section) => {
                module.has_world |= section.name().starts_with("component-type");
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    module.imports_preview1 |= import.map_err(broken)?.module == PREVIEW1;
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    module.is_command |= export.map_err(broken)?.name == "_start";
                }
            }
            _ => {}
        }
    }
    Ok(module)
}

fn invalid(error: &anyhow::Error, name: &str) -> Failure {
    Failure::new("invalid-module", chain(error)).at(name)
}

fn no_such_world(package: &Package, wanted: Option<&str>) -> Failure {
    let worlds = package.resolve.packages[package.package].worlds.keys();
    let worlds: Vec<String> = worlds.map(|name| format!("`{name}`")).collect();
    let message = match wanted {
        Some(name) => format!("there is no world `{name}`"),
        None if worlds.is_empty() => "the WIT has no world".to_owned(),
        None => "the WIT has several worlds".to_owned(),
    };
    let failure = Failure::new("invalid-option", message);
    if worlds.is_empty() {
        failure.help("a world lists what the module imports and exports")
    } else {
        failure.help(format!("choose with `--world`: there is {}", worlds.join(", ")))
    }
}

fn no_such(what: &str, name: &str, known: &str) -> Failure {
    Failure::new("invalid-option", format!("there is no {what} `{name}`"))
        .help(format!("there are {known}"))
}
