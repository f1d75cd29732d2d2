//! Lifting: from core values and linear memory to JavaScript values
//! (`load` and `lift_flat`, CanonicalABI.md).

use super::emitter::{Emitter, TypeFn};
use super::js::{self, Expr};
use super::names::{Name, lower_camel};
use super::runtime::Helper;
use super::scope::{Body, Encoding, Place, Ptr};
use crate::abi::layout::{Flat, flags_size};
use crate::abi::shape::{Compound, Handle, Items, Range, Scalar, Shape, Variant};
use crate::abi::types::Type;
use crate::index::{ResourceIndex, TypeId};
use crate::link::linked::ResourceKind;

impl<'a> Emitter<'a> {
    /// `load`: the value of a type at an address whose range is checked.
    pub(super) fn load(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: &Name,
        ty: TypeId,
        ptr: &Ptr,
    ) -> Expr {
        self.steps += 1;
        match self.linked.types[ty].shape() {
            Shape::Scalar(scalar) => self.load_scalar(cx, scalar, ptr),
            Shape::Enum(cases) => {
                let function = TypeFn::LoadEnum(cases);
                self.load_by(function, body, place, cx, ty, ptr)
            }
            Shape::Handle(handle) => {
                let index = view_get(cx, "getInt32", ptr);
                self.lift_handle(body, place, ty, handle, index)
            }
            Shape::Range(range) => {
                let begin = self.load_ptr(place, cx, ptr);
                let length = self.load_length(place, cx, range, ptr);
                self.lift_range(body, place, cx, ty, range, [begin, length])
            }
            Shape::Compound(compound) => {
                let function = TypeFn::Load(compound);
                self.load_by(function, body, place, cx, ty, ptr)
            }
        }
    }

    fn load_scalar(&mut self, cx: &Name, scalar: Scalar, ptr: &Ptr) -> Expr {
        match scalar {
            Scalar::Bool => js::ne(u8_at(cx, ptr), js::num(0)),
            Scalar::U8 => u8_at(cx, ptr),
            Scalar::S8 => view_get(cx, "getInt8", ptr),
            Scalar::U16 => view_get(cx, "getUint16", ptr),
            Scalar::S16 => view_get(cx, "getInt16", ptr),
            Scalar::U32 => view_get(cx, "getUint32", ptr),
            Scalar::S32 => view_get(cx, "getInt32", ptr),
            Scalar::U64 => view_get(cx, "getBigUint64", ptr),
            Scalar::S64 => view_get(cx, "getBigInt64", ptr),
            Scalar::F32 => view_get(cx, "getFloat32", ptr),
            Scalar::F64 => view_get(cx, "getFloat64", ptr),
            Scalar::Char => self.helper(Helper::FromChar, vec![view_get(cx, "getUint32", ptr)]),
        }
    }

    /// A call of the function that loads a type.
    fn load_by(
        &mut self,
        function: TypeFn<'a>,
        body: &Body,
        place: Place,
        cx: &Name,
        ty: TypeId,
        ptr: &Ptr,
    ) -> Expr {
        let function = self.type_fn(function, ty, place);
        let mut args = vec![js::id(cx), ptr.expr()];
        self.pass_lent(body, ty, &mut args);
        js::call(js::id(&function), args)
    }

    /// The function `(cx, ptr) => value` for a compound type.
    pub(super) fn write_load_fn(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: &Name,
        compound: Compound<'_>,
        ptr: &Ptr,
    ) {
        match compound {
            Compound::Record(fields) => {
                let (offsets, _) =
                    self.layouts(place.is64).fields(fields.iter().map(|(_, ty)| *ty));
                let fields = fields
                    .iter()
                    .zip(offsets)
                    .map(|((name, ty), offset)| {
                        (lower_camel(name), self.load(body, place, cx, *ty, &ptr.at(offset)))
                    })
                    .collect();
                body.push(js::ret(js::object::<String>(fields)));
            }
            Compound::Tuple(elements) => {
                let (offsets, _) = self.layouts(place.is64).fields(elements.iter().copied());
                let elements = elements
                    .iter()
                    .zip(offsets)
                    .map(|(ty, offset)| self.load(body, place, cx, *ty, &ptr.at(offset)))
                    .collect();
                body.push(js::ret(js::array(elements)));
            }
            Compound::FixedLengthList(element, length) => {
                self.write_load_elements(body, place, cx, element, js::num(length), ptr);
            }
            Compound::Flags(labels) => {
                let bits = Self::load_discriminant(cx, flags_size(labels.len()), ptr);
                let flags = Self::flags_from_bits(body, labels, bits);
                body.push(js::ret(flags));
            }
            Compound::Variant(variant) => {
                let layout = self.layouts(place.is64).variant(variant.payloads());
                let discriminant = Self::load_discriminant(cx, layout.discriminant, ptr);
                let at = ptr.at(layout.payload);
                self.write_variant(body, variant, discriminant, &mut |emitter, body, payload| {
                    emitter.load(body, place, cx, payload, &at)
                });
            }
        }
    }

    /// The function `(cx, ptr) => value` for an enum.
    pub(super) fn write_load_enum_fn(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: &Name,
        ty: TypeId,
        cases: &[String],
        ptr: &Ptr,
    ) {
        let size = self.layouts(place.is64).layout(ty).size;
        let discriminant = Self::load_discriminant(cx, size, ptr);
        let value = self.enum_from(ty, cases, discriminant);
        body.push(js::ret(value));
    }

    /// `lift_flat`: takes its flat values from `flat`.
    pub(super) fn lift_flat(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: Option<&Name>,
        ty: TypeId,
        flat: &mut dyn Iterator<Item = Expr>,
    ) -> Expr {
        self.steps += 1;
        let mut next = || flat.next().expect("as many flat values as the type has");
        match self.linked.types[ty].shape() {
            Shape::Scalar(scalar) => self.lift_scalar(scalar, next()),
            Shape::Enum(cases) => self.enum_from(ty, cases, next()),
            Shape::Handle(handle) => self.lift_handle(body, place, ty, handle, next()),
            Shape::Range(range) => {
                let (begin, length) = (next(), next());
                let begin = self.ptr_from_core(place, begin);
                let length = self.length_from_core(place, range, length);
                let cx = cx.expect("the validator requires a memory");
                self.lift_range(body, place, cx, ty, range, [begin, length])
            }
            Shape::Compound(Compound::Record(fields)) => {
                let fields = fields
                    .iter()
                    .map(|(name, ty)| {
                        (lower_camel(name), self.lift_flat(body, place, cx, *ty, flat))
                    })
                    .collect();
                js::object::<String>(fields)
            }
            Shape::Compound(Compound::Tuple(elements)) => js::array(
                elements.iter().map(|ty| self.lift_flat(body, place, cx, *ty, flat)).collect(),
            ),
            Shape::Compound(Compound::FixedLengthList(element, length)) => {
                let elements =
                    (0..length).map(|_| self.lift_flat(body, place, cx, element, flat)).collect();
                match number_array(&self.linked.types[element]) {
                    Some(array) => js::call_method(js::ident_str(array), "of", elements),
                    None => js::array(elements),
                }
            }
            Shape::Compound(Compound::Flags(labels)) => Self::flags_from_bits(body, labels, next()),
            Shape::Compound(Compound::Variant(variant)) => {
                let count =
                    self.layouts(place.is64).flat(ty).expect("the caller flattened it").len();
                let function = self.type_fn(TypeFn::LiftFlat(variant), ty, place);
                let mut args = vec![cx.map_or_else(js::undefined, js::id)];
                args.extend(flat.take(count));
                self.pass_lent(body, ty, &mut args);
                js::call(js::id(&function), args)
            }
        }
    }

    fn lift_scalar(&mut self, scalar: Scalar, value: Expr) -> Expr {
        match scalar {
            Scalar::Bool => js::ne(value, js::num(0)),
            Scalar::U8 => js::bitand(value, js::num(0xff)),
            Scalar::S8 => js::shr(js::shl(value, js::num(24)), js::num(24)),
            Scalar::U16 => js::bitand(value, js::num(0xffff)),
            Scalar::S16 => js::shr(js::shl(value, js::num(16)), js::num(16)),
            Scalar::U32 => js::ushr(value, js::num(0)),
            Scalar::S32 | Scalar::S64 | Scalar::F32 | Scalar::F64 => value,
            Scalar::U64 => {
                js::call_method(js::ident_str("BigInt"), "asUintN", vec![js::num(64), value])
            }
            Scalar::Char => self.helper(Helper::FromChar, vec![js::ushr(value, js::num(0))]),
        }
    }

    /// The function `(cx, discriminant, …payload) => value` of a variant.
    pub(super) fn write_lift_flat_fn(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: &Name,
        variant: Variant<'_>,
        flat: &[Name],
    ) {
        let joined = self
            .layouts(place.is64)
            .flat_payload(variant.payloads())
            .expect("the caller flattened it");
        let discriminant = js::ushr(js::id(&flat[0]), js::num(0));
        self.write_variant(body, variant, discriminant, &mut |emitter, body, payload| {
            let want = emitter
                .layouts(place.is64)
                .flat(payload)
                .expect("flatter than its variant")
                .to_vec();
            let values: Vec<Expr> = want
                .iter()
                .zip(&joined)
                .zip(&flat[1..])
                .map(|((want, have), name)| emitter.unjoin(*have, *want, js::id(name)))
                .collect();
            emitter.lift_flat(body, place, Some(cx), payload, &mut values.into_iter())
        });
    }

    /// A switch over the cases of a variant that returns the value.
    fn write_variant(
        &mut self,
        body: &mut Body,
        variant: Variant<'_>,
        discriminant: Expr,
        payload: &mut dyn FnMut(&mut Self, &mut Body, TypeId) -> Expr,
    ) {
        let mut arms = Vec::new();
        for (index, value) in self.case_values(variant).into_iter().enumerate() {
            let (stmts, ()) = body.block(|body| {
                let value = match value {
                    CaseValue::Nothing => js::undefined(),
                    CaseValue::Bare(ty) => payload(self, body, ty),
                    CaseValue::Tagged(tag, ty) => {
                        let mut fields = vec![("tag", js::str(tag))];
                        match ty {
                            Some(ty) => fields.push(("val", payload(self, body, ty))),
                            None if matches!(variant, Variant::Result { .. }) => {
                                fields.push(("val", js::undefined()));
                            }
                            None => {}
                        }
                        js::object(fields)
                    }
                };
                body.push(js::ret(value));
            });
            let stmts = if stmts.len() == 1 { stmts } else { vec![js::block(stmts)] };
            arms.push((Some(js::num(index)), stmts));
        }
        body.push(js::switch(discriminant, arms));
        let invalid = self.helper(Helper::InvalidDiscriminant, vec![]);
        body.run(invalid);
    }

    /// The JavaScript value of each case of a variant.
    fn case_values<'v>(&self, variant: Variant<'v>) -> Vec<CaseValue<'v>> {
        match variant {
            Variant::Option(some) if matches!(self.linked.types[some], Type::Option(_)) => {
                vec![CaseValue::Tagged("none", None), CaseValue::Tagged("some", Some(some))]
            }
            Variant::Option(some) => vec![CaseValue::Nothing, CaseValue::Bare(some)],
            Variant::Result { ok, err } => {
                vec![CaseValue::Tagged("ok", ok), CaseValue::Tagged("err", err)]
            }
            Variant::Variant(cases) => {
                cases.iter().map(|(name, ty)| CaseValue::Tagged(name, *ty)).collect()
            }
        }
    }

    fn enum_from(&mut self, ty: TypeId, cases: &[String], discriminant: Expr) -> Expr {
        let cases = self.enum_cases(ty, cases);
        self.helper(Helper::FromEnum, vec![js::id(&cases), js::ushr(discriminant, js::num(0))])
    }

    fn flags_from_bits(body: &mut Body, labels: &[String], bits: Expr) -> Expr {
        let bits = body.bind("bits", bits);
        let fields = labels
            .iter()
            .enumerate()
            .map(|(i, label)| {
                let bit = js::bitand(js::id(&bits), js::num(1_u32 << i));
                (lower_camel(label), js::ne(bit, js::num(0)))
            })
            .collect();
        js::object::<String>(fields)
    }

    /// A string, list or map of which pointer and length are known.
    pub(super) fn lift_range(
        &mut self,
        body: &Body,
        place: Place,
        cx: &Name,
        ty: TypeId,
        range: Range,
        [begin, length]: [Expr; 2],
    ) -> Expr {
        let mut args = vec![js::id(cx), begin, length];
        match range {
            Range::String => self.helper(load_string(place.encoding), args),
            Range::Items(Items::List(element))
                if matches!(self.linked.types[element], Type::U8) =>
            {
                self.helper(Helper::LoadBytes, args)
            }
            Range::Items(items) => {
                if let Some(array) = self.numbers(items) {
                    args.push(js::ident_str(array));
                    return self.helper(Helper::LoadNumbers, args);
                }
                let function = self.type_fn(TypeFn::LoadItems(items), ty, place);
                self.pass_lent(body, ty, &mut args);
                js::call(js::id(&function), args)
            }
        }
    }

    /// The typed array that a list is, if it is one of numbers.
    pub(super) fn numbers(&self, items: Items) -> Option<&'static str> {
        match items {
            Items::List(element) => number_array(&self.linked.types[element]),
            Items::Map(..) => None,
        }
    }

    /// The function `(cx, begin, length) => array` of a list, or `=> Map` of a map.
    pub(super) fn write_load_items_fn(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: &Name,
        items: Items,
        begin: &Name,
        length: &Name,
    ) {
        match items {
            Items::List(element) => {
                let begin = Ptr::new(begin);
                self.write_load_elements(body, place, cx, element, js::id(length), &begin);
            }
            Items::Map(key, value) => {
                let (offsets, layout) = self.layouts(place.is64).fields([key, value]);
                let check = [
                    js::id(cx),
                    js::id(begin),
                    js::id(length),
                    js::num(layout.size),
                    js::num(layout.align),
                    js::num(self.facts.entry_cost(key, value)),
                ];
                let check = self.helper(Helper::BeginList, check.to_vec());
                body.run(check);
                let map = body.bind("map", js::new(js::ident_str("Map"), vec![]));
                self.for_elements(
                    body,
                    js::id(length),
                    begin,
                    layout.size,
                    |emitter, body, _, ptr| {
                        let key = emitter.load(body, place, cx, key, &ptr.at(offsets[0]));
                        let value = emitter.load(body, place, cx, value, &ptr.at(offsets[1]));
                        body.run(js::call_method(js::id(&map), "set", vec![key, value]));
                    },
                );
                body.push(js::ret(js::id(&map)));
            }
        }
    }

    fn write_load_elements(
        &mut self,
        body: &mut Body,
        place: Place,
        cx: &Name,
        element: TypeId,
        length: Expr,
        begin: &Ptr,
    ) {
        let layout = self.layouts(place.is64).layout(element);
        let numbers = number_array(&self.linked.types[element]);
        let begin = body.bind("begin", begin.expr());
        if let Some(array) = numbers {
            let args = vec![js::id(cx), js::id(&begin), length, js::ident_str(array)];
            let numbers = self.helper(Helper::LoadNumbers, args);
            return body.push(js::ret(numbers));
        }
        let make = [
            js::id(cx),
            js::id(&begin),
            length.clone(),
            js::num(layout.size),
            js::num(layout.align),
            js::num(self.facts.element_cost(element)),
        ];
        let make = self.helper(Helper::NewArray, make.to_vec());
        let list = body.bind("list", make);
        self.for_elements(body, length, &begin, layout.size, |emitter, body, i, ptr| {
            let value = emitter.load(body, place, cx, element, ptr);
            body.run(js::assign(js::index(js::id(&list), js::id(i)), value));
        });
        body.push(js::ret(js::id(&list)));
    }

    /// `for (let i = 0, ptr = begin; i < length; i++, ptr += size) { … }`
    pub(super) fn for_elements(
        &mut self,
        body: &mut Body,
        length: Expr,
        begin: &Name,
        size: u32,
        write: impl FnOnce(&mut Self, &mut Body, &Name, &Ptr),
    ) {
        let i = body.names.fresh("i");
        let ptr = body.names.fresh("at");
        let (stmts, ()) = body.block(|body| write(self, body, &i, &Ptr::new(&ptr)));
        body.push(js::for_loop(
            Some(js::lets(vec![(&i, Some(js::num(0))), (&ptr, Some(js::id(begin)))])),
            Some(js::lt(js::id(&i), length)),
            Some(js::seq(vec![js::inc(js::id(&i)), js::add_assign(js::id(&ptr), js::num(size))])),
            stmts,
        ));
    }

    /// The host's value for an index into a table of the instance.
    fn lift_handle(
        &mut self,
        body: &Body,
        place: Place,
        ty: TypeId,
        handle: Handle,
        index: Expr,
    ) -> Expr {
        match handle {
            Handle::Own(resource) => self.lift_own(place, resource, index),
            Handle::Borrow(resource) => self.lift_borrow(body, place, resource, index),
            Handle::ErrorContext => self.lift_error_context(place, index),
            Handle::Stream(element) => self.lift_end(Helper::LiftStream, place, ty, element, index),
            Handle::Future(value) => self.lift_end(Helper::LiftFuture, place, ty, value, index),
        }
    }

    fn lift_own(&mut self, place: Place, resource: ResourceIndex, index: Expr) -> Expr {
        let (table, ty) = (self.handles(place.instance), self.resource(resource));
        let rep = self.helper(Helper::LiftOwn, vec![js::id(&table), js::id(&ty), index]);
        match self.linked.resources[resource.index()].kind {
            ResourceKind::Imported(_) => rep,
            ResourceKind::Defined { .. } if self.constructs == Some(resource) => rep,
            ResourceKind::Defined { .. } => {
                let class = self.runtime.import(Helper::GuestResource);
                js::call_method(js::id(&class), "adopt", vec![js::id(&ty), rep])
            }
        }
    }

    fn lift_borrow(
        &mut self,
        body: &Body,
        place: Place,
        resource: ResourceIndex,
        index: Expr,
    ) -> Expr {
        let (table, ty) = (self.handles(place.instance), self.resource(resource));
        let lent = body.lent.as_ref().expect("a body that lifts borrows collects them");
        let helper = match self.linked.resources[resource.index()].kind {
            ResourceKind::Imported(_) => Helper::LiftBorrow,
            ResourceKind::Defined { .. } => Helper::LendToHost,
        };
        self.helper(helper, vec![js::id(&table), js::id(&ty), index, js::id(lent)])
    }

    /// The last argument of functions whose type contains a borrow.
    fn pass_lent(&mut self, body: &Body, ty: TypeId, args: &mut Vec<Expr>) {
        if self.facts.contains_borrow(ty) {
            args.push(js::id(body.lent.as_ref().expect("a body that lifts borrows collects them")));
        }
    }

    /// A pointer or length in memory, as a Number.
    pub(super) fn load_ptr(&mut self, place: Place, cx: &Name, ptr: &Ptr) -> Expr {
        if place.is64 {
            self.helper(Helper::ToPtr, vec![view_get(cx, "getBigUint64", ptr)])
        } else {
            view_get(cx, "getUint32", ptr)
        }
    }

    /// A pointer or length that core code passed, as a Number.
    pub(super) fn ptr_from_core(&mut self, place: Place, value: Expr) -> Expr {
        if place.is64 {
            self.helper(Helper::ToPtr, vec![value])
        } else {
            js::ushr(value, js::num(0))
        }
    }

    /// The length of a string, list or map behind its pointer at `ptr`.
    pub(super) fn load_length(&mut self, place: Place, cx: &Name, range: Range, ptr: &Ptr) -> Expr {
        let at = ptr.at(self.layouts(place.is64).ptr_size());
        if has_wide_tag(place, range) {
            return self.helper(Helper::ToTaggedLength, vec![view_get(cx, "getBigUint64", &at)]);
        }
        self.load_ptr(place, cx, &at)
    }

    /// The length of a string, list or map that core code passed.
    pub(super) fn length_from_core(&mut self, place: Place, range: Range, length: Expr) -> Expr {
        if has_wide_tag(place, range) {
            return self.helper(Helper::ToTaggedLength, vec![length]);
        }
        self.ptr_from_core(place, length)
    }

    /// A discriminant or flags of 1, 2 or 4 bytes.
    pub(super) fn load_discriminant(cx: &Name, size: u32, ptr: &Ptr) -> Expr {
        match size {
            1 => u8_at(cx, ptr),
            2 => view_get(cx, "getUint16", ptr),
            _ => view_get(cx, "getUint32", ptr),
        }
    }

    /// A joined flat value as the type that a case has it in (`lift_flat_variant`).
    pub(super) fn unjoin(&mut self, have: Flat, want: Flat, value: Expr) -> Expr {
        let low = |value| {
            let low = js::call_method(js::ident_str("BigInt"), "asIntN", vec![js::num(32), value]);
            js::call(js::ident_str("Number"), vec![low])
        };
        match (have, want) {
            (Flat::I32, Flat::F32) => self.helper(Helper::I32ToF32, vec![value]),
            (Flat::I64, Flat::I32) => low(value),
            (Flat::I64, Flat::F32) => self.helper(Helper::I32ToF32, vec![low(value)]),
            (Flat::I64, Flat::F64) => self.helper(Helper::I64ToF64, vec![value]),
            (Flat::I32 | Flat::I64 | Flat::F32 | Flat::F64, _) => value,
        }
    }
}

/// A case of a variant as a JavaScript value.
enum CaseValue<'v> {
    /// `undefined`
    Nothing,
    /// The payload itself.
    Bare(TypeId),
    /// `{ tag, val }`
    Tagged(&'v str, Option<TypeId>),
}

/// Whether lengths of a range carry a tag that a Number cannot hold in place.
pub(super) fn has_wide_tag(place: Place, range: Range) -> bool {
    place.is64 && place.encoding == Encoding::Latin1Utf16 && range == Range::String
}

/// The helper that loads a string.
pub(super) fn load_string(encoding: Encoding) -> Helper {
    match encoding {
        Encoding::Utf8 => Helper::LoadUtf8,
        Encoding::Utf16 => Helper::LoadUtf16,
        Encoding::Latin1Utf16 => Helper::LoadLatin1OrUtf16,
    }
}

/// `cx.u8[ptr]`
pub(super) fn u8_at(cx: &Name, ptr: &Ptr) -> Expr {
    js::index(js::member(js::id(cx), "u8"), ptr.expr())
}

/// `cx.view.getX(ptr, true)`
fn view_get(cx: &Name, getter: &str, ptr: &Ptr) -> Expr {
    let view = js::member(js::id(cx), "view");
    let args =
        if getter == "getInt8" { vec![ptr.expr()] } else { vec![ptr.expr(), js::bool(true)] };
    js::call_method(view, getter, args)
}

/// The typed array that a list of numbers is.
pub(super) fn number_array(element: &Type) -> Option<&'static str> {
    Some(match element {
        Type::U8 => "Uint8Array",
        Type::S8 => "Int8Array",
        Type::U16 => "Uint16Array",
        Type::S16 => "Int16Array",
        Type::U32 => "Uint32Array",
        Type::S32 => "Int32Array",
        Type::U64 => "BigUint64Array",
        Type::S64 => "BigInt64Array",
        Type::F32 => "Float32Array",
        Type::F64 => "Float64Array",
        _ => return None,
    })
}
