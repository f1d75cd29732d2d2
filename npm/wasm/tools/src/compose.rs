//! Components come in, the first with imports that the others export; a
//! component goes out that has them all in it and imports what none of them exports.

use std::collections::{HashMap, HashSet};

use wac_graph::types::{Package, SubtypeChecker, are_semver_compatible};
use wac_graph::{CompositionGraph, EncodeError, EncodeOptions, NodeId, PackageId};
use wasmparser::Parser;

use crate::answer::Failure;
use crate::{File, Result};

/// A component of the composition: the socket is the first, the others are plugs.
struct Part {
    id: PackageId,
    name: String,
}

/// An export of the plug `from` that an import of the part `to` takes; both count from the socket.
struct Link {
    from: usize,
    export: String,
    to: usize,
    import: String,
}

/// Plugs the exports of all components but the first, the socket, into the imports of the
/// socket and of each other, in whatever order they come.
///
/// An export fits an import of its name, or of a name with a compatible version.
pub(crate) fn compose(files: Vec<File>) -> Result<Vec<u8>> {
    let mut graph = CompositionGraph::new();
    let mut parts = Vec::new();
    for (index, file) in files.into_iter().enumerate() {
        parts.push(Part { id: register(&mut graph, index, &file)?, name: file.name });
    }
    if parts.is_empty() {
        return Err(Failure::new("invalid-option", "there is nothing to compose"));
    }
    let links = links(&graph, &parts)?;
    refuse_idle(&graph, &parts, &links)?;
    refuse_cycles(&parts, &links)?;
    wire(&mut graph, &parts, &links).map_err(|error| refused(chain(&error)))?;
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

/// The link of each import. wac omits imports that do not fit; people want to know why.
fn links(graph: &CompositionGraph, parts: &[Part]) -> Result<Vec<Link>> {
    let mut links: Vec<Link> = Vec::new();
    let mut cache = HashSet::default();
    for (to, part) in parts.iter().enumerate() {
        let mut taken = HashMap::new();
        for (from, plug) in parts.iter().enumerate().skip(1).filter(|(from, _)| *from != to) {
            let mut checker = SubtypeChecker::new(&mut cache);
            for (export, import) in fit(graph, &mut checker, plug, part)? {
                if let Some(other) = taken.insert(import.clone(), &plug.name) {
                    let message = format!(
                        "`{other}` and `{}` both export what fits the import `{import}`",
                        plug.name
                    );
                    return Err(refused(message).at(&part.name).help("leave one of them away"));
                }
                links.push(Link { from, export, to, import });
            }
        }
    }
    Ok(links)
}

/// The exports of a plug, with the imports of a part that they fit.
fn fit(
    graph: &CompositionGraph,
    checker: &mut SubtypeChecker,
    plug: &Part,
    part: &Part,
) -> Result<Vec<(String, String)>> {
    let types = graph.types();
    let imports = &types[graph[part.id].ty()].imports;
    let exports = &types[graph[plug.id].ty()].exports;
    let mut fitting = Vec::new();
    for (import, imported) in imports {
        let export = exports
            .get_key_value(import)
            .or_else(|| exports.iter().find(|(export, _)| are_semver_compatible(export, import)));
        let Some((export, exported)) = export else { continue };
        checker.is_subtype(*exported, types, *imported, types).map_err(|error| {
            let message = format!("the export `{export}` does not fit the import `{import}`");
            refused(format!("{message} of `{}`: {}", part.name, chain(&error))).at(&plug.name)
        })?;
        fitting.push((export.clone(), import.clone()));
    }
    Ok(fitting)
}

/// Refuses a plug that nothing takes anything of.
fn refuse_idle(graph: &CompositionGraph, parts: &[Part], links: &[Link]) -> Result<()> {
    let Some((socket, plugs)) = parts.split_first() else { return Ok(()) };
    let idle = |(index, _): &(usize, &Part)| links.iter().all(|link| link.from != *index + 1);
    let Some((_, plug)) = plugs.iter().enumerate().find(idle) else { return Ok(()) };
    let types = graph.types();
    let others = if plugs.len() > 1 { " or another plug" } else { "" };
    let message = format!("this exports nothing that `{}`{others} imports", socket.name);
    Err(refused(message).at(&plug.name).help(format!(
        "it exports {}; `{}` imports {}",
        list(types[graph[plug.id].ty()].exports.keys()),
        socket.name,
        list(types[graph[socket.id].ty()].imports.keys())
    )))
}

/// Refuses plugs of which each would have to be there before the other.
fn refuse_cycles(parts: &[Part], links: &[Link]) -> Result<()> {
    /// Goes from a part to what it takes; `way` are the links from the first part to this one.
    fn visit<'a>(at: usize, links: &'a [Link], way: &mut Vec<&'a Link>, done: &mut [bool]) -> bool {
        if let Some(start) = way.iter().position(|link| link.to == at) {
            way.drain(..start);
            return true;
        }
        if done[at] {
            return false;
        }
        for link in links.iter().filter(|link| link.to == at) {
            way.push(link);
            if visit(link.from, links, way, done) {
                return true;
            }
            way.pop();
        }
        done[at] = true;
        false
    }

    let mut done = vec![false; parts.len()];
    for part in 0..parts.len() {
        let mut way = Vec::new();
        if !visit(part, links, &mut way, &mut done) {
            continue;
        }
        let name = |index: usize| &parts[index].name;
        let steps: Vec<String> = way
            .iter()
            .map(|link| {
                format!("`{}` imports `{}` from `{}`", name(link.to), link.import, name(link.from))
            })
            .collect();
        let message = format!("the plugs import each other: {}", steps.join(", "));
        return Err(refused(message).help("a component is made after all that it imports"));
    }
    Ok(())
}

/// Makes an instance of each part and hands it what it takes; the exports are those of the socket.
fn wire(
    graph: &mut CompositionGraph,
    parts: &[Part],
    links: &[Link],
) -> std::result::Result<(), anyhow::Error> {
    let instances: Vec<NodeId> = parts.iter().map(|part| graph.instantiate(part.id)).collect();
    for Link { from, export, to, import } in links {
        let export = graph.alias_instance_export(instances[*from], export)?;
        graph.set_instantiation_argument(instances[*to], import, export)?;
    }
    let exports: Vec<String> =
        graph.types()[graph[parts[0].id].ty()].exports.keys().cloned().collect();
    for name in exports {
        let export = graph.alias_instance_export(instances[0], &name)?;
        graph.export(export, &name)?;
    }
    Ok(())
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
