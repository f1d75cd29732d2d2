//! Lowering: from JavaScript values to core values and linear memory
//! (`store` and `lower_flat`, CanonicalABI.md).

use super::emitter::{Emitter, TypeFn};
use super::js::{self, Expr};
use super::lift::has_wide_tag;
use super::names::{Name, lower_camel};
use super::runtime::Helper;
use super::scope::{At, Body, Encoding, Place, Ptr};
use crate::abi::layout::{Flat, flags_size};
use crate::abi::shape::{Compound, Handle, Items, Range, Scalar, Shape, Variant};
use crate::abi::types::Type;
use crate::index::{ResourceIndex, TypeId};
use crate::link::linked::ResourceKind;

/// Writes what happens in a case: its position, and its payload with where that was found.
type WriteCase<'w, E> = dyn FnMut(&mut E, &mut Body, usize, Option<(TypeId, Expr, At)>) + 'w;

impl Emitter<'_> {
    /// `store`: writes a value to an address whose range is checked.
    #[expect(clippy::too_many_arguments, reason = "what, from where, and to where")]
    pub(super) fn store(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: &Name,
        ty: TypeId,
        value: Expr,
        at: &At,
        ptr: &Ptr,
    ) {
        self.steps += 1;
        match self.linked.types[ty].shape() {
            Shape::Scalar(scalar) => {
                let value = self.checked_scalar(scalar, value, at);
                body.run(match scalar {
                    Scalar::Bool | Scalar::U8 | Scalar::S8 => u8_set(cx, ptr, value),
                    Scalar::U16 | Scalar::S16 => view_set(cx, "setUint16", ptr, value),
                    Scalar::U32 | Scalar::S32 | Scalar::Char => {
                        view_set(cx, "setUint32", ptr, value)
                    }
                    Scalar::U64 | Scalar::S64 => view_set(cx, "setBigUint64", ptr, value),
                    Scalar::F32 => view_set(cx, "setFloat32", ptr, value),
                    Scalar::F64 => view_set(cx, "setFloat64", ptr, value),
                });
            }
            Shape::Enum(cases) => {
                let index = self.enum_index(ty, cases, value, at);
                let size = self.layouts(place.is64).layout(ty).size;
                store_discriminant(body, cx, size, ptr, index);
            }
            Shape::Handle(handle) => {
                let index = self.lower_handle(body, place, ty, handle, value, at);
                body.run(view_set(cx, "setUint32", ptr, js::id(&index)));
            }
            Shape::Range(range) => {
                let begin = self.lower_range(body, place, cx, ty, range, value, at);
                let begin = body.bind("begin", begin);
                Self::store_ptr(body, place, cx, ptr, js::id(&begin));
                let at = ptr.at(self.layouts(place.is64).ptr_size());
                let length = js::member(js::id(cx), "length");
                self.store_length(body, place, cx, range, &at, length);
            }
            Shape::Compound(compound) => {
                let function = self.type_fn(TypeFn::Store(compound), ty, place);
                let [holder, key] = at.args();
                let mut args = vec![js::id(cx), ptr.expr(), value, holder, key];
                self.pass_notes(body, ty, &mut args);
                body.run(js::call(js::id(&function), args));
            }
        }
    }

    /// A scalar whose type is checked, as it can be written to memory.
    fn checked_scalar(&mut self, scalar: Scalar, value: Expr, at: &At) -> Expr {
        if let Some((check, range)) = self.strict_check(scalar) {
            let args = [vec![value], range, at.args().to_vec()];
            return self.helper(check, args.concat());
        }
        match scalar {
            Scalar::Bool => js::cond(value, js::num(1), js::num(0)),
            Scalar::U8
            | Scalar::S8
            | Scalar::U16
            | Scalar::S16
            | Scalar::U32
            | Scalar::S32
            | Scalar::F32
            | Scalar::F64 => self.checked(Helper::ToNumber, value, at),
            Scalar::U64 | Scalar::S64 => self.checked(Helper::ToBigInt, value, at),
            Scalar::Char => self.checked(Helper::ToChar, value, at),
        }
    }

    /// The helper that refuses a value which would be converted to an integer, and its arguments
    /// between the value and its location; `None` for other scalars, or where conversion is fine.
    pub(super) fn strict_check(&self, scalar: Scalar) -> Option<(Helper, Vec<Expr>)> {
        let between = |min: i64, max: i64| {
            #[expect(clippy::cast_precision_loss, reason = "32 bits")]
            let range = vec![js::num(min as f64), js::num(max as f64)];
            Some((Helper::ToInteger, range))
        };
        let long = |is_signed| Some((Helper::ToLongInteger, vec![js::bool(is_signed)]));
        match scalar {
            _ if !self.strict => None,
            Scalar::U8 => between(0, u8::MAX.into()),
            Scalar::S8 => between(i8::MIN.into(), i8::MAX.into()),
            Scalar::U16 => between(0, u16::MAX.into()),
            Scalar::S16 => between(i16::MIN.into(), i16::MAX.into()),
            Scalar::U32 => between(0, u32::MAX.into()),
            Scalar::S32 => between(i32::MIN.into(), i32::MAX.into()),
            Scalar::U64 => long(false),
            Scalar::S64 => long(true),
            Scalar::Bool => Some((Helper::ToBoolean, vec![])),
            Scalar::F32 | Scalar::F64 | Scalar::Char => None,
        }
    }

    /// The function `(cx, ptr, value, holder, key)` for a compound type.
    #[expect(clippy::too_many_arguments, reason = "the parameters of the function that it writes")]
    pub(super) fn write_store_fn(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: &Name,
        compound: Compound<'_>,
        ptr: &Ptr,
        value: &Name,
        [holder, key]: [&Name; 2],
    ) {
        let at = At::Index(holder.clone(), key.clone());
        match compound {
            Compound::Record(fields) => {
                self.check_object(body, value, &at);
                let (offsets, _) =
                    self.layouts(place.is64).fields(fields.iter().map(|(_, ty)| *ty));
                for ((name, ty), offset) in fields.iter().zip(offsets) {
                    let name = lower_camel(name);
                    let field = self.field_of(value, &name);
                    let at = At::Field(value.clone(), name.into());
                    self.store(body, place, cx, *ty, field, &at, &ptr.at(offset));
                }
            }
            Compound::Tuple(elements) => {
                let items = self.check_array(body, value, elements.len(), &at);
                let (offsets, _) = self.layouts(place.is64).fields(elements.iter().copied());
                for (i, (ty, offset)) in elements.iter().zip(offsets).enumerate() {
                    let item = js::index(js::id(&items), js::num(i));
                    let at = At::Item(items.clone(), i);
                    self.store(body, place, cx, *ty, item, &at, &ptr.at(offset));
                }
            }
            Compound::FixedLengthList(element, length) => {
                let items = self.check_array(body, value, length as usize, &at);
                let begin = body.bind("begin", ptr.expr());
                let length = js::num(length);
                self.write_store_elements(body, place, cx, element, &items, length, &begin);
            }
            Compound::Flags(labels) => {
                let bits = self.flags_bits(body, labels, js::id(value), &at);
                store_discriminant(body, cx, flags_size(labels.len()), ptr, bits);
            }
            Compound::Variant(variant) => {
                let layout = self.layouts(place.is64).variant(variant.payloads());
                let payload_ptr = ptr.at(layout.payload);
                self.write_cases(
                    body,
                    variant,
                    value,
                    &at,
                    &mut |emitter, body, index, payload| {
                        store_discriminant(body, cx, layout.discriminant, ptr, js::num(index));
                        if let Some((ty, value, at)) = payload {
                            emitter.store(body, place, cx, ty, value, &at, &payload_ptr);
                        }
                    },
                );
            }
        }
    }

    /// `lower_flat`: the flat values, as expressions to evaluate in order.
    pub(super) fn lower_flat(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: Option<&Name>,
        ty: TypeId,
        value: Expr,
        at: &At,
    ) -> Vec<Expr> {
        self.steps += 1;
        match self.linked.types[ty].shape() {
            Shape::Scalar(scalar) => vec![self.lower_scalar(scalar, value, at)],
            Shape::Enum(cases) => vec![self.enum_index(ty, cases, value, at)],
            Shape::Handle(handle) => {
                vec![js::id(&self.lower_handle(body, place, ty, handle, value, at))]
            }
            Shape::Range(range) => {
                let cx = cx.expect("the validator requires a memory");
                let begin = self.lower_range(body, place, cx, ty, range, value, at);
                let begin = body.bind("begin", begin);
                let length = body.bind("length", js::member(js::id(cx), "length"));
                vec![
                    ptr_to_core(place, js::id(&begin)),
                    self.length_to_core(place, range, js::id(&length)),
                ]
            }
            Shape::Compound(Compound::Record(fields)) => {
                let value = body.bind("record", value);
                self.check_object(body, &value, at);
                let mut flat = Vec::new();
                for (name, ty) in fields {
                    let name = lower_camel(name);
                    let field = self.field_of(&value, &name);
                    let at = At::Field(value.clone(), name.into());
                    flat.extend(self.lower_flat(body, place, cx, *ty, field, &at));
                }
                flat
            }
            Shape::Compound(Compound::Tuple(elements)) => {
                let value = body.bind("tuple", value);
                self.lower_flat_items(body, place, cx, elements, &value, at)
            }
            Shape::Compound(Compound::FixedLengthList(element, length)) => {
                let value = body.bind("list", value);
                let elements = vec![element; length as usize];
                self.lower_flat_items(body, place, cx, &elements, &value, at)
            }
            Shape::Compound(Compound::Flags(labels)) => {
                vec![self.flags_bits(body, labels, value, at)]
            }
            Shape::Compound(Compound::Variant(variant)) => {
                let flat =
                    self.layouts(place.is64).flat(ty).expect("the caller flattened it").to_vec();
                if self.facts.is_nested_variant(ty) {
                    // A function per type, or variants in variants would multiply.
                    let function = self.type_fn(TypeFn::LowerFlat(variant), ty, place);
                    let names: Vec<Name> = flat.iter().map(|_| body.names.fresh("flat")).collect();
                    let [holder, key] = at.args();
                    let mut args = vec![cx.map_or_else(js::undefined, js::id), value, holder, key];
                    self.pass_notes(body, ty, &mut args);
                    body.push(js::const_(js::array_pat(&names), js::call(js::id(&function), args)));
                    return names.iter().map(js::id).collect();
                }
                let value = body.bind("value", value);
                self.lower_flat_variant(body, place, cx, variant, &value, at, &flat)
            }
        }
    }

    fn lower_scalar(&mut self, scalar: Scalar, value: Expr, at: &At) -> Expr {
        let value = self.checked_scalar(scalar, value, at);
        match scalar {
            Scalar::U8 => js::bitand(value, js::num(0xff)),
            Scalar::U16 => js::bitand(value, js::num(0xffff)),
            Scalar::S8 => js::shr(js::shl(value, js::num(24)), js::num(24)),
            Scalar::S16 => js::shr(js::shl(value, js::num(16)), js::num(16)),
            Scalar::Bool
            | Scalar::U32
            | Scalar::S32
            | Scalar::U64
            | Scalar::S64
            | Scalar::F32
            | Scalar::F64
            | Scalar::Char => value,
        }
    }

    /// The flat values of a tuple or of a list whose length is fixed.
    fn lower_flat_items(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: Option<&Name>,
        types: &[TypeId],
        value: &Name,
        at: &At,
    ) -> Vec<Expr> {
        let items = self.check_array(body, value, types.len(), at);
        let mut flat = Vec::new();
        for (i, ty) in types.iter().enumerate() {
            let item = js::index(js::id(&items), js::num(i));
            let at = At::Item(items.clone(), i);
            flat.extend(self.lower_flat(body, place, cx, *ty, item, &at));
        }
        flat
    }

    /// `lower_flat_variant`: variables that the case at hand assigns.
    #[expect(clippy::too_many_arguments, reason = "what, from where, and to where")]
    pub(super) fn lower_flat_variant(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: Option<&Name>,
        variant: Variant<'_>,
        value: &Name,
        at: &At,
        flat: &[Flat],
    ) -> Vec<Expr> {
        let names: Vec<Name> = flat
            .iter()
            .enumerate()
            .map(|(i, _)| body.names.fresh(if i == 0 { "discriminant" } else { "payload" }))
            .collect();
        body.push(js::lets(
            names.iter().zip(flat).map(|(name, flat)| (name.clone(), Some(zero(*flat)))).collect(),
        ));
        self.write_cases(body, variant, value, at, &mut |emitter, body, index, payload| {
            if index > 0 {
                body.run(js::assign(js::id(&names[0]), js::num(index)));
            }
            let Some((ty, value, at)) = payload else { return };
            let have =
                emitter.layouts(place.is64).flat(ty).expect("flatter than its variant").to_vec();
            let values = emitter.lower_flat(body, place, cx, ty, value, &at);
            for (((have, want), name), value) in
                have.iter().zip(&flat[1..]).zip(&names[1..]).zip(values)
            {
                let value = emitter.join_value(*have, *want, value);
                body.run(js::assign(js::id(name), value));
            }
        });
        names.iter().map(js::id).collect()
    }

    /// Branches over the cases of a JavaScript value that is a variant.
    fn write_cases(
        &mut self,
        body: &mut Body,
        variant: Variant<'_>,
        value: &Name,
        at: &At,
        write: &mut WriteCase<'_, Self>,
    ) {
        let is_none =
            || js::or(js::eq(js::id(value), js::undefined()), js::eq(js::id(value), js::null()));
        match variant {
            Variant::Option(some) if matches!(self.linked.types[some], Type::Option(_)) => {
                let names = [("none", None), ("some", Some(some))];
                let (none, ()) = body.block(|body| write(self, body, 0, None));
                let (tagged, ()) =
                    body.block(|body| self.write_tags(body, value, at, &names, write));
                body.push(js::if_(is_none(), none, Some(tagged)));
            }
            Variant::Option(some) => {
                let (none, ()) = body.block(|body| write(self, body, 0, None));
                let (some, ()) = body
                    .block(|body| write(self, body, 1, Some((some, js::id(value), at.clone()))));
                if none.is_empty() {
                    let is_some = js::and(
                        js::ne(js::id(value), js::undefined()),
                        js::ne(js::id(value), js::null()),
                    );
                    body.push(js::if_(is_some, some, None));
                } else {
                    body.push(js::if_(is_none(), none, Some(some)));
                }
            }
            Variant::Result { ok, err } => {
                self.write_tags(body, value, at, &[("ok", ok), ("err", err)], write);
            }
            Variant::Variant(cases) => {
                let names: Vec<_> = cases.iter().map(|(name, ty)| (name.as_str(), *ty)).collect();
                self.write_tags(body, value, at, &names, write);
            }
        }
    }

    fn write_tags(
        &mut self,
        body: &mut Body,
        value: &Name,
        at: &At,
        names: &[(&str, Option<TypeId>)],
        write: &mut WriteCase<'_, Self>,
    ) {
        self.check_object(body, value, at);
        let payload =
            |ty| (ty, js::member(js::id(value), "val"), At::Field(value.clone(), "val".into()));
        let mut arms = Vec::new();
        for (index, (name, ty)) in names.iter().enumerate() {
            let (mut stmts, ()) = body.block(|body| write(self, body, index, ty.map(payload)));
            stmts.push(js::brk());
            arms.push((Some(js::str(name)), vec![js::block(stmts)]));
        }
        let tags = names.iter().map(|(name, _)| (*name).to_owned()).collect();
        let tags = self.constant_strings("cases", tags);
        let refuse = self.helper(Helper::RefuseTag, vec![js::id(&tags), js::id(value)]);
        arms.push((None, vec![js::expr_stmt(refuse)]));
        body.push(js::switch(js::member(js::id(value), "tag"), arms));
    }

    fn enum_index(&mut self, ty: TypeId, cases: &[String], value: Expr, at: &At) -> Expr {
        let cases = self.enum_cases(ty, cases);
        let [holder, key] = at.args();
        self.helper(Helper::ToEnum, vec![js::id(&cases), value, holder, key])
    }

    fn flags_bits(&mut self, body: &mut Body, labels: &[String], value: Expr, at: &At) -> Expr {
        let value = body.bind("flags", value);
        self.check_object(body, &value, at);
        labels
            .iter()
            .enumerate()
            .map(|(i, label)| {
                let label = lower_camel(label);
                let mut is_set = self.field_of(&value, &label);
                if self.strict {
                    let at = At::Field(value.clone(), label.into());
                    is_set = self.checked(Helper::ToFlag, is_set, &at);
                }
                js::cond(is_set, js::num(1_u32 << i), js::num(0))
            })
            .reduce(js::bitor)
            .unwrap_or_else(|| js::num(0))
    }

    /// Lowers a string, list or map: the expression is the pointer; the length is
    /// in `cx.length` right after it.
    #[expect(clippy::too_many_arguments, reason = "what, from where, and to where")]
    fn lower_range(
        &mut self,
        body: &Body,
        place: Place,
        cx: &Name,
        ty: TypeId,
        range: Range,
        value: Expr,
        at: &At,
    ) -> Expr {
        let [holder, key] = at.args();
        if let Some(store) = self.strict_list(cx, range, &value, at) {
            return store;
        }
        match range {
            Range::String => {
                let text = self.checked(Helper::ToString, value, at);
                self.helper(store_string(place.encoding), vec![js::id(cx), text])
            }
            Range::Items(Items::List(element))
                if matches!(self.linked.types[element], Type::U8) =>
            {
                self.helper(Helper::StoreBytes, vec![js::id(cx), value, holder, key])
            }
            Range::Items(items) => {
                if let Some(array) = self.numbers(items) {
                    let args = vec![js::id(cx), value, js::ident_str(array), holder, key];
                    return self.helper(Helper::StoreNumbers, args);
                }
                let function = self.type_fn(TypeFn::StoreItems(items), ty, place);
                let mut args = vec![js::id(cx), value, holder, key];
                self.pass_notes(body, ty, &mut args);
                js::call(js::id(&function), args)
            }
        }
    }

    /// Lowers a list of integers where none is converted.
    fn strict_list(&mut self, cx: &Name, range: Range, value: &Expr, at: &At) -> Option<Expr> {
        let Range::Items(items @ Items::List(element)) = range else { return None };
        let Shape::Scalar(scalar) = self.linked.types[element].shape() else { return None };
        let array = self.numbers(items)?;
        let (check, range) = self.strict_check(scalar)?;
        let check = js::id(&self.runtime.import(check));
        let [holder, key] = at.args();
        let (array, range) = (js::ident_str(array), js::array(range));
        let args = vec![js::id(cx), value.clone(), array, check, range, holder, key];
        Some(self.helper(Helper::StoreIntegers, args))
    }

    /// The function `(cx, value, holder, key) => begin` of a list or map.
    pub(super) fn write_store_items_fn(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: &Name,
        items_type: Items,
        value: &Name,
        [holder, key]: [&Name; 2],
    ) {
        let args = vec![js::id(value), js::id(holder), js::id(key)];
        let (to_items, size_of) = match items_type {
            Items::List(element) => (Helper::ToArray, self.layouts(place.is64).layout(element)),
            Items::Map(k, v) => (Helper::ToEntries, self.layouts(place.is64).fields([k, v]).1),
        };
        let items = self.helper(to_items, args);
        let items = body.bind("items", items);
        let length = body.bind("length", js::member(js::id(&items), "length"));
        let room = vec![js::id(cx), js::id(&length), js::num(size_of.size), js::num(size_of.align)];
        let room = self.helper(Helper::AllocateList, room);
        let begin = body.bind("begin", room);
        let count = js::id(&length);
        match items_type {
            Items::List(element) => {
                self.write_store_elements(body, place, cx, element, &items, count, &begin);
            }
            Items::Map(k, v) => {
                let (offsets, layout) = self.layouts(place.is64).fields([k, v]);
                self.for_elements(body, count, &begin, layout.size, |emitter, body, i, ptr| {
                    let entry = body.bind("entry", js::index(js::id(&items), js::id(i)));
                    for (n, ty) in [k, v].into_iter().enumerate() {
                        let item = js::index(js::id(&entry), js::num(n));
                        let at = At::Item(entry.clone(), n);
                        emitter.store(body, place, cx, ty, item, &at, &ptr.at(offsets[n]));
                    }
                });
            }
        }
        body.run(js::assign(js::member(js::id(cx), "length"), js::id(&length)));
        body.push(js::ret(js::id(&begin)));
    }

    #[expect(clippy::too_many_arguments, reason = "what, from where, and to where")]
    fn write_store_elements(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: &Name,
        element: TypeId,
        items: &Name,
        length: Expr,
        begin: &Name,
    ) {
        let size = self.layouts(place.is64).layout(element).size;
        self.for_elements(body, length, begin, size, |emitter, body, i, ptr| {
            let item = js::index(js::id(items), js::id(i));
            emitter.store(
                body,
                place,
                cx,
                element,
                item,
                &At::Index(items.clone(), i.clone()),
                ptr,
            );
        });
    }

    /// The index, in a variable, of what the host gives in a table of the instance.
    fn lower_handle(
        &mut self,
        body: &mut Body,
        place: Place,
        ty: TypeId,
        handle: Handle,
        value: Expr,
        at: &At,
    ) -> Name {
        let index = match handle {
            Handle::Own(resource) => self.lower_own(body, place, resource, value, at),
            Handle::Borrow(resource) => self.lower_borrow(body, place, resource, value, at),
            Handle::ErrorContext => self.lower_error_context(place, value),
            Handle::Stream(element) => self.lower_stream(place, ty, element, value, at),
            Handle::Future(result) => self.lower_future(place, ty, result, value),
        };
        body.bind("index", index)
    }

    fn lower_own(
        &mut self,
        body: &Body,
        place: Place,
        resource: ResourceIndex,
        value: Expr,
        at: &At,
    ) -> Expr {
        let passing = || body.passing.as_ref().map(js::id);
        let (table, ty) = (self.handles(place.instance), self.resource(resource));
        let [holder, key] = at.args();
        let rep = match self.linked.resources[resource.index()].kind {
            ResourceKind::Imported(_) => {
                self.helper(Helper::ToHostResource, vec![js::id(&ty), value, holder, key])
            }
            ResourceKind::Defined { .. } => {
                let class = self.runtime.import(Helper::GuestResource);
                let mut args = vec![js::id(&ty), value, holder, key];
                args.extend(passing());
                js::call_method(js::id(&class), "take", args)
            }
        };
        let mut args = vec![js::id(&table), js::id(&ty), rep];
        args.extend(passing());
        self.helper(Helper::LowerOwn, args)
    }

    fn lower_borrow(
        &mut self,
        body: &Body,
        place: Place,
        resource: ResourceIndex,
        value: Expr,
        at: &At,
    ) -> Expr {
        let ty = self.resource(resource);
        let [holder, key] = at.args();
        let rep = match self.linked.resources[resource.index()].kind {
            ResourceKind::Imported(_) => {
                self.helper(Helper::ToHostResource, vec![js::id(&ty), value, holder, key])
            }
            ResourceKind::Defined { instance, .. } => {
                let class = self.runtime.import(Helper::GuestResource);
                let mut args = vec![js::id(&ty), value, holder, key];
                args.extend(body.passing.as_ref().map(js::id));
                let method = if body.passing.is_some() { "lend" } else { "rep" };
                let rep = js::call_method(js::id(&class), method, args);
                // `lower_borrow`: the instance that defines the resource gets the representation.
                if instance == place.instance {
                    return rep;
                }
                rep
            }
        };
        let table = self.handles(place.instance);
        let scope = body.borrows.as_ref().expect("a body that lowers borrows counts them");
        let mut args = vec![js::id(&table), js::id(&ty), rep, js::id(scope)];
        args.extend(body.passing.as_ref().map(js::id));
        self.helper(Helper::LowerBorrow, args)
    }

    /// Adds the arguments for the borrow scope, and for what is passed, of a function for a type.
    fn pass_notes(&mut self, body: &Body, ty: TypeId, args: &mut Vec<Expr>) {
        let has_borrow = self.facts.contains_borrow(ty);
        if has_borrow {
            args.push(body.borrows.as_ref().map_or_else(js::undefined, js::id));
        }
        if has_borrow || self.facts.contains_own(ty) {
            args.extend(body.passing.as_ref().map(js::id));
        }
    }

    /// `object.key`, without what objects inherit.
    fn field_of(&mut self, object: &Name, key: &str) -> Expr {
        const INHERITED: [&str; 11] = [
            "constructor",
            "hasOwnProperty",
            "isPrototypeOf",
            "propertyIsEnumerable",
            "toLocaleString",
            "toString",
            "valueOf",
            "__proto__",
            "__defineGetter__",
            "__defineSetter__",
            "__lookupGetter__",
        ];
        if INHERITED.contains(&key) {
            return self.helper(Helper::OwnField, vec![js::id(object), js::str(key)]);
        }
        js::member(js::id(object), key)
    }

    fn check_object(&mut self, body: &mut Body, value: &Name, at: &At) {
        let check = self.checked(Helper::ToObject, js::id(value), at);
        body.run(check);
    }

    fn check_array(&mut self, body: &mut Body, value: &Name, length: usize, at: &At) -> Name {
        let [holder, key] = at.args();
        let array = self.helper(Helper::ToArray, vec![js::id(value), holder, key, js::num(length)]);
        body.bind("items", array)
    }

    /// `check(value, holder, key)`
    pub(super) fn checked(&mut self, check: Helper, value: Expr, at: &At) -> Expr {
        let [holder, key] = at.args();
        self.helper(check, vec![value, holder, key])
    }

    /// Writes a pointer or length, a Number, to memory.
    pub(super) fn store_ptr(body: &mut Body, place: Place, cx: &Name, ptr: &Ptr, value: Expr) {
        if place.is64 {
            body.run(view_set(
                cx,
                "setBigUint64",
                ptr,
                js::call(js::ident_str("BigInt"), vec![value]),
            ));
        } else {
            body.run(view_set(cx, "setUint32", ptr, value));
        }
    }

    /// Writes the length of a string, list or map to memory.
    pub(super) fn store_length(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: &Name,
        range: Range,
        ptr: &Ptr,
        length: Expr,
    ) {
        if has_wide_tag(place, range) {
            let length = self.helper(Helper::FromTaggedLength, vec![length]);
            return body.run(view_set(cx, "setBigInt64", ptr, length));
        }
        Self::store_ptr(body, place, cx, ptr, length);
    }

    /// The length of a string, list or map as core code takes it.
    pub(super) fn length_to_core(&mut self, place: Place, range: Range, length: Expr) -> Expr {
        if has_wide_tag(place, range) {
            return self.helper(Helper::FromTaggedLength, vec![length]);
        }
        ptr_to_core(place, length)
    }

    /// A case's flat value as the joined type (`lower_flat_variant`).
    pub(super) fn join_value(&mut self, have: Flat, want: Flat, value: Expr) -> Expr {
        let widen = |value| js::call(js::ident_str("BigInt"), vec![js::ushr(value, js::num(0))]);
        match (have, want) {
            (Flat::F32, Flat::I32) => self.helper(Helper::F32ToI32, vec![value]),
            (Flat::I32, Flat::I64) => widen(value),
            (Flat::F32, Flat::I64) => widen(self.helper(Helper::F32ToI32, vec![value])),
            (Flat::F64, Flat::I64) => self.helper(Helper::F64ToI64, vec![value]),
            (Flat::I32 | Flat::I64 | Flat::F32 | Flat::F64, _) => value,
        }
    }
}

/// A pointer or length, a Number, as core code takes it.
pub(super) fn ptr_to_core(place: Place, value: Expr) -> Expr {
    if place.is64 { js::call(js::ident_str("BigInt"), vec![value]) } else { value }
}

/// The helper that stores a string.
pub(super) fn store_string(encoding: Encoding) -> Helper {
    match encoding {
        Encoding::Utf8 => Helper::StoreUtf8,
        Encoding::Utf16 => Helper::StoreUtf16,
        Encoding::Latin1Utf16 => Helper::StoreLatin1OrUtf16,
    }
}

/// The zero of a core type.
pub(super) fn zero(flat: Flat) -> Expr {
    match flat {
        Flat::I64 => js::bigint(0_u64),
        Flat::I32 | Flat::F32 | Flat::F64 => js::num(0),
    }
}

/// `cx.u8[ptr] = value`
fn u8_set(cx: &Name, ptr: &Ptr, value: Expr) -> Expr {
    js::assign(super::lift::u8_at(cx, ptr), value)
}

/// `cx.view.setX(ptr, value, true)`
pub(super) fn view_set(cx: &Name, setter: &str, ptr: &Ptr, value: Expr) -> Expr {
    let view = js::member(js::id(cx), "view");
    js::call_method(view, setter, vec![ptr.expr(), value, js::bool(true)])
}

/// Writes a discriminant or flags of 1, 2 or 4 bytes.
pub(super) fn store_discriminant(body: &mut Body, cx: &Name, size: u32, ptr: &Ptr, value: Expr) {
    body.run(match size {
        1 => u8_set(cx, ptr, value),
        2 => view_set(cx, "setUint16", ptr, value),
        _ => view_set(cx, "setUint32", ptr, value),
    });
}
