//! The sources of imports: a person's mapping, and `wasi:*`.
//!
//! The names in a component, external ids among them, are text of whoever made it. As
//! specifiers they would open any module of the host: a component that imports `vm` would
//! get Node's. So only an entry of the map leads to a module. Where `*` carries a part of
//! an import's name into the specifier, that part chooses a file below a folder or package
//! that the entry fixes, or an export of a fixed module, and nothing else.

use indexmap::IndexSet;

use super::imports::is_empty;
use super::names::{lower_camel, upper_camel};
use crate::error::{Code, Error, Result};
use crate::link::linked::{Import, Linked};
use crate::options::{Options, Target, glob};

/// The source of an import.
pub(super) enum Source {
    Module {
        specifier: String,
        /// The named export of the module that is the instance, when the module holds several.
        member: Option<String>,
    },
    /// WASI that is the component's own, see [`Target::Hooks`].
    Granted,
}

/// Modules that runtimes bring, by the first segment of a specifier.
#[rustfmt::skip]
const BUILTINS: &[&str] = &[
    "_http_agent", "_http_client", "_http_common", "_http_incoming", "_http_outgoing",
    "_http_server", "_stream_duplex", "_stream_passthrough", "_stream_readable",
    "_stream_transform", "_stream_wrap", "_stream_writable", "_tls_common", "_tls_wrap",
    "assert", "async_hooks", "buffer", "bun", "child_process", "cluster", "console",
    "constants", "crypto", "dgram", "diagnostics_channel", "dns", "domain", "electron",
    "events", "fs", "http", "http2", "https", "inspector", "module", "net", "os", "path",
    "perf_hooks", "process", "punycode", "querystring", "readline", "repl", "stream",
    "string_decoder", "sys", "timers", "tls", "trace_events", "tty", "url", "util", "v8",
    "vm", "wasi", "worker_threads", "zlib",
];

/// Functions that all objects and functions inherit.
#[rustfmt::skip]
const INHERITED: &[&str] = &[
    "apply", "arguments", "bind", "call", "caller", "constructor", "hasOwnProperty",
    "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf",
];

/// The number of import names that an error lists which is about something else.
const SHOWN: usize = 5;

/// The source of each import that needs one, in order; `None` where nothing provides it,
/// which is an error but with [`Options::instantiate_only`].
pub(super) fn sources<'a>(
    linked: &'a Linked<'_>,
    options: &Options,
) -> Result<Vec<(&'a str, Option<Source>)>> {
    let own = options.map.iter().map(Rule::parse).collect::<Result<Vec<_>>>()?;
    let shared = options.shared_map.iter().map(Rule::parse).collect::<Result<Vec<_>>>()?;
    // Functions of a resource are found on its class, which is an import of its own.
    let imports: Vec<&Import> =
        linked.imports.iter().filter(|import| !import.name.starts_with('[')).collect();
    for rule in &own {
        if !imports.iter().any(|import| rule.stars(&import.name).is_some()) {
            return Err(unused(rule, &imports));
        }
    }
    let rules: Vec<&Rule> = own.iter().chain(&shared).collect();
    let (mut sources, mut unknown) = (Vec::new(), Vec::new());
    for import in imports {
        if is_empty(&import.kind) {
            continue;
        }
        let source = source_of(import, &rules, options);
        sources.push((import.name.as_str(), source.map_err(|cause| unknown.push(cause)).ok()));
    }
    if unknown.is_empty() || options.has_no_entry() {
        return Ok(sources);
    }
    Err(nothing_provides(&unknown))
}

/// An entry of the map.
struct Rule<'a> {
    pattern: &'a str,
    target: &'a str,
    /// The module of the target, and the export of it that is meant.
    module: &'a str,
    member: Option<&'a str>,
}

impl<'a> Rule<'a> {
    /// Refuses an entry that would go by without a word, or lead anywhere.
    fn parse((pattern, target): &'a (String, String)) -> Result<Self> {
        let (module, member) = split_member(target);
        let rule = Self { pattern, target, module, member };
        let Some((problem, help)) = rule.problem() else { return Ok(rule) };
        let message = format!("the mapping of `{pattern}` {problem}");
        Err(Error::new(Code::InvalidOption, message).help(help))
    }

    /// The problem of the entry, whatever is imported, and the way out.
    fn problem(&self) -> Option<(String, &'static str)> {
        let Self { pattern, target, module, member } = *self;
        let stars = |text: &str| text.matches('*').count();
        let (path, range) = split_version(pattern);
        if target.is_empty() {
            return Some(("leads to no module".into(), "name a module: `./my-module.js`"));
        }
        if let Some(range) = range
            && range != "*"
            && numbers(range).is_none()
        {
            let help = "write as much of a version as is meant: `@1`, `@0.2`, `@0.2.3`";
            return Some(("has no version after its `@`".into(), help));
        }
        if stars(target) > stars(path) {
            let problem = format!("leads to `{target}`, which has more `*` than the pattern");
            return Some((problem, "each `*` repeats one of the pattern"));
        }
        if let Some(member) = member.filter(|member| !member.contains('*'))
            && !is_identifier(&joined(member))
        {
            let problem = format!("leads to the export `{member}`, which is no name");
            return Some((problem, "write `module#name`, as in `./all.js#log`"));
        }
        // A person who names an import may map it to anything.
        if stars(path) == 0 {
            return None;
        }
        if is_of_runtime(module) {
            let problem = format!("leads to `{target}`, which is neither a path nor a package");
            return Some((problem, "map each import to it by its name, without `*`"));
        }
        if module.contains('*') && fixed_part(module).is_none() {
            let problem =
                format!("leads to `{target}`, by which a component chooses any module of the host");
            return Some((
                problem,
                "begin it with a folder or package: `./host/*.js`, `@acme/*`; or map each import by its name",
            ));
        }
        None
    }

    /// The texts that the stars of the pattern stand for, if it fits an import name.
    fn stars(&self, name: &str) -> Option<Vec<String>> {
        let (pattern_path, range) = split_version(self.pattern);
        let (path, version) = split_version(name);
        if !range.is_none_or(|range| version.is_some_and(|version| fits(range, version))) {
            return None;
        }
        let mut stars = Vec::new();
        glob(pattern_path, path, &mut stars).then_some(stars)
    }

    /// The target with its stars filled in; `None` where one would lead elsewhere.
    fn fill(&self, stars: &[String]) -> Option<Source> {
        let in_module = self.module.matches('*').count().min(stars.len());
        let (of_module, of_member) = stars.split_at(in_module);
        let specifier = fill_module(self.module, of_module)?;
        let member = match self.member {
            Some(member) => Some(fill_member(member, of_member)?),
            None => None,
        };
        Some(Source::Module { specifier, member })
    }
}

/// The module with its stars filled in, if that is a file below its fixed part.
fn fill_module(module: &str, stars: &[String]) -> Option<String> {
    if stars.is_empty() {
        return Some(module.to_owned());
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.:+/".contains(c);
    if !stars.iter().all(|star| star.chars().all(is_plain)) {
        return None;
    }
    let mut pieces = module.split('*');
    let mut filled = pieces.next()?.to_owned();
    for (piece, star) in pieces.zip(stars) {
        filled.extend([star, piece]);
    }
    let below = filled.strip_prefix(fixed_part(module)?)?;
    let stays = |segment: &str| !segment.trim_matches('.').is_empty();
    (below.split('/').all(stays) && !below.contains(['%', '\\']) && !is_of_runtime(&filled))
        .then_some(filled)
}

/// The name of an export with its stars filled in, if it is one that a module has by itself.
fn fill_member(member: &str, stars: &[String]) -> Option<String> {
    let mut pieces = member.split('*');
    let mut filled = pieces.next()?.to_owned();
    for (piece, star) in pieces.zip(stars) {
        filled.push_str(&if filled.is_empty() { lower_camel(star) } else { upper_camel(star) });
        filled.push_str(piece);
    }
    let name = joined(&filled);
    // A module that was CommonJS is an object, and inherits.
    let is_word = |star: &String| star.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_own =
        stars.is_empty() || stars.iter().all(is_word) && !INHERITED.contains(&name.as_str());
    (is_own && is_identifier(&name)).then_some(name)
}

/// The beginning of a module up to the last `/` before its first `*`: a folder other than
/// the root of a disk or host, or a package.
fn fixed_part(module: &str) -> Option<&str> {
    let before = module.split('*').next()?;
    let fixed = &before[..=before.rfind('/')?];
    let path = fixed.strip_prefix("file://").unwrap_or(fixed);
    let is_root = path == "/" || path.starts_with("//") || is_drive(path.trim_matches('/'));
    (!is_root).then_some(fixed)
}

/// Whether a specifier is a URL, or a module that the runtime brings.
fn is_of_runtime(module: &str) -> bool {
    // As parsers of URLs do.
    let module = module.trim_start_matches(|c| c <= ' ');
    let first = module.split('/').next().unwrap_or(module);
    let is_path = is_drive(first) || module.starts_with("file:///");
    BUILTINS.contains(&first) || first.contains(':') && !is_path
}

/// `C:`
fn is_drive(text: &str) -> bool {
    text.len() == 2 && text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.ends_with(':')
}

/// `module` or `module#export`. A `#` at the beginning is the module's: `#internal/x`
/// is what the `imports` of a `package.json` map.
fn split_member(target: &str) -> (&str, Option<&str>) {
    let at = target.match_indices('#').map(|(at, _)| at).find(|at| *at > 0);
    match at.map(|at| (&target[..at], &target[at + 1..])) {
        Some((module, member)) if !member.is_empty() => (module, Some(member)),
        _ => (target, None),
    }
}

/// The name of an export as it is written, but what WIT writes with `-` as JavaScript has it.
fn joined(member: &str) -> String {
    let mut words = member.split('-').filter(|word| !word.is_empty());
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut chars = word.chars();
        name.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        name.extend(chars);
    }
    name
}

fn is_identifier(name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    name.chars().all(is_part) && name.starts_with(|c: char| !c.is_numeric())
}

/// An import that nothing provides.
struct Unknown<'a> {
    import: &'a Import,
    /// The target that its name does not fit into.
    target: Option<String>,
}

/// The source of an import: that of its very name, else of the first entry that fits, else WASI.
fn source_of<'a>(
    import: &'a Import,
    rules: &[&Rule<'_>],
    options: &Options,
) -> Result<Source, Unknown<'a>> {
    let name = &import.name;
    let own = rules.iter().find(|rule| rule.pattern == name);
    let fitting = own.into_iter().chain(rules).find_map(|rule| Some((rule, rule.stars(name)?)));
    if let Some((rule, stars)) = fitting {
        let unknown = Unknown { import, target: Some(rule.target.to_owned()) };
        return rule.fill(&stars).ok_or(unknown);
    }
    wasi(name, options.target).ok_or(Unknown { import, target: None })
}

/// The packages of WASI 0.2 in `@windlass/wasi`.
const WASI_0_2: [&str; 7] = ["cli", "clocks", "filesystem", "http", "io", "random", "sockets"];

/// The packages of WASI 0.3 in `@windlass/wasi`.
const WASI_0_3: [&str; 4] = ["cli", "clocks", "filesystem", "random"];

/// The WASI proposals in `@windlass/wasi`, with their exact versions, since drafts of a proposal
/// are incompatible.
const DRAFTS: [(&str, &[&str]); 3] = [
    ("config", &["0.2.0-rc.1", "0.2.0-draft"]),
    ("keyvalue", &["0.2.0-draft"]),
    ("logging", &["0.1.0-draft"]),
];

/// The provider of an import of WASI 0.2, 0.3 or of a draft, which need no entry.
fn wasi(name: &str, target: Target) -> Option<Source> {
    let (path, version) = split_version(name);
    let path = path.strip_prefix("wasi:")?;
    let (package, interface) = path.split_once('/').filter(|(_, it)| !it.is_empty())?;
    let is_draft = DRAFTS.iter().any(|(known, versions)| {
        *known == package && version.is_some_and(|version| versions.contains(&version))
    });
    let is_0_2 = version.is_some_and(|version| is_of("0.2", version));
    // Candidates for 0.3.0 have other shapes than 0.3.0.
    let is_0_3 = WASI_0_3.contains(&package) && version.is_some_and(|version| fits("0.3", version));
    if target == Target::Hooks && (is_0_2 || is_0_3 || is_draft) {
        return Some(Source::Granted);
    }
    let is_0_2 = WASI_0_2.contains(&package) && (is_0_2 || version.is_none());
    (is_0_2 || is_0_3 || is_draft).then(|| Source::Module {
        specifier: format!("@windlass/wasi/{}{package}", if is_0_3 { "p3/" } else { "" }),
        member: Some(lower_camel(interface)),
    })
}

/// Whether a version begins with these numbers.
fn is_of(numbers: &str, version: &str) -> bool {
    let rest = version.strip_prefix(numbers);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// One error for all imports that nothing provides, with the entry that would provide each.
fn nothing_provides(unknown: &[Unknown<'_>]) -> Error {
    let names: Vec<String> = unknown
        .iter()
        .map(|Unknown { import: Import { name, external_id, .. }, .. }| match external_id {
            Some(id) => format!("`{name}` (external id `{}`)", id.escape_debug()),
            None => format!("`{name}`"),
        })
        .collect();
    let (plural, it, module) = match names[..] {
        [_] => ("", "it", "a module"),
        _ => ("s", "them", "modules"),
    };
    let mut message = format!("nothing is known to provide the import{plural} {}", listed(&names));
    for Unknown { import, target } in unknown {
        if let Some(target) = target {
            let text = format!("; the name `{}` does not fit into `{target}`", import.name);
            message.push_str(&text);
        }
    }
    let is_wasi_0_3 = |unknown: &Unknown<'_>| wasi_0_3(&unknown.import.name).is_some();
    if unknown.iter().any(is_wasi_0_3) {
        let known = listed(&WASI_0_3.map(|package| format!("`wasi:{package}`")));
        let text = format!("; of WASI 0.3, `@windlass/wasi` has releases of {known}");
        message.push_str(&text);
    }
    let path_of = |unknown: &Unknown<'_>| split_version(&unknown.import.name).0.to_owned();
    let entries: IndexSet<String> = unknown
        .iter()
        .map(|one| {
            let is_alone =
                unknown.iter().filter(|other| path_of(other) == path_of(one)).count() == 1;
            format!("--map '{}'", entry_for(&one.import.name, is_alone))
        })
        .collect();
    let entries = entries.into_iter().collect::<Vec<_>>().join(" ");
    let help = format!(
        "map {it} to {module} of yours: `{entries}`, or `map` of the options or windlass.config.json; `--instantiate-only` needs none"
    );
    let error = Error::new(Code::UnknownImport, message).help(help);
    match unknown {
        [Unknown { import, .. }] => error.at(format!("import `{}`", import.name)),
        _ => error,
    }
}

/// The entry that would provide an import; with its version, unless its path is the only one.
fn entry_for(name: &str, is_alone: bool) -> String {
    if let Some((package, range)) = wasi_0_3(name) {
        return format!("wasi:{package}/*@{range}=./my-{package}.js#*");
    }
    let (path, _) = split_version(name);
    let last = path.rsplit(['/', ':']).next().unwrap_or(path);
    format!("{}=./{last}.js", if is_alone { path } else { name })
}

/// The package of an import of WASI 0.3, and the versions that fit its own.
fn wasi_0_3(name: &str) -> Option<(&str, &str)> {
    let (path, version) = split_version(name);
    let (package, _) = path.strip_prefix("wasi:")?.split_once('/')?;
    let version = version.filter(|version| is_of("0.3", version))?;
    Some((package, if fits("0.3", version) { "0.3" } else { version }))
}

/// An entry that fits no import, with those that are near.
fn unused(rule: &Rule<'_>, imports: &[&Import]) -> Error {
    let (path, _) = split_version(rule.pattern);
    let names = imports.iter().map(|import| import.name.as_str());
    let (same, others): (Vec<_>, Vec<_>) =
        names.partition(|name| glob(path, split_version(name).0, &mut Vec::new()));
    let shown = if same.is_empty() { others } else { same };
    let mut names: Vec<String> = shown.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if shown.len() > SHOWN {
        names.push(format!("{} more", shown.len() - SHOWN));
    }
    let help = match names[..] {
        [] => "the component imports nothing".to_owned(),
        _ => format!("the component imports {}", listed(&names)),
    };
    let message = format!("the mapping of `{}` fits no import", rule.pattern);
    Error::new(Code::InvalidOption, message).help(help)
}

/// `a`, `a and b`, `a, b and c`
fn listed(names: &[String]) -> String {
    match names {
        [names @ .., last] if !names.is_empty() => format!("{} and {last}", names.join(", ")),
        _ => names.concat(),
    }
}

/// Whether a version is compatible with the one that a pattern names, as Semantic Versioning
/// has it: `0.2` and `0.2.10` are any 0.2, `1.2.0` any 1. A pre-release is only itself.
fn fits(range: &str, version: &str) -> bool {
    if range == "*" || range == version {
        return true;
    }
    let is_pre_release =
        |version: &str| version.split('+').next().is_some_and(|it| it.contains('-'));
    let (Some(range_numbers), Some(exact)) = (numbers(range), numbers(version)) else {
        return false;
    };
    let breaking = range_numbers.iter().position(|&number| number > 0);
    let breaking = breaking.map_or(range_numbers.len(), |at| at + 1);
    !is_pre_release(range)
        && !is_pre_release(version)
        && exact.starts_with(&range_numbers[..breaking])
}

/// The numbers of a version, or of as much of one as there is.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let release = version.split(['-', '+']).next()?;
    release.splitn(3, '.').map(|number| number.parse().ok()).collect()
}

/// The path of an import name and its version.
fn split_version(name: &str) -> (&str, Option<&str>) {
    name.split_once('@').map_or((name, None), |(path, version)| (path, Some(version)))
}

#[cfg(test)]
#[path = "mapping_test.rs"]
mod test;
