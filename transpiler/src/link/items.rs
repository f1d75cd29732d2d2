//! Items of index spaces while linking, each by where it finally comes from.

use std::collections::HashMap;
use std::rc::Rc;

use indexmap::IndexMap;

use super::linked::{CoreDef, Func, HostItem};
use crate::decode::{ComponentId, ModuleId};
use crate::error::{Code, Error, Result};
use crate::index::{CoreInstanceIndex, ResourceIndex};

/// An item that an instance exports or that instantiation takes.
#[derive(Clone)]
pub(super) enum Item {
    Func(Rc<Func>),
    Instance(Rc<Inst>),
    Module(Module),
    Component(Comp),
    Resource(ResourceIndex),
    /// A type that is not a resource; the validator knows the rest.
    Type,
}

/// A component instance.
pub(super) struct Inst {
    /// Set when the host passes the instance as it is.
    pub(super) host: Option<HostItem>,
    pub(super) exports: IndexMap<String, Item>,
}

/// A core module.
#[derive(Clone)]
pub(super) enum Module {
    Static(ModuleId),
    Host(Rc<HostItem>),
}

/// A component, with what it captures from around it.
#[derive(Clone)]
pub(super) enum Comp {
    Static { component: ComponentId, captured: Rc<[Captured]> },
    Host(Rc<HostItem>),
}

/// An item that a nested component takes from the ones around it.
#[derive(Clone)]
pub(super) enum Captured {
    Module(Module),
    Component(Comp),
}

impl Captured {
    /// Whether the host passes it, or something that it captures.
    pub(super) fn is_from_host(&self) -> bool {
        match self {
            Self::Module(module) => matches!(module, Module::Host(_)),
            Self::Component(component) => component.captures_host(),
        }
    }
}

impl Comp {
    /// Whether the host passes it, or something that it captures.
    pub(super) fn captures_host(&self) -> bool {
        match self {
            Self::Static { captured, .. } => captured.iter().any(Captured::is_from_host),
            Self::Host(_) => true,
        }
    }
}

/// A core instance.
pub(super) enum CoreInst {
    Module(CoreInstanceIndex),
    Exports(HashMap<String, CoreDef>),
}

impl CoreInst {
    pub(super) fn export(&self, name: &str) -> Result<CoreDef> {
        match self {
            Self::Module(instance) => {
                Ok(CoreDef::Export { instance: *instance, name: name.to_owned() })
            }
            Self::Exports(exports) => exports.get(name).cloned().ok_or_else(|| lost(name)),
        }
    }
}

/// The error for what validation rules out.
pub(super) fn lost(what: &str) -> Error {
    Error::new(Code::InvalidComponent, format!("`{what}` cannot be traced to its definition"))
}
