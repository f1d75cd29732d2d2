//! The cost of linking so far: small files can describe huge instantiations.

use super::frame::at;
use super::linked::{CoreDef, HostItem};
use crate::error::{Code, Error, Result};
use crate::options::{Budget, FUNCTION_BYTES, raise};

/// Steps of linking, about a microsecond each; a large real component takes some thousands.
const MAX_WORK: usize = 2_000_000;

/// Steps that an imported or exported item costs: linking it, and declaring it afterwards.
const ITEM_WORK: usize = 8;

/// Instances and steps, counted over a component and the components it exports.
pub(super) struct Spent {
    instances: u32,
    max_instances: u32,
    work: usize,
    functions: usize,
    max_functions: usize,
    pub(super) exported_depth: u32,
}

impl Spent {
    pub(super) fn new(budget: &Budget) -> Self {
        Self {
            instances: 0,
            max_instances: budget.instances,
            work: 0,
            functions: 0,
            max_functions: budget.output / FUNCTION_BYTES,
            exported_depth: 0,
        }
    }

    /// Counts a component instance or core instance.
    pub(super) fn instance(&mut self) -> Result<()> {
        if self.instances >= self.max_instances {
            return Err(Error::new(
                Code::BudgetExceeded,
                format!("the component makes more than {} instances", self.max_instances),
            )
            .help(raise("instances")));
        }
        self.instances += 1;
        Ok(())
    }

    /// Counts an exported function: one instance can be exported under many names.
    pub(super) fn export(&mut self) -> Result<()> {
        if self.functions >= self.max_functions {
            let max = self.max_functions;
            let message = format!("the component exports functions under more than {max} names");
            return Err(Error::new(Code::BudgetExceeded, message).help(raise("output")));
        }
        self.functions += 1;
        Ok(())
    }

    /// Counts an item that the root imports or exports: the names of the instances
    /// around it are copied, and one instance type can be in many places.
    pub(super) fn item(&mut self, name: &str, path: &[String]) -> Result<()> {
        self.work(ITEM_WORK + 4 * path.len())?;
        self.text(name.len() + path.iter().map(String::len).sum::<usize>())
    }

    /// Counts steps.
    pub(super) fn work(&mut self, steps: usize) -> Result<()> {
        self.work = self.work.saturating_add(steps);
        if self.work > MAX_WORK {
            return Err(Error::new(
                Code::BudgetExceeded,
                format!("linking the component takes more than {MAX_WORK} steps"),
            ));
        }
        Ok(())
    }

    /// A copy of a core definition, counted.
    pub(super) fn core(&mut self, space: &[CoreDef], index: u32) -> Result<CoreDef> {
        let def = at(space, index)?;
        if let CoreDef::Export { name, .. } = def {
            self.text(name.len())?;
        }
        Ok(def.clone())
    }

    /// Counts a copy of a place in what the host passes in.
    pub(super) fn host(&mut self, item: &HostItem) -> Result<()> {
        self.text(item.path.iter().map(String::len).sum())
    }

    /// Counts the steps that a copy of some text is worth.
    pub(super) fn text(&mut self, bytes: usize) -> Result<()> {
        self.work(1 + bytes / 256)
    }
}
