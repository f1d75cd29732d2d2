//! Start of an entry: its core modules and, with them, its exports.

use wasmparser::{Validator, WasmFeatures};

use super::entry::{hooks, own_url};
use super::file::ModuleFile;
use super::js::{self, Expr};
use super::names::Name;
use super::runtime::Helper;
use super::steps::Form;
use crate::file_names::FileNames;
use crate::options::{Options, Target};

/// The core modules of an entry.
pub(super) struct Cores {
    /// Their file names, or their bytes as text for [`Target::Inline`].
    pub sources: Vec<String>,
    /// Whether one is too large for a page to compile at once.
    pub are_large: bool,
    /// Bytes of all of them.
    pub size: usize,
    /// Whether each is small, and no engine lacks anything of it.
    pub are_plain: bool,
    /// The forms of `instantiate` that the glue has.
    pub form: Form,
}

/// Bytes of core modules from which an entry keeps the messages of a worker while it waits: the
/// helper takes 460, and `() -> u32` has 1 KB in all.
const HOLD_FROM: usize = 8192;

/// Bytes of a core module that Chromium compiles at once on a page's main thread in any version.
const PLAIN_LIMIT: usize = 4096;

/// Whether a core module is small and has only what all engines have.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    bytes.len() <= PLAIN_LIMIT
        && Validator::new_with_features(WasmFeatures::WASM2).validate_all(bytes).is_ok()
}

/// Whether nothing is compiled at run time, not even the module that traps.
pub(super) fn has_trap_module(target: Target) -> bool {
    match target {
        Target::Workerd | Target::Bundler => true,
        Target::Universal
        | Target::Node
        | Target::Web
        | Target::Inline
        | Target::Hooks
        | Target::Function => false,
    }
}

/// Whether the entry may run on a page's main thread.
fn is_for_pages(target: Target) -> bool {
    match target {
        Target::Universal | Target::Web | Target::Inline | Target::Bundler => true,
        Target::Node | Target::Workerd | Target::Hooks | Target::Function => false,
    }
}

/// The beginning of an entry.
pub(super) struct Start<'a> {
    pub file: &'a mut ModuleFile,
    pub options: &'a Options,
    pub called: &'a FileNames,
    pub cores: &'a Cores,
    /// Variables and the names that they are exported under.
    pub exports: Vec<(Name, String)>,
}

impl Start<'_> {
    /// Writes what makes the exports; `args` is what `instantiate` takes behind the core modules.
    pub(super) fn write(&mut self, args: Vec<Expr>) {
        let is_apart = self.cores.form == Form::Both && is_for_pages(self.options.target);
        let modules = self.modules();
        if !self.options.tla && (modules.are_pending || is_apart) {
            return self.export_later(modules, args, is_apart);
        }
        let [instantiate] = self.glue([if is_apart { "instantiateAsync" } else { "instantiate" }]);
        let modules = self.awaited(modules);
        let call = js::call(js::id(&instantiate), [vec![modules], args].concat());
        let value = if is_apart { self.hold(call) } else { call };
        self.export(value);
        if !self.options.tla {
            let resolved = js::call_method(js::ident_str("Promise"), "resolve", vec![]);
            self.export_init(vec![], resolved);
        }
    }

    /// Forms of `instantiate`, imported from the glue.
    fn glue<const N: usize>(&mut self, forms: [&'static str; N]) -> [Name; N] {
        let names = forms.map(|form| self.file.names.fresh(form));
        let named = forms.into_iter().zip(names.iter().cloned()).collect();
        let glue = format!("./{}", self.called.glue());
        self.file.items.insert(0, js::import_named(named, &glue));
        names
    }

    /// `export const { a, b } = value;`
    fn export(&mut self, value: Expr) {
        let (file, exports) = (&mut *self.file, std::mem::take(&mut self.exports));
        if exports.is_empty() {
            return file.push(js::expr_stmt(value));
        }
        if exports.iter().all(|(local, key)| local.as_str() == key) {
            let props = exports.iter().map(|(local, key)| (key.as_str(), local)).collect();
            return file.items.push(js::export_const(js::object_pat(props), value));
        }
        let whole = file.names.fresh("exports");
        file.push(js::const_(&whole, value));
        let member =
            |(local, key): &(Name, String)| (local.clone(), js::member(js::id(&whole), key));
        file.push(js::consts(exports.iter().map(member).collect()));
        file.items.push(js::export_named(exports));
    }

    /// `let a, b; const init = initialize(cores, make, fill); export { a, b, init as $init };`
    fn export_later(&mut self, modules: Modules, args: Vec<Expr>, is_apart: bool) {
        let instantiate = if is_apart {
            let forms = self.glue(["instantiate", "instantiateAsync"]);
            let allowed = self.file.runtime.import(Helper::AllowedForm);
            js::call(js::id(&allowed), forms.iter().map(js::id).collect())
        } else {
            let [instantiate] = self.glue(["instantiate"]);
            js::id(&instantiate)
        };
        let (file, exports) = (&mut *self.file, std::mem::take(&mut self.exports));
        if !exports.is_empty() {
            file.push(js::lets(exports.iter().map(|(local, _)| (local, None)).collect()));
        }
        let [cores, made] = ["cores", "exports"].map(|hint| file.names.child().fresh(hint));
        let make = js::call(instantiate, [vec![js::id(&cores)], args].concat());
        let props = exports.iter().map(|(local, key)| (key.as_str(), local)).collect();
        let fill = js::assign_pat(js::object_pat(props), js::id(&made));
        let initialize = file.runtime.import(Helper::Initialize);
        let args = vec![
            js::array(modules.values),
            js::arrow([cores], make),
            js::arrow([made], vec![js::expr_stmt(fill)]),
        ];
        self.export_init(exports, js::call(js::id(&initialize), args));
    }

    /// Exports `$init` and what else is there only when it is settled.
    fn export_init(&mut self, mut named: Vec<(Name, String)>, value: Expr) {
        let init = self.file.names.fresh("init");
        self.file.push(js::const_(&init, value));
        named.push((init, "$init".to_owned()));
        self.file.items.push(js::export_named(named));
    }

    /// The list of core modules, waited for where that is necessary.
    fn awaited(&mut self, Modules { mut values, are_pending, is_list }: Modules) -> Expr {
        if is_list {
            return values.remove(0);
        }
        if !are_pending {
            return js::array(values);
        }
        match values.len() {
            0 => js::array(values),
            1 => {
                let value = values.remove(0);
                js::array(vec![self.hold(value)])
            }
            _ => {
                let all = js::call_method(js::ident_str("Promise"), "all", vec![js::array(values)]);
                self.hold(all)
            }
        }
    }

    /// `await holdMessages(promise)`, or `await promise` where the core modules are so small that
    /// the helper would be most of the code.
    fn hold(&mut self, promise: Expr) -> Expr {
        if self.cores.size < HOLD_FROM {
            return js::await_(promise);
        }
        let hold = self.file.runtime.import(Helper::HoldMessages);
        js::await_(js::call(js::id(&hold), vec![promise]))
    }

    /// The core modules, in the way of the target.
    fn modules(&mut self) -> Modules {
        let Self { file, options, cores, .. } = self;
        let url = |file: &str| {
            js::new(js::ident_str("URL"), vec![js::str(&format!("./{file}")), own_url()])
        };
        let mut compiled = |helper, argument: &dyn Fn(&str) -> Expr| {
            let compile = file.runtime.import(helper);
            let sources = cores.sources.iter();
            sources.map(|source| js::call(js::id(&compile), vec![argument(source)])).collect()
        };
        let has_any = !cores.sources.is_empty();
        match options.target {
            Target::Universal if cores.are_plain => {
                Modules::new(compiled(Helper::CompileSmall, &url), has_any)
            }
            Target::Universal => Modules::new(compiled(Helper::CompileAnywhere, &url), has_any),
            Target::Web => Modules::new(compiled(Helper::CompileFetched, &url), has_any),
            Target::Node => Modules::new(compiled(Helper::CompileFile, &url), false),
            Target::Inline if cores.are_large => {
                Modules::new(compiled(Helper::CompileLongText, &js::str), true)
            }
            Target::Inline => Modules::new(compiled(Helper::CompileText, &js::str), false),
            Target::Workerd | Target::Bundler => {
                let mut values = Vec::new();
                for source in &cores.sources {
                    let name = file.names.fresh("core");
                    file.items.push(js::import_default(&name, &format!("./{source}")));
                    values.push(js::id(&name));
                }
                let is_bundler = options.target == Target::Bundler;
                Modules::new(values, is_bundler && !options.tla && has_any)
            }
            // The evaluator has them.
            Target::Function => Modules::new(vec![], false),
            Target::Hooks => Modules {
                values: vec![js::call_method(hooks(), "cores", vec![own_url()])],
                are_pending: false,
                is_list: true,
            },
        }
    }
}

/// Core modules as expressions.
struct Modules {
    values: Vec<Expr>,
    /// Whether some may be promises.
    are_pending: bool,
    /// Whether there is one value, the list of all.
    is_list: bool,
}

impl Modules {
    fn new(values: Vec<Expr>, are_pending: bool) -> Self {
        Self { values, are_pending, is_list: false }
    }
}
