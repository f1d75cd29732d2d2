//! Which declarations are used, and in which directions.

use std::collections::HashSet;

use super::super::model::{
    DeclId, Direction, Func, Member, Model, Resource, ResourceId, Side, TYPES, Ty, TyId,
};

/// The uses of types.
pub(super) struct Uses {
    /// Types whose two directions differ.
    differs: Vec<bool>,
    decls: Vec<TyId>,
    used: HashSet<TyId>,
    used_in: HashSet<TyId>,
    pub(super) resources: HashSet<ResourceId>,
}

impl Uses {
    pub(super) fn of(model: &Model) -> Self {
        let mut differs = vec![false; model.types.len()];
        for id in model.post_order() {
            differs[id.0] = match &model.types[id.0] {
                Ty::List(element) if matches!(model.resolve(*element), Ty::Number(_)) => true,
                Ty::Stream(_) => true,
                _ => model.parts(id).iter().any(|part| differs[part.0]),
            };
        }
        let decls = model.decls.iter().map(|decl| decl.body).collect();
        let mut uses = Self {
            differs,
            decls,
            used: HashSet::new(),
            used_in: HashSet::new(),
            resources: HashSet::new(),
        };
        for scope in &model.scopes {
            for member in &scope.members {
                match member {
                    Member::Func(func) => uses.func(model, scope.side, func),
                    Member::Resource(id) => {
                        uses.resource(model, scope.side, &model.resources[id.0]);
                    }
                    Member::Type(_)
                    | Member::Scope(_)
                    | Member::Module(_)
                    | Member::Component(_)
                    | Member::Opaque(..) => {}
                }
            }
        }
        // Named types of interfaces are printed whether or not a function uses them.
        for decl in model.decls.iter().filter(|decl| decl.scope != TYPES) {
            uses.mark(model, decl.body, Direction::Out);
        }
        uses
    }

    pub(super) fn resource(&mut self, model: &Model, side: Side, resource: &Resource) {
        for func in resource.constructor.iter().chain(&resource.methods).chain(&resource.statics) {
            self.func(model, side, func);
        }
    }

    pub(super) fn func(&mut self, model: &Model, side: Side, func: &Func) {
        let (params, result) = directions(side);
        for (_, ty) in &func.params {
            self.mark(model, *ty, params);
        }
        if let Some(ty) = func.result {
            self.mark(model, ty, result);
        }
    }

    pub(super) fn mark(&mut self, model: &Model, ty: TyId, direction: Direction) {
        let mut stack = vec![ty];
        while let Some(id) = stack.pop() {
            let seen = match direction {
                Direction::In => &mut self.used_in,
                Direction::Out => &mut self.used,
            };
            if seen.insert(id) {
                if let Ty::Handle(resource) = &model.types[id.0] {
                    self.resources.insert(*resource);
                }
                stack.extend(model.parts(id));
            }
        }
    }

    pub(super) fn is_used(&self, decl: DeclId) -> bool {
        let body = self.decls[decl.0];
        self.used.contains(&body) || self.used_in.contains(&body)
    }

    pub(super) fn needs_input(&self, decl: DeclId) -> bool {
        let body = self.decls[decl.0];
        self.differs[body.0] && self.used_in.contains(&body)
    }
}

/// Directions of parameters and results.
pub(super) fn directions(side: Side) -> (Direction, Direction) {
    match side {
        Side::Export => (Direction::In, Direction::Out),
        Side::Import => (Direction::Out, Direction::In),
    }
}
