//! Streams, futures and error contexts as values, and their elements in memory.

use indexmap::{IndexMap, IndexSet};

use super::async_call::Copies;
use super::copy::Side;
use super::emitter::Emitter;
use super::js::{self, Expr};
use super::lift::number_array;
use super::names::Name;
use super::runtime::Helper;
use super::scope::{At, Body, Place, Ptr};
use crate::abi::shape::Shape;
use crate::index::TypeId;

impl Emitter<'_> {
    /// `lift_error_context`, for the host.
    pub(super) fn lift_error_context(&mut self, place: Place, index: Expr) -> Expr {
        let instance = js::id(&self.instance(place.instance));
        self.helper(Helper::LiftErrorContext, vec![instance, index])
    }

    /// `lift_stream` and `lift_future`, as `helper` says, for the host.
    pub(super) fn lift_end(
        &mut self,
        helper: Helper,
        place: Place,
        ty: TypeId,
        element: Option<TypeId>,
        index: Expr,
    ) -> Expr {
        let instance = js::id(&self.instance(place.instance));
        let args = vec![instance, js::num(ty.0), index, self.array_of(element)];
        self.helper(helper, args)
    }

    /// `lower_error_context`, of what the host gives.
    pub(super) fn lower_error_context(&mut self, place: Place, value: Expr) -> Expr {
        let instance = js::id(&self.instance(place.instance));
        self.helper(Helper::LowerErrorContext, vec![instance, value])
    }

    /// `lower_stream`, of what the host gives.
    pub(super) fn lower_stream(
        &mut self,
        place: Place,
        ty: TypeId,
        element: Option<TypeId>,
        value: Expr,
        at: &At,
    ) -> Expr {
        let instance = js::id(&self.instance(place.instance));
        let [holder, key] = at.args();
        let mut args = vec![instance, js::num(ty.0), self.array_of(element), value, holder, key];
        args.extend(self.element_check(element));
        self.helper(Helper::LowerStream, args)
    }

    /// `lower_future`, of what the host gives.
    pub(super) fn lower_future(
        &mut self,
        place: Place,
        ty: TypeId,
        element: Option<TypeId>,
        value: Expr,
    ) -> Expr {
        let instance = js::id(&self.instance(place.instance));
        let mut args = vec![instance, js::num(ty.0), self.array_of(element), value];
        args.extend(self.element_check(element));
        self.helper(Helper::LowerFuture, args)
    }

    /// Refuses numbers of the host that would be converted: `(value) => toInteger(value, …)`.
    fn element_check(&mut self, element: Option<TypeId>) -> Option<Expr> {
        let Shape::Scalar(scalar) = self.linked.types[element?].shape() else { return None };
        let (check, range) = self.strict_check(scalar)?;
        let value = Body::new(&self.names).names.fresh("value");
        let args = [vec![js::id(&value)], range, vec![js::undefined(), js::str("element")]];
        let checked = self.helper(check, args.concat());
        Some(js::arrow([value].as_slice(), vec![js::ret(checked)]))
    }

    /// Takes an error context from one instance's handles to another's.
    pub(super) fn copy_error_context(&mut self, from: Place, to: Place, index: Expr) -> Expr {
        let [source, target] = self.both_instances(from, to);
        let value = self.helper(Helper::LiftErrorContext, vec![source, index]);
        self.helper(Helper::LowerErrorContext, vec![target, value])
    }

    /// Takes the end of a stream or future from one instance's handles to another's.
    pub(super) fn copy_end(&mut self, from: Place, to: Place, ty: TypeId, index: Expr) -> Expr {
        let [source, target] = self.both_instances(from, to);
        let shared = self.helper(Helper::LiftReadable, vec![source, js::num(ty.0), index]);
        self.helper(Helper::LowerReadable, vec![target, shared])
    }

    fn both_instances(&mut self, from: Place, to: Place) -> [Expr; 2] {
        [from, to].map(|place| js::id(&self.instance(place.instance)))
    }

    /// The typed array of an element, or `undefined`.
    fn array_of(&self, element: Option<TypeId>) -> Expr {
        element
            .and_then(|element| number_array(&self.linked.types[element]))
            .map_or_else(js::undefined, js::ident_str)
    }

    /// The `Element` that says how elements lie in the memory of a side; `undefined` without payload.
    pub(super) fn element(&mut self, element: Option<TypeId>, side: &Side) -> Expr {
        let Some(ty) = element else { return js::undefined() };
        if let Some(name) = self.asynchronous.elements.get(&(ty, side.place)) {
            return js::id(name);
        }
        let name = self.names.fresh("element");
        self.asynchronous.elements.insert((ty, side.place), name.clone());
        let layout = self.layouts(side.place.is64).layout(ty);
        let is_number = number_array(&self.linked.types[ty]).is_some();
        let mut props = vec![
            ("size", js::num(layout.size)),
            ("align", js::num(layout.align)),
            ("isNumber", js::bool(is_number)),
        ];
        if !is_number {
            let (load, store) = (self.element_load(ty, side), self.element_store(ty, side));
            let cost = js::num(self.facts.element_cost(ty));
            props.extend([("cost", cost), ("load", load), ("store", store)]);
        }
        self.state.push(js::const_(&name, js::object::<&str>(props)));
        js::id(&name)
    }

    /// Takes note of a built-in that reads or writes elements.
    pub(super) fn note_copy(&mut self, ty: TypeId, element: TypeId, place: Place, is_read: bool) {
        if number_array(&self.linked.types[element]).is_some() {
            return;
        }
        let copies = self.asynchronous.copies.entry(ty).or_insert_with(|| Copies {
            element,
            from: IndexSet::new(),
            to: IndexSet::new(),
        });
        if is_read { &mut copies.to } else { &mut copies.from }.insert(place);
    }

    /// The functions that take elements from one instance's memory to another's.
    ///
    /// ```js
    /// element.copies = new Map([[element2, (from, begin, to, out, length) => { … }]]);
    /// ```
    pub(super) fn element_copies(&mut self) {
        let mut maps: IndexMap<Name, Vec<Expr>> = IndexMap::new();
        for (_, Copies { element, from, to }) in std::mem::take(&mut self.asynchronous.copies) {
            for source in &from {
                // Within an instance only numbers are copied.
                for target in to.iter().filter(|target| target.instance != source.instance) {
                    let [from, to] = [source, target]
                        .map(|place| self.asynchronous.elements[&(element, *place)].clone());
                    let copy = self.element_copy(element, *source, *target);
                    maps.entry(from).or_default().push(js::array(vec![js::id(&to), copy]));
                }
            }
        }
        for (element, entries) in maps {
            let map = js::new(js::ident_str("Map"), vec![js::array(entries)]);
            self.state.push(js::expr_stmt(js::assign(js::member(js::id(&element), "copies"), map)));
        }
    }

    /// `(from, begin, to, out, length) => { … }`
    fn element_copy(&mut self, ty: TypeId, source: Place, target: Place) -> Expr {
        let mut body = Body::new(&self.names);
        let params: [Name; 5] =
            ["from", "begin", "to", "out", "length"].map(|hint| body.names.fresh(hint));
        let [from, begin, to, out, length] = &params;
        let from = Side::new(source, from.clone());
        let to = Side::new(target, to.clone());
        self.copy_elements(&mut body, ty, js::id(length), (&from, begin), (&to, out));
        js::arrow(params.as_slice(), body.stmts)
    }

    /// `(cx, ptr) => value`
    fn element_load(&mut self, ty: TypeId, side: &Side) -> Expr {
        let mut body = Body::new(&self.names);
        let (cx, ptr) = (body.names.fresh("cx"), body.names.fresh("ptr"));
        let value = self.load(&mut body, side.place, &cx, ty, &Ptr::new(&ptr));
        body.push(js::ret(value));
        js::arrow([cx, ptr].as_slice(), body.stmts)
    }

    /// `(cx, ptr, value) => …`
    fn element_store(&mut self, ty: TypeId, side: &Side) -> Expr {
        let mut body = Body::new(&self.names);
        let params: [Name; 3] = ["cx", "ptr", "value"].map(|hint| body.names.fresh(hint));
        let [cx, ptr, value] = &params;
        self.store(
            &mut body,
            side.place,
            cx,
            ty,
            js::id(value),
            &At::Param("element".into()),
            &Ptr::new(ptr),
        );
        js::arrow(params.as_slice(), body.stmts)
    }
}
