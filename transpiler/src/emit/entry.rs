//! The entry: loads core modules in the way of its target, fills the imports
//! object, instantiates once and exports by name.

use indexmap::IndexMap;

use super::export_names::{export_names, notices};
use super::file::ModuleFile;
use super::js::{self, Expr};
use super::mapping::{self, Source};
use super::names::{Name, instance_key};
use super::start::{Cores, Start, has_trap_module};
use crate::error::Result;
use crate::file_names::FileNames;
use crate::link::linked::Linked;
use crate::options::Options;
use crate::output::{File, Notice};

/// The entry and what is known of it.
pub(super) struct Entry {
    /// The file, and its source map if that is asked for.
    pub files: Vec<File<'static>>,
    /// As [`Output::imports`](crate::Output::imports).
    pub imports: Vec<(String, Option<String>)>,
    pub exports: Vec<String>,
    /// As [`Output::notices`](crate::Output::notices).
    pub notices: Vec<Notice>,
}

/// Emits the entry.
pub(super) fn entry(
    linked: &Linked<'_>,
    options: &Options,
    called: &FileNames,
    cores: &Cores,
) -> Result<Entry> {
    let mut file = ModuleFile::new(options);
    let sources = mapping::sources(linked, options)?;
    let imports = sources
        .iter()
        .map(|(name, source)| ((*name).to_owned(), source.as_ref().map(|it| text_of(it, called))))
        .collect();
    let names = export_names(&linked.exports, true);
    let notices = notices(&names);
    let keys: Vec<String> = names.into_values().collect();
    if options.has_no_entry() {
        return Ok(Entry { files: vec![], imports, exports: keys, notices });
    }
    // Before others can take them.
    let locals: Vec<Option<Name>> = keys.iter().map(|key| file.names.exact(key)).collect();
    let props = import_sources(&sources, called, &mut file);
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

/// A source as users write it.
fn text_of(source: &Source, called: &FileNames) -> String {
    match source {
        Source::Module { specifier, member: Some(member) } => format!("{specifier}#{member}"),
        Source::Module { specifier, member: None } => specifier.clone(),
        Source::Granted => granted_module(called),
    }
}

/// The module from which the hooks import `createWasi`.
fn granted_module(called: &FileNames) -> String {
    format!("./{}", called.with("wasi.js"))
}

/// Imports the modules that are sources; the properties of the imports object.
fn import_sources(
    sources: &[(&str, Option<Source>)],
    called: &FileNames,
    file: &mut ModuleFile,
) -> Vec<js::Prop> {
    let mut props = Vec::new();
    let mut is_granted = false;
    let mut shared: IndexMap<(&str, Option<&str>), Name> = IndexMap::new();
    for (import, source) in sources {
        let (specifier, member) = match source {
            Some(Source::Module { specifier, member }) => (specifier, member.as_deref()),
            Some(Source::Granted) => {
                is_granted = true;
                continue;
            }
            None => continue,
        };
        let name = shared.entry((specifier, member)).or_insert_with(|| {
            let name = file.names.fresh(&instance_key(import));
            file.items.push(match member {
                Some(member) => js::import_named(vec![(member, name.clone())], specifier),
                None => js::import_ns(&name, specifier),
            });
            name
        });
        props.push(js::prop(*import, js::id(name)));
    }
    if is_granted {
        // Mapped names come after WASI, and so have precedence.
        let create = file.names.fresh("createWasi");
        let module = granted_module(called);
        file.items.push(js::import_named(vec![("createWasi", create.clone())], &module));
        props.insert(0, js::prop_spread(granted_wasi(&create)));
    }
    props
}

/// WASI with what is granted to this component:
/// `globalThis[Symbol.for("windlass.registered")].wasi(createWasi, import.meta.url)`
fn granted_wasi(create: &Name) -> Expr {
    js::call_method(hooks(), "wasi", vec![js::id(create), own_url()])
}

/// The object that the hooks register for modules of their thread.
pub(super) fn hooks() -> Expr {
    let key = js::call_method(js::ident_str("Symbol"), "for", vec![js::str("windlass.registered")]);
    js::index(js::ident_str("globalThis"), key)
}

/// `import.meta.url`
pub(super) fn own_url() -> Expr {
    js::member(js::import_meta(), "url")
}
