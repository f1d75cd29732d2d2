//! The entry: loads core modules in the way of its target, fills the imports
//! object, instantiates once and exports by name.

use indexmap::IndexMap;

use super::export_names::{export_names, notices};
use super::file::ModuleFile;
use super::imports::is_empty;
use super::js::{self, Expr};
use super::names::{Name, instance_key, lower_camel};
use super::start::{Cores, Start, has_trap_module};
use crate::error::{Code, Error, Result};
use crate::file_names::FileNames;
use crate::link::linked::{ImportKind, Linked};
use crate::options::{Options, Target, glob};
use crate::output::{File, Notice};

/// The entry and what is known of it.
pub(super) struct Entry {
    /// The file, and its source map if that is asked for.
    pub files: Vec<File<'static>>,
    /// As [`Output::imports`](crate::Output::imports).
    pub imports: Vec<(String, String)>,
    pub exports: Vec<String>,
    /// As [`Output::notices`](crate::Output::notices).
    pub notices: Vec<Notice>,
}

/// Where an import comes from.
enum Mapping {
    Module {
        specifier: String,
        /// The named export of the module that is the instance, when the module holds several.
        member: Option<String>,
    },
    /// WASI that is the component's own, see [`Target::Hooks`].
    Granted,
}

/// Emits the entry.
pub(super) fn entry(
    linked: &Linked<'_>,
    options: &Options,
    called: &FileNames,
    cores: &Cores,
) -> Result<Entry> {
    let mut file = ModuleFile::new(options);
    check_map(options)?;
    let names = export_names(&linked.exports, true);
    let notices = notices(&names);
    let keys: Vec<String> = names.into_values().collect();
    // Before others can take them.
    let locals: Vec<Option<Name>> = keys.iter().map(|key| file.names.exact(key)).collect();
    let (mut imports, mut props) = (Vec::new(), Vec::new());
    let granted = format!("./{}", called.with("wasi.js"));
    let mut is_granted = false;
    let mut shared: IndexMap<(String, Option<String>), Name> = IndexMap::new();
    for import in &linked.imports {
        if matches!(import.kind, ImportKind::Type) || is_empty(&import.kind) {
            continue;
        }
        let mapping = map_import(&import.name, import.external_id.as_deref(), options)?;
        let Mapping::Module { specifier, member } = mapping else {
            imports.push((import.name.clone(), granted.clone()));
            is_granted = true;
            continue;
        };
        let whole =
            member.iter().fold(specifier.clone(), |module, name| format!("{module}#{name}"));
        imports.push((import.name.clone(), whole));
        let key = (specifier, member);
        let name = if let Some(name) = shared.get(&key) {
            name.clone()
        } else {
            let name = file.names.fresh(&instance_key(&import.name));
            file.items.push(match &key {
                (specifier, Some(member)) => {
                    js::import_named(vec![(member.as_str(), name.clone())], specifier)
                }
                (specifier, None) => js::import_ns(&name, specifier),
            });
            shared.insert(key, name.clone());
            name
        };
        props.push(js::prop(&import.name, js::id(&name)));
    }
    if is_granted {
        // What is mapped by name comes after, and so counts.
        let create = file.names.fresh("createWasi");
        file.items.push(js::import_named(vec![("createWasi", create.clone())], &granted));
        props.insert(0, js::prop_spread(granted_wasi(&create)));
    }

    let mut args = Vec::new();
    let trap_module = has_trap_module(options.target);
    if !props.is_empty() || trap_module {
        args.push(js::object_of(props));
    }
    if trap_module {
        let name = file.names.fresh("trapModule");
        file.items.push(js::import_default(&name, &format!("./{}", called.with("trap.wasm"))));
        args.push(js::object(vec![("trapModule".to_owned(), js::id(&name))]));
    }
    let locals = locals.into_iter().zip(&keys);
    let exports = locals.map(|(local, key)| (local.unwrap_or_else(|| file.names.fresh(key)), key));
    let exports = exports.map(|(local, key)| (local, key.clone())).collect();
    Start { file: &mut file, options, called, cores, exports }.write(args);
    let files = file.finish(&called.entry(), options);
    Ok(Entry { files, imports, exports: keys, notices })
}

/// What is known of an entry that somebody else is. An import that nothing maps is what it is called.
pub(super) fn no_entry(linked: &Linked<'_>, options: &Options) -> Result<Entry> {
    let mut options = options.clone();
    options.map.push(("*".into(), "*".into()));
    check_map(&options)?;
    let mut imports = Vec::new();
    for import in linked.imports.iter().filter(|import| !is_empty(&import.kind)) {
        let mapping = map_import(&import.name, import.external_id.as_deref(), &options)?;
        let Mapping::Module { specifier, member } = mapping else { continue };
        let whole = member.iter().fold(specifier, |module, name| format!("{module}#{name}"));
        imports.push((import.name.clone(), whole));
    }
    let names = export_names(&linked.exports, true);
    let notices = notices(&names);
    Ok(Entry { files: vec![], imports, exports: names.into_values().collect(), notices })
}

/// WASI with what is granted to this component:
/// `globalThis[Symbol.for("windlass.registered")].wasi(createWasi, import.meta.url)`
fn granted_wasi(create: &Name) -> Expr {
    js::call_method(hooks(), "wasi", vec![js::id(create), own_url()])
}

/// What the hooks have for modules of their thread.
pub(super) fn hooks() -> Expr {
    let key = js::call_method(js::ident_str("Symbol"), "for", vec![js::str("windlass.registered")]);
    js::index(js::ident_str("globalThis"), key)
}

/// `import.meta.url`
pub(super) fn own_url() -> Expr {
    js::member(js::import_meta(), "url")
}

/// Refuses a mapping that would go by without a word.
fn check_map(options: &Options) -> Result<()> {
    for (pattern, specifier) in &options.map {
        let (problem, help) = match split_version(pattern).1 {
            _ if specifier.is_empty() => ("leads to no module", "name a module: `./my-module.js`"),
            Some(range) if range != "*" && numbers(range).is_none() => (
                "has no version after its `@`",
                "write as much of a version as is meant: `@1`, `@0.2`, `@0.2.3`",
            ),
            _ => continue,
        };
        let message = format!("the mapping of `{pattern}` {problem}");
        return Err(Error::new(Code::InvalidOption, message).help(help));
    }
    Ok(())
}

/// The mapping of an import: that of its very name, else the first whose pattern fits, else
/// the default.
fn map_import(name: &str, external_id: Option<&str>, options: &Options) -> Result<Mapping> {
    let own = options.map.iter().filter(|(pattern, _)| pattern == name);
    for (pattern, specifier) in own.chain(&options.map) {
        if let Some(stars) = matches(pattern, name) {
            let mut filled = String::new();
            let mut stars = stars.into_iter();
            for (i, part) in specifier.split('*').enumerate() {
                if i > 0 {
                    filled.push_str(stars.next().as_deref().unwrap_or("*"));
                }
                filled.push_str(part);
            }
            return Ok(to_module(&filled));
        }
    }
    let (path, version) = split_version(name);
    let is = |wanted: &str| {
        let rest = version.and_then(|version| version.strip_prefix(wanted));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let wasi = path.strip_prefix("wasi:");
    if options.target == Target::Hooks && wasi.is_some() && is("0.2") {
        return Ok(Mapping::Granted);
    }
    if let Some(external_id) = external_id {
        return Ok(Mapping::Module { specifier: external_id.to_owned(), member: None });
    }
    let Some(wasi) = wasi else {
        return Ok(Mapping::Module { specifier: path.to_owned(), member: None });
    };
    let (package, interface) = wasi.split_once('/').unwrap_or((wasi, ""));
    let known = ["cli", "clocks", "filesystem", "http", "io", "random", "sockets"];
    let is_provided = version.is_none() || is("0.2");
    if !is_provided || !known.contains(&package) || interface.is_empty() {
        let mut message = format!("nothing is known to provide the import `{name}`");
        let mut help = format!("map it to a module of yours: `--map '{path}=./my-module.js'`");
        if is("0.3") && !interface.is_empty() {
            message.push_str("; of WASI, `@windlass/wasi` has 0.2");
            help = format!(
                "map it to a module of yours that exports `{}`: `--map 'wasi:{package}/*@0.3=./my-{package}.js#*'`",
                lower_camel(interface)
            );
        }
        return Err(Error::new(Code::UnknownImport, message)
            .at(format!("import `{name}`"))
            .help(help));
    }
    Ok(Mapping::Module {
        specifier: format!("@windlass/wasi/{package}"),
        member: Some(lower_camel(interface)),
    })
}

/// `module` or `module#export`. A `#` at the beginning is the module's: `#internal/x`
/// is what the `imports` of a `package.json` map.
fn to_module(specifier: &str) -> Mapping {
    let member = specifier.match_indices('#').map(|(at, _)| at).find(|at| *at > 0);
    match member.map(|at| (&specifier[..at], &specifier[at + 1..])) {
        Some((module, member)) if !member.is_empty() => {
            Mapping::Module { specifier: module.to_owned(), member: Some(lower_camel(member)) }
        }
        _ => Mapping::Module { specifier: specifier.to_owned(), member: None },
    }
}

/// What the stars of a pattern stand for, if the pattern fits an import name.
fn matches(pattern: &str, name: &str) -> Option<Vec<String>> {
    let (pattern_path, pattern_version) = split_version(pattern);
    let (path, version) = split_version(name);
    if !pattern_version.is_none_or(|range| version.is_some_and(|version| fits(range, version))) {
        return None;
    }
    let mut stars = Vec::new();
    glob(pattern_path, path, &mut stars).then_some(stars)
}

/// Whether a version is the one that a pattern names, or compatible with it and not older, as
/// Semantic Versioning has it: `0.2` is any 0.2, `1.2.0` also 1.3.
fn fits(range: &str, version: &str) -> bool {
    if range == "*" || range == version {
        return true;
    }
    let (Some(range), Some(exact)) = (numbers(range), numbers(version)) else { return false };
    let breaking = range.iter().position(|&number| number > 0).map_or(range.len(), |at| at + 1);
    // What precedes a release is not compatible with it.
    (range.len() < 3 || !version.contains('-'))
        && exact.starts_with(&range[..breaking])
        && exact >= range
}

/// The numbers of a version, or of as much of one as there is.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let release = version.split(['-', '+']).next()?;
    release.splitn(3, '.').map(|number| number.parse().ok()).collect()
}

fn split_version(name: &str) -> (&str, Option<&str>) {
    name.split_once('@').map_or((name, None), |(path, version)| (path, Some(version)))
}
