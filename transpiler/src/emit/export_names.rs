//! The JavaScript names of exports that lie side by side, for the exports object, the entry and
//! the declarations.
//!
//! Everything has its own name, in `camelCase` or for a class in `PascalCase`; an interface has
//! the last segment of it, `api` of `demo:one/api@1.0.0`. Where two meet, items go before
//! interfaces and the first before others. An interface that comes later is called by more of
//! its name: `twoApi` and `demoTwoApi` of `demo:two/api`, or `apiV2_0_0` where only the version
//! tells it from one before.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::host::FuncName;
use super::names::{export_key, instance_key, lower_camel, upper_camel};
use crate::link::linked::Export;
use crate::output::Notice;

/// The kind of an export, as far as its name goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Interface,
    Class,
    /// A function, a core module or a component.
    Item,
}

/// The names of exports, in their order. At the root none is called `then`.
pub(crate) fn unique_names(exports: &[(Kind, &str)], is_root: bool) -> Vec<String> {
    let mut names = vec![String::new(); exports.len()];
    let mut taken = HashSet::new();
    let mut paths = HashSet::new();
    let is_interface = |(_, (kind, _)): &(usize, &(Kind, &str))| *kind == Kind::Interface;
    let (interfaces, own): (Vec<_>, Vec<_>) = exports.iter().enumerate().partition(is_interface);
    for (index, (kind, name)) in own.into_iter().chain(interfaces) {
        let candidates = match kind {
            Kind::Interface => interface_names(name, !paths.insert(split_version(name).0)),
            Kind::Class => vec![upper_camel(name)],
            Kind::Item => vec![lower_camel(name), name.replace('-', "_")],
        };
        let candidates: Vec<String> = candidates
            .into_iter()
            .map(|name| if is_root { export_key(name) } else { name })
            .collect();
        let free = candidates.iter().find(|name| !taken.contains(*name)).cloned();
        let unique =
            free.unwrap_or_else(|| numbered(candidates.last().map_or("", |it| it), &taken));
        taken.insert(unique.clone());
        names[index] = unique;
    }
    names
}

/// The names that an interface takes, the one that it is best called by first.
fn interface_names(name: &str, is_other_version: bool) -> Vec<String> {
    let (path, version) = split_version(name);
    let segments: Vec<&str> = path.split([':', '/']).collect();
    let of = |first: usize| lower_camel(&segments[first..].join("-"));
    let version = version.map(|version| {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        version.chars().map(plain).collect::<String>()
    });
    let lengths = (0..segments.len()).rev();
    let versioned = version.iter().flat_map(|version| {
        let from = if is_other_version { segments.len() } else { 1 };
        (0..from).rev().map(move |first| (first, version))
    });
    let versioned = versioned.map(|(first, version)| format!("{}V{version}", of(first)));
    if is_other_version {
        return std::iter::once(instance_key(name)).chain(versioned).collect();
    }
    lengths.map(of).chain(versioned).collect()
}

fn split_version(name: &str) -> (&str, Option<&str>) {
    name.split_once('@').map_or((name, None), |(path, version)| (path, Some(version)))
}

/// The first of `x2`, `x3` … that is free.
fn numbered(stem: &str, taken: &HashSet<String>) -> String {
    let gap = if stem.ends_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
    let numbers = 2..=taken.len() + 2;
    let mut names = numbers.map(|number| format!("{stem}{gap}{number}"));
    names.find(|name| !taken.contains(name)).unwrap_or_default()
}

/// The JavaScript names of exports by their names, items before interfaces. Types and what
/// belongs to a class have none.
pub(super) fn export_names<'e>(
    exports: &'e IndexMap<String, Export<'_>>,
    is_root: bool,
) -> IndexMap<&'e str, String> {
    let of = |(name, export): (&'e String, &Export<'_>)| {
        let kind = match export {
            Export::Type => return None,
            Export::Func { .. } => match FuncName::parse(name) {
                FuncName::Plain(_) => Kind::Item,
                FuncName::Constructor(_) | FuncName::Method(..) | FuncName::Static(..) => {
                    return None;
                }
            },
            Export::Module(_) | Export::Component(_) => Kind::Item,
            Export::Resource(_) => Kind::Class,
            Export::Instance(_) | Export::Host(_) => Kind::Interface,
        };
        Some((kind, name.as_str()))
    };
    let named: Vec<_> = exports.iter().filter_map(of).collect();
    let unique = unique_names(&named, is_root);
    let (interfaces, own): (Vec<_>, Vec<_>) =
        named.into_iter().zip(unique).partition(|((kind, _), _)| *kind == Kind::Interface);
    own.into_iter().chain(interfaces).map(|((_, name), unique)| (name, unique)).collect()
}

/// Notices about interfaces that are not called by the last segment of their names.
pub(super) fn notices(names: &IndexMap<&str, String>) -> Vec<Notice> {
    let mut notices = Vec::new();
    for (name, unique) in names {
        let short = export_key(instance_key(name));
        let holder = names.iter().find(|(_, other)| **other == short);
        let Some((other, _)) = holder.filter(|(other, _)| *other != name) else { continue };
        if !name.contains([':', '/']) || *unique == short {
            continue;
        }
        notices.push(Notice {
            code: "colliding-exports",
            message: format!(
                "the export `{name}` is called `{unique}`, since `{other}` is called `{short}`"
            ),
        });
    }
    notices
}

#[cfg(test)]
#[path = "export_names_test.rs"]
mod tests;
