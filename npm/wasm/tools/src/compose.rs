//! Components come in, the first with imports that the others export; a
//! component goes out that has them all in it and imports what none of them exports.

use std::collections::{HashMap, HashSet};

use wac_graph::types::{Package, SubtypeChecker, Types, WorldId, are_semver_compatible};
use wac_graph::{CompositionGraph, EncodeError, EncodeOptions, PackageId, plug};
use wasmparser::Parser;

use crate::answer::Failure;
use crate::{File, Result};

/// Plugs the exports of all components but the first into the imports of that.
///
/// An export fits an import of its name, or of a name with a compatible version.
pub(crate) fn compose(files: Vec<File>) -> Result<Vec<u8>> {
    let mut graph = CompositionGraph::new();
    let mut packages = Vec::new();
    for (index, file) in files.into_iter().enumerate() {
        packages.push((register(&mut graph, index, &file)?, file.name));
    }
    let Some(((socket, socket_name), plugs)) = packages.split_first() else {
        return Err(Failure::new("invalid-option", "there is nothing to compose"));
    };
    // wac leaves away what does not fit; people want to know why.
    let world = |id: PackageId| graph[id].ty();
    let mut taken = HashMap::new();
    for (id, name) in plugs {
        let fitting = fit(graph.types(), (world(*id), name), (world(*socket), socket_name))?;
        for import in fitting {
            if let Some(other) = taken.insert(import.clone(), name) {
                let message =
                    format!("`{other}` and `{name}` both export what fits the import `{import}`");
                return Err(refused(message).at(socket_name).help("leave one of them away"));
            }
        }
    }
    let ids = plugs.iter().map(|(id, _)| *id).collect();
    plug(&mut graph, ids, *socket).map_err(|error| refused(chain(&error.into())))?;
    graph.encode(EncodeOptions::default()).map_err(|error| {
        let merge = matches!(error, EncodeError::ImportTypeMergeConflict { .. });
        let failure = refused(chain(&error.into()));
        if merge {
            failure.help("two of the components import one thing with types that contradict")
        } else {
            failure
        }
    })
}

fn register(graph: &mut CompositionGraph, index: usize, file: &File) -> Result<PackageId> {
    let File { name, bytes } = file;
    if Parser::is_core_wasm(bytes) {
        return Err(Failure::new("core-module", "this is a core module, not a component")
            .at(name)
            .help("make a component of it with `windlass new`"));
    }
    if !Parser::is_component(bytes) {
        return Err(Failure::new("not-wasm", "this is no WebAssembly").at(name));
    }
    // Names need not differ, but packages do.
    let package =
        Package::from_bytes(&format!("file:f{index}"), None, bytes.clone(), graph.types_mut())
            .map_err(|error| Failure::new("invalid-component", chain(&error)).at(name))?;
    graph.register_package(package).map_err(|error| refused(chain(&error.into())).at(name))
}

/// The imports of the socket that a plug fits.
fn fit(types: &Types, plug: (WorldId, &str), socket: (WorldId, &str)) -> Result<Vec<String>> {
    let (imports, exports) = (&types[socket.0].imports, &types[plug.0].exports);
    let mut cache = HashSet::default();
    let mut checker = SubtypeChecker::new(&mut cache);
    let mut fitting = Vec::new();
    for (export, exported) in exports {
        let import = imports
            .get_key_value(export)
            .or_else(|| imports.iter().find(|(import, _)| are_semver_compatible(export, import)));
        let Some((import, imported)) = import else { continue };
        checker.is_subtype(*exported, types, *imported, types).map_err(|error| {
            let message = format!("the export `{export}` does not fit the import `{import}`");
            refused(format!("{message} of `{}`: {}", socket.1, chain(&error))).at(plug.1)
        })?;
        fitting.push(import.clone());
    }
    if fitting.is_empty() {
        let message = format!("this exports nothing that `{}` imports", socket.1);
        return Err(refused(message).at(plug.1).help(format!(
            "it exports {}; `{}` imports {}",
            list(exports.keys()),
            socket.1,
            list(imports.keys())
        )));
    }
    Ok(fitting)
}

fn refused(message: impl Into<String>) -> Failure {
    Failure::new("cannot-compose", message)
}

/// The first names of some.
fn list<'a>(names: impl ExactSizeIterator<Item = &'a String>) -> String {
    let count = names.len();
    let mut shown: Vec<String> = names.take(5).map(|name| format!("`{name}`")).collect();
    if count == 0 {
        return "nothing".to_owned();
    }
    if count > shown.len() {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

/// An error and its causes on one line.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        // Some say the cause themselves.
        if text.contains(&cause) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(cause.trim().lines().next().unwrap_or_default().trim_end_matches('.'));
    }
    text
}
