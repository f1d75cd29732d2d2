//! WIT comes in, as text or inside a binary; worlds and WIT text go out.

mod outline;

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use wasmparser::Parser;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ResourceId};
use wit_component::{DecodedWasm, OutputToString, WitPrinter};
use wit_parser::{
    InterfaceId, PackageId, ParseErrorKind, Resolve, ResolveErrorKind, SourceMap, Span, Type,
    TypeDefKind, TypeOwner, UnresolvedPackageGroup, WorldId, WorldKey,
};

use crate::decode::{Decoded, Definition, ItemRef};
use crate::error::{Code, Error, Result};

/// A world and the WIT it refers to.
#[derive(Clone, Debug)]
pub struct World {
    pub resolve: Resolve,
    pub world: WorldId,
}

/// A WIT package and what it depends on.
#[derive(Clone, Debug)]
pub struct Package {
    pub resolve: Resolve,
    pub package: PackageId,
}

/// The world of a component, or `None` when it has no WIT spelling.
///
/// Valid components without one exist: root exports of core modules or nested
/// components, interfaces inside interfaces, functions with interface names.
///
/// ```
/// let component = wat::parse_str(r#"(component (import "f" (func)))"#)?;
/// let decoded = windlass::decode::decode(&component)?;
/// let world = windlass::wit::world(&component, &decoded).expect("it has a WIT spelling");
/// assert_eq!(world.resolve.worlds[world.world].imports.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn world(bytes: &[u8], decoded: &Decoded<'_>) -> Option<World> {
    if !is_spellable(decoded) {
        return None;
    }
    // A net below the check: what panics there has no WIT spelling either.
    match std::panic::catch_unwind(|| decode_valid(bytes)) {
        Ok(Ok(DecodedWasm::Component(resolve, world))) if keys_have_paths(&resolve) => {
            Some(World { resolve, world })
        }
        Ok(Ok(_) | Err(_)) | Err(_) => None,
    }
}

/// Whether a component has none of the shapes that wit-component takes to be
/// impossible: it panics on them, where it returns errors for others.
fn is_spellable(decoded: &Decoded<'_>) -> bool {
    let items: Vec<_> = decoded.components[0]
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            Definition::Import { name, ty, .. } | Definition::Export { name, ty, .. } => {
                Some((*name, *ty))
            }
            _ => None,
        })
        .collect();
    let is_package_item = |ty| {
        let ComponentEntityType::Type { created, .. } = ty else { return false };
        matches!(created, ComponentAnyTypeId::Component(_))
    };
    // A WIT package exports its worlds and interfaces as types of components.
    if !items.is_empty() && items.iter().all(|(_, ty)| is_package_item(*ty)) {
        return true;
    }
    let mut spelling = Spelling { decoded, resources: HashSet::new() };
    let mut own = HashSet::new();
    items.into_iter().all(|(name, ty)| spelling.has_item(name, ty, &mut own))
}

struct Spelling<'a> {
    decoded: &'a Decoded<'a>,
    /// Resources that have a name.
    resources: HashSet<ResourceId>,
}

impl<'a> Spelling<'a> {
    /// Whether an item of a world or interface has a spelling; `own` are the
    /// resources that the world or interface itself brings.
    fn has_item(
        &mut self,
        name: &'a str,
        ty: ComponentEntityType,
        own: &mut HashSet<&'a str>,
    ) -> bool {
        match ty {
            ComponentEntityType::Func(_) => {
                let of = name.rsplit_once(']').and_then(|(_, name)| name.split('.').next());
                !name.contains(':') && of.is_none_or(|resource| own.contains(resource))
            }
            ComponentEntityType::Type { referenced, .. } => match referenced {
                ComponentAnyTypeId::Resource(id) => {
                    if self.resources.insert(id.resource()) {
                        own.insert(name);
                    }
                    true
                }
                ComponentAnyTypeId::Defined(_) => true,
                ComponentAnyTypeId::Func(_)
                | ComponentAnyTypeId::Instance(_)
                | ComponentAnyTypeId::Component(_) => false,
            },
            ComponentEntityType::Instance(id) => {
                let decoded = self.decoded;
                let mut own = HashSet::new();
                decoded.types[id].exports.iter().all(|(name, item)| {
                    // An instance in an instance is an error there.
                    matches!(item.ty, ComponentEntityType::Instance(_))
                        || self.has_item(name, item.ty, &mut own)
                })
            }
            ComponentEntityType::Module(_)
            | ComponentEntityType::Value(_)
            | ComponentEntityType::Component(_) => true,
        }
    }
}

/// Whether an interface can be mentioned from elsewhere.
fn has_path(resolve: &Resolve, id: InterfaceId) -> bool {
    let interface = &resolve.interfaces[id];
    interface.package.is_some() && interface.name.is_some()
}

/// Whether worlds name only interfaces that have a path.
fn keys_have_paths(resolve: &Resolve) -> bool {
    resolve.worlds.iter().all(|(_, world)| {
        world.imports.keys().chain(world.exports.keys()).all(|key| match key {
            WorldKey::Interface(id) => has_path(resolve, *id),
            WorldKey::Name(_) => true,
        })
    })
}

/// Whether types are used only from interfaces that have a path.
fn uses_have_paths(resolve: &Resolve) -> bool {
    resolve.types.iter().all(|(_, def)| match def.kind {
        TypeDefKind::Type(Type::Id(of)) => match resolve.types[of].owner {
            owner @ TypeOwner::Interface(id) => def.owner == owner || has_path(resolve, id),
            TypeOwner::World(_) | TypeOwner::None => true,
        },
        _ => true,
    })
}

/// Prints the world of a component, or a WIT package binary, as WIT.
///
/// # Errors
///
/// When the bytes are no valid component, or one that WIT has no words for
/// ([`Code::Unsupported`]).
///
/// ```
/// let component = wat::parse_str(r#"(component (import "f" (func)))"#)?;
/// assert!(windlass::wit::print(&component)?.contains("import f: func();"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn print(bytes: &[u8]) -> Result<String> {
    let decoded = decode(bytes)?;
    let package = decoded.package();
    let resolve = decoded.resolve();
    if !keys_have_paths(resolve) || !uses_have_paths(resolve) {
        return Err(Error::new(Code::Unsupported, "this component has no WIT spelling"));
    }
    let others: Vec<PackageId> =
        resolve.packages.iter().map(|(id, _)| id).filter(|id| *id != package).collect();
    let mut printer = WitPrinter::new(OutputToString::default());
    printer.print(resolve, package, &others).map_err(|error| {
        Error::new(Code::Unsupported, format!("cannot print the WIT: {error:#}"))
    })?;
    Ok(printer.output.into())
}

/// Reads a WIT package binary, as `wasm-tools component wit --wasm` writes it.
///
/// # Errors
///
/// [`Code::InvalidWit`] when the bytes are a component and no WIT package, other
/// codes when they are something else still.
///
/// ```
/// let component = wat::parse_str(r#"(component (import "f" (func)))"#)?;
/// let error = windlass::wit::decode_package(&component).unwrap_err();
/// assert_eq!(error.code.as_str(), "invalid-wit");
/// # Ok::<(), wat::Error>(())
/// ```
pub fn decode_package(bytes: &[u8]) -> Result<Package> {
    let other = || Error::new(Code::InvalidWit, "this is a component, not a WIT package");
    match decode(bytes) {
        Ok(DecodedWasm::WitPackage(resolve, package)) => Ok(Package { resolve, package }),
        Ok(DecodedWasm::Component(..)) => Err(other()),
        Err(error) if error.code == Code::Unsupported => Err(other()),
        Err(error) => Err(error),
    }
}

/// Whether a component is a WIT package in its binary form: nothing but types, which are
/// worlds and interfaces.
pub(crate) fn is_package(bytes: &[u8], decoded: &Decoded<'_>) -> bool {
    let is_type = |definition: &Definition<'_>| {
        matches!(definition, Definition::Export { item: ItemRef::Type, .. })
    };
    let root = &decoded.components[0].definitions;
    !root.is_empty()
        && root.iter().all(is_type)
        && is_spellable(decoded)
        && matches!(decode_valid(bytes), Ok(DecodedWasm::WitPackage(..)))
}

fn decode(bytes: &[u8]) -> Result<DecodedWasm> {
    if Parser::is_core_wasm(bytes) {
        return Err(Error::new(Code::CoreModule, "this is a core module, which has no WIT")
            .help("make a component of it with `windlass new`"));
    }
    if !Parser::is_component(bytes) {
        return Err(Error::new(Code::NotWasm, "this is no WebAssembly"));
    }
    let decoded = crate::decode::decode(bytes)?;
    if !is_spellable(&decoded) {
        return Err(Error::new(Code::Unsupported, "this component has no WIT spelling"));
    }
    decode_valid(bytes).map_err(|reason| {
        Error::new(Code::Unsupported, format!("this component has no WIT spelling: {reason}"))
    })
}

/// The WIT that wit-component finds in a component known to be valid, or why it finds none.
fn decode_valid(bytes: &[u8]) -> std::result::Result<DecodedWasm, String> {
    let outline = outline::outline(bytes).map_err(|error| error.to_string())?;
    wit_component::decode(&outline).map_err(|error| format!("{error:#}"))
}

/// Parses a WIT package from `(file name, text)` pairs.
///
/// Files below a folder `deps` are the packages it depends on: a folder each, or
/// a file each; all others together are the package itself. File names stand in
/// errors only.
///
/// # Errors
///
/// [`Code::InvalidWit`]. `at` begins with `file:line:column`, in characters from
/// 1, and goes on with the line itself and a mark below the place.
///
/// ```
/// let files = [("calls.wit".to_owned(), "package a:b; interface c { f: func() -> strin; }".to_owned())];
/// let error = windlass::wit::parse(&files).unwrap_err();
/// assert!(error.at.is_some_and(|at| at.starts_with("calls.wit:1:41")));
/// ```
pub fn parse(files: &[(String, String)]) -> Result<Package> {
    let size = files.iter().fold(0_usize, |sum, (_, text)| sum.saturating_add(text.len() + 1));
    if u32::try_from(size).is_err() {
        return Err(Error::new(Code::InvalidWit, "a WIT package of 4 GiB or more cannot be read"));
    }
    let mut groups: BTreeMap<Option<String>, SourceMap> = BTreeMap::new();
    for (name, text) in files {
        groups.entry(dependency(name)).or_default().push_str(name, text.as_str());
    }
    let main = groups.remove(&None).ok_or_else(|| {
        Error::new(Code::InvalidWit, "there are no WIT files")
            .help("pass a `.wit` file, or a folder of them")
    })?;
    let main = parse_group(main, files)?;
    let deps: Vec<UnresolvedPackageGroup> =
        groups.into_values().map(|map| parse_group(map, files)).collect::<Result<_>>()?;
    let mut resolve = Resolve::new();
    match resolve.push_groups(main, deps) {
        Ok(package) => Ok(Package { resolve, package }),
        Err(error) => {
            let kind = error.kind();
            let found = Error::new(Code::InvalidWit, first_line(&kind.to_string()));
            let found = place(found, &resolve.source_map, kind.span(), files);
            Err(match resolve_help(kind, &resolve) {
                Some(help) => found.help(help),
                None => found,
            })
        }
    }
}

/// The dependency that a file belongs to; `None` for the package itself.
fn dependency(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split(['/', '\\']).collect();
    let folders = &parts[..parts.len() - 1];
    let deps = folders.iter().rposition(|folder| *folder == "deps")?;
    Some(parts[..=deps + 1].join("/"))
}

fn parse_group(map: SourceMap, files: &[(String, String)]) -> Result<UnresolvedPackageGroup> {
    map.parse().map_err(|(map, error)| {
        let kind = error.kind();
        let text = kind.to_string();
        let found = Error::new(Code::InvalidWit, first_line(&text));
        let found = place(found, &map, kind.span(), files);
        let help = match kind {
            ParseErrorKind::ItemNotFound { name, hint, .. } => {
                suggest(name, declared_names(files).into_iter()).or_else(|| hint.clone())
            }
            _ => text.split_once('\n').map(|(_, rest)| rest.trim().to_owned()),
        };
        match help {
            Some(help) => found.help(help),
            None => found,
        }
    })
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or(text).trim_end_matches('.').to_owned()
}

/// Adds where it is, with the line and a mark below the place.
fn place(error: Error, map: &SourceMap, span: Span, files: &[(String, String)]) -> Error {
    let Some(location) = map.resolve_span(span) else {
        return error;
    };
    let Some((name, text)) = files.iter().find(|(name, _)| name == location.path) else {
        return error;
    };
    let start = floor_char_boundary(text, location.range.start);
    let end = floor_char_boundary(text, location.range.end).max(start);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let line = text[..start].matches('\n').count() + 1;
    let column = text[line_start..start].chars().count() + 1;
    let mut at = format!("{name}:{line}:{column}");
    let source = text[line_start..line_end].trim_end_matches('\r');
    // A line that fills the terminal helps nobody.
    if source.len() <= 200 {
        let number = line.to_string();
        let gutter = " ".repeat(number.len());
        // Tabs stay tabs, so that the mark is below its place whatever their width.
        let indent: String =
            source.chars().take(column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let marks = text[start..end.min(line_end)].chars().count().max(1);
        write!(
            at,
            "\n  {gutter} |\n  {number} | {source}\n  {gutter} | {indent}{}",
            "^".repeat(marks)
        )
        .expect("a String takes any text");
    }
    error.at(at)
}

fn floor_char_boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn resolve_help(kind: &ResolveErrorKind, resolve: &Resolve) -> Option<String> {
    let package = |name| resolve.package_names.get(name).map(|id| &resolve.packages[*id]);
    match kind {
        ResolveErrorKind::PackageNotFound { requested, known, .. } => {
            suggest(&requested.to_string(), known.iter().map(ToString::to_string)).or_else(|| {
                Some(format!(
                    "put the package `{requested}` into a folder `deps` beside the WIT files"
                ))
            })
        }
        ResolveErrorKind::InterfaceNotFound { requested, package: name, .. } => {
            suggest(requested, package(name)?.interfaces.keys().cloned())
        }
        ResolveErrorKind::WorldNotFound { requested, package: name, .. } => {
            suggest(requested, package(name)?.worlds.keys().cloned())
        }
        _ => None,
    }
}

/// Names that WIT text declares: what stands behind a keyword that declares.
fn declared_names(files: &[(String, String)]) -> Vec<String> {
    const KEYWORDS: [&str; 8] =
        ["interface", "world", "resource", "record", "variant", "enum", "flags", "type"];
    const PRIMITIVES: [&str; 13] = [
        "bool", "s8", "s16", "s32", "s64", "u8", "u16", "u32", "u64", "f32", "f64", "char",
        "string",
    ];
    let mut names: Vec<String> = PRIMITIVES.map(str::to_owned).into();
    for (_, text) in files {
        let mut words = text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            if KEYWORDS.contains(&word) {
                names.extend(words.next().map(str::to_owned));
            }
        }
    }
    names
}

/// Did you mean: the name that is nearest, if one is near.
fn suggest(name: &str, known: impl Iterator<Item = String>) -> Option<String> {
    let limit = name.chars().count() / 3 + 1;
    known
        .filter(|other| other != name)
        .map(|other| (distance(name, &other), other))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, other)| format!("did you mean `{other}`?"))
}

/// The number of characters to insert, remove or replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(100).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(100).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let cost = (diagonal + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], cost);
        }
    }
    row[b.len()]
}
