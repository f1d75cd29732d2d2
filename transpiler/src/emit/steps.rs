//! The two forms of `instantiate`. Chromium instantiates no core module over 8 MiB at once on
//! a page's main thread, so a component with one gets `instantiateAsync` as well. Both run the
//! same code: a generator that yields each core instance, or a promise of it.

use super::emitter::Emitter;
use super::js::{self, Expr, FnKind, Stmt};
use super::names::Name;
use super::runtime::Helper;
use crate::link::linked::{Initializer, Linked, ModuleRef};
use crate::options::SYNC_LIMIT;

/// The forms that a component is instantiated in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `instantiate`
    AtOnce,
    /// `instantiate` and `instantiateAsync`
    Both,
}

impl Form {
    /// Both where a core module is large, or the host passes it in and it may be.
    pub(super) fn of(linked: &Linked<'_>) -> Self {
        let may_be_large = |initializer: &Initializer<'_>| match initializer {
            Initializer::InstantiateModule { module: ModuleRef::Static(module), .. } => {
                linked.modules[module.index()].emitted().len() > SYNC_LIMIT
            }
            Initializer::InstantiateModule { module: ModuleRef::Host(_), .. } => true,
            Initializer::InstantiateComponent { .. } => false,
        };
        if linked.initializers.iter().any(may_be_large) { Self::Both } else { Self::AtOnce }
    }

    /// The kind of the function with the code.
    pub(super) fn kind(self) -> FnKind {
        match self {
            Self::AtOnce => FnKind::Plain,
            Self::Both => FnKind::Generator,
        }
    }
}

/// A form of `instantiate` over a generator.
pub(super) struct Driver {
    pub key: &'static str,
    helper: Helper,
    later: bool,
}

pub(super) const DRIVERS: [Driver; 2] = [
    Driver { key: "instantiate", helper: Helper::MakeAtOnce, later: false },
    Driver { key: "instantiateAsync", helper: Helper::MakeLater, later: true },
];

impl Emitter<'_> {
    /// `new WebAssembly.Instance(module, imports).exports`, or
    /// `(yield coreInstance(later, module, imports)).exports`
    pub(super) fn core_exports(&mut self, module: Expr, imports: Option<Expr>) -> Expr {
        let mut args = vec![module];
        args.extend(imports);
        let instance = if let Some(later) = &self.later {
            args.insert(0, js::id(later));
            js::yield_(Some(self.helper(Helper::CoreInstance, args)))
        } else {
            js::new(js::member(js::ident_str("WebAssembly"), "Instance"), args)
        };
        js::member(instance, "exports")
    }

    /// The parameter and the body of a form of `instantiate`:
    /// `(...given) { return makeAtOnce(steps(false, …, ...given)); }`
    pub(super) fn drive(
        &mut self,
        driver: &Driver,
        steps: &Name,
        first: Option<Expr>,
    ) -> (js::Pat, Vec<Stmt>) {
        let given = self.names.child().fresh("given");
        let mut args = vec![js::bool(driver.later)];
        args.extend(first);
        args.push(js::spread(js::id(&given)));
        let steps = js::call(js::id(steps), args);
        let made = self.helper(driver.helper, vec![steps]);
        (js::rest(&given), vec![js::ret(made)])
    }
}
