//! Lifting and lowering in one, for calls between components: data goes from
//! memory to memory and never becomes a JavaScript value.

use super::emitter::{Emitter, TypeFn};
use super::js::{self, Expr};
use super::lift::u8_at;
use super::lower::{ptr_to_core, store_discriminant, view_set, zero};
use super::names::Name;
use super::runtime::Helper;
use super::scope::{Body, Encoding, Place, Ptr};
use crate::abi::layout::Flat;
use crate::abi::shape::{Compound, Handle, Items, Range, Shape, Variant};
use crate::abi::types::Type;
use crate::index::{ResourceIndex, TypeId};
use crate::link::linked::ResourceKind;

/// One side of a call between components.
#[derive(Clone)]
pub(super) struct Side {
    pub place: Place,
    /// Its context, if it has a memory.
    pub cx: Option<Name>,
}

impl Side {
    /// A side with a memory, whose context is in a parameter.
    pub(super) fn new(place: Place, cx: Name) -> Self {
        Self { place, cx: Some(cx) }
    }

    fn cx(&self) -> &Name {
        self.cx.as_ref().expect("the validator requires a memory")
    }
}

/// The source of a copied value.
#[derive(Clone)]
pub(super) enum Source {
    Flat(Vec<Name>),
    Memory(Ptr),
}

/// The destination of a copied value.
#[derive(Clone)]
pub(super) enum Target {
    /// As flat values, which the copy returns.
    Flat,
    Memory(Ptr),
}

impl Emitter<'_> {
    /// Copies a value; returns its flat values if that is where it goes.
    pub(super) fn copy(
        &mut self,
        body: &mut Body,
        ty: TypeId,
        from: &Side,
        source: &Source,
        to: &Side,
        target: &Target,
    ) -> Vec<Expr> {
        self.steps += 1;
        if let (Source::Memory(ptr), Target::Memory(target)) = (source, target)
            && self.needs_copy_fn(ty)
        {
            let function = self.copy_fn(TypeFn::Copy, ty, from.place, to.place);
            let mut args = vec![js::id(from.cx()), ptr.expr(), js::id(to.cx()), target.expr()];
            self.pass_scopes(body, ty, &mut args);
            body.run(js::call(js::id(&function), args));
            return vec![];
        }
        self.copy_in_place(body, ty, from, source, to, target)
    }

    /// Whether values of the type are copied from memory to memory by a function of its own.
    fn needs_copy_fn(&self, ty: TypeId) -> bool {
        match self.linked.types[ty].shape() {
            Shape::Compound(
                Compound::Record(_)
                | Compound::Tuple(_)
                | Compound::FixedLengthList(..)
                | Compound::Variant(_),
            ) => true,
            Shape::Scalar(_)
            | Shape::Enum(_)
            | Shape::Handle(_)
            | Shape::Range(_)
            | Shape::Compound(Compound::Flags(_)) => false,
        }
    }

    /// [`Self::copy`] without a function of its own.
    pub(super) fn copy_in_place(
        &mut self,
        body: &mut Body,
        ty: TypeId,
        from: &Side,
        source: &Source,
        to: &Side,
        target: &Target,
    ) -> Vec<Expr> {
        match self.linked.types[ty].shape() {
            Shape::Scalar(_) | Shape::Enum(_) | Shape::Compound(Compound::Flags(_)) => {
                let value = self.read_scalar(ty, from, source);
                self.write_scalar(body, ty, to, target, value)
            }
            Shape::Handle(handle) => {
                let index = Self::read_handle(from, source);
                let index = self.copy_handle(body, ty, handle, from, to, index);
                self.write_scalar(body, ty, to, target, index)
            }
            Shape::Range(range) => {
                let read = self.read_range(body, range, from, source);
                let (begin, length) = self.copy_range(body, ty, range, from, to, read);
                match target {
                    Target::Flat => {
                        vec![
                            ptr_to_core(to.place, js::id(&begin)),
                            self.length_to_core(to.place, range, js::id(&length)),
                        ]
                    }
                    Target::Memory(ptr) => {
                        Self::store_ptr(body, to.place, to.cx(), ptr, js::id(&begin));
                        let at = ptr.at(self.layouts(to.place.is64).ptr_size());
                        self.store_length(body, to.place, to.cx(), range, &at, js::id(&length));
                        vec![]
                    }
                }
            }
            Shape::Compound(Compound::Record(fields)) => {
                let types: Vec<TypeId> = fields.iter().map(|(_, ty)| *ty).collect();
                self.copy_fields(body, &types, from, source, to, target)
            }
            Shape::Compound(Compound::Tuple(types)) => {
                self.copy_fields(body, types, from, source, to, target)
            }
            Shape::Compound(Compound::FixedLengthList(element, length)) => {
                if let (Source::Memory(source), Target::Memory(target)) = (source, target) {
                    let begin = body.bind("begin", source.expr());
                    let out = body.bind("out", target.expr());
                    let length = js::num(length);
                    self.copy_elements(body, element, length, (from, &begin), (to, &out));
                    vec![]
                } else {
                    let types = vec![element; length as usize];
                    self.copy_fields(body, &types, from, source, to, target)
                }
            }
            Shape::Compound(Compound::Variant(variant)) => {
                self.copy_variant(body, variant, from, source, to, target)
            }
        }
    }

    /// Copies fields that follow one another.
    pub(super) fn copy_fields(
        &mut self,
        body: &mut Body,
        types: &[TypeId],
        from: &Side,
        source: &Source,
        to: &Side,
        target: &Target,
    ) -> Vec<Expr> {
        let (from_offsets, _) = self.layouts(from.place.is64).fields(types.iter().copied());
        let (to_offsets, _) = self.layouts(to.place.is64).fields(types.iter().copied());
        let mut flat_at = 0;
        let mut out = Vec::new();
        for (i, ty) in types.iter().enumerate() {
            let source = match source {
                Source::Memory(ptr) => Source::Memory(ptr.at(from_offsets[i])),
                Source::Flat(names) => {
                    let count = self
                        .layouts(from.place.is64)
                        .flat(*ty)
                        .expect("the caller flattened it")
                        .len();
                    flat_at += count;
                    Source::Flat(names[flat_at - count..flat_at].to_vec())
                }
            };
            let target = match target {
                Target::Memory(ptr) => Target::Memory(ptr.at(to_offsets[i])),
                Target::Flat => Target::Flat,
            };
            let flat = self.copy(body, *ty, from, &source, to, &target);
            // A later field may allocate, which runs guest code; read this one first.
            for value in flat {
                out.push(match value {
                    value @ (Expr::Ident(_) | Expr::Lit(_)) => value,
                    value => js::id(&body.bind("flat", value)),
                });
            }
        }
        out
    }

    /// A scalar, checked and normalised as lifting does.
    fn read_scalar(&mut self, ty: TypeId, from: &Side, source: &Source) -> Expr {
        let definition = self.linked.types[ty].clone();
        match source {
            Source::Flat(names) => {
                let value = js::id(&names[0]);
                match definition {
                    Type::Bool => js::cond(value, js::num(1), js::num(0)),
                    Type::U8 => js::bitand(value, js::num(0xff)),
                    Type::U16 => js::bitand(value, js::num(0xffff)),
                    Type::S8 => js::shr(js::shl(value, js::num(24)), js::num(24)),
                    Type::S16 => js::shr(js::shl(value, js::num(16)), js::num(16)),
                    Type::Char => self.helper(Helper::CheckChar, vec![js::ushr(value, js::num(0))]),
                    Type::Enum(cases) => {
                        let index = js::ushr(value, js::num(0));
                        self.helper(Helper::CheckDiscriminant, vec![index, js::num(cases.len())])
                    }
                    Type::Flags(labels) if labels.len() < 32 => {
                        js::bitand(value, js::num((1_u32 << labels.len()) - 1))
                    }
                    _ => value,
                }
            }
            Source::Memory(ptr) => {
                let cx = from.cx();
                let size = self.layouts(from.place.is64).layout(ty).size;
                let get = |getter: &str| {
                    js::call_method(
                        js::member(js::id(cx), "view"),
                        getter,
                        vec![ptr.expr(), js::bool(true)],
                    )
                };
                match definition {
                    Type::Bool => js::cond(u8_at(cx, ptr), js::num(1), js::num(0)),
                    Type::S8 => js::shr(js::shl(u8_at(cx, ptr), js::num(24)), js::num(24)),
                    Type::S16 => get("getInt16"),
                    Type::S32 => get("getInt32"),
                    Type::S64 | Type::U64 => get("getBigInt64"),
                    Type::F32 => get("getFloat32"),
                    Type::F64 => get("getFloat64"),
                    Type::Char => {
                        let code = get("getUint32");
                        self.helper(Helper::CheckChar, vec![code])
                    }
                    Type::Enum(cases) => {
                        let index = Self::load_discriminant(cx, size, ptr);
                        self.helper(Helper::CheckDiscriminant, vec![index, js::num(cases.len())])
                    }
                    Type::Flags(labels) if labels.len() < 32 => {
                        let mask = js::num((1_u32 << labels.len()) - 1);
                        js::bitand(Self::load_discriminant(cx, size, ptr), mask)
                    }
                    _ => Self::load_discriminant(cx, size, ptr),
                }
            }
        }
    }

    fn write_scalar(
        &mut self,
        body: &mut Body,
        ty: TypeId,
        to: &Side,
        target: &Target,
        value: Expr,
    ) -> Vec<Expr> {
        let Target::Memory(ptr) = target else { return vec![value] };
        let cx = to.cx();
        let size = self.layouts(to.place.is64).layout(ty).size;
        let setter = match self.linked.types[ty] {
            Type::F32 => "setFloat32",
            Type::F64 => "setFloat64",
            Type::S64 | Type::U64 => "setBigInt64",
            _ => {
                let value = body.bind("value", value);
                store_discriminant(body, cx, size, ptr, js::id(&value));
                return vec![];
            }
        };
        let value = body.bind("value", value);
        body.run(view_set(cx, setter, ptr, js::id(&value)));
        vec![]
    }

    fn read_handle(from: &Side, source: &Source) -> Expr {
        match source {
            Source::Flat(names) => js::id(&names[0]),
            Source::Memory(ptr) => Self::load_discriminant(from.cx(), 4, ptr),
        }
    }

    /// Takes a handle from one instance's table to another's.
    fn copy_handle(
        &mut self,
        body: &Body,
        ty: TypeId,
        handle: Handle,
        from: &Side,
        to: &Side,
        index: Expr,
    ) -> Expr {
        match handle {
            Handle::Own(resource) => {
                let table = self.handles(from.place.instance);
                let resource = self.resource(resource);
                let args = vec![js::id(&table), js::id(&resource), index];
                let rep = self.helper(Helper::LiftOwn, args);
                let table = self.handles(to.place.instance);
                self.helper(Helper::LowerOwn, vec![js::id(&table), js::id(&resource), rep])
            }
            Handle::Borrow(resource) => self.copy_borrow(body, resource, from, to, index),
            Handle::ErrorContext => self.copy_error_context(from.place, to.place, index),
            Handle::Stream(_) | Handle::Future(_) => self.copy_end(from.place, to.place, ty, index),
        }
    }

    fn copy_borrow(
        &mut self,
        body: &Body,
        resource: ResourceIndex,
        from: &Side,
        to: &Side,
        index: Expr,
    ) -> Expr {
        let ty = self.resource(resource);
        let lent = body.lent.as_ref().expect("a body that copies borrows collects them");
        let table = self.handles(from.place.instance);
        let rep =
            self.helper(Helper::LiftBorrow, vec![js::id(&table), js::id(&ty), index, js::id(lent)]);
        if let ResourceKind::Defined { instance, .. } = self.linked.resources[resource.index()].kind
            && instance == to.place.instance
        {
            return rep;
        }
        let table = self.handles(to.place.instance);
        let scope = body.borrows.as_ref().expect("a body that copies borrows counts them");
        self.helper(Helper::LowerBorrow, vec![js::id(&table), js::id(&ty), rep, js::id(scope)])
    }

    fn read_range(
        &mut self,
        body: &mut Body,
        range: Range,
        from: &Side,
        source: &Source,
    ) -> (Name, Name) {
        let (begin, length) = match source {
            Source::Flat(names) => (
                self.ptr_from_core(from.place, js::id(&names[0])),
                self.length_from_core(from.place, range, js::id(&names[1])),
            ),
            Source::Memory(ptr) => (
                self.load_ptr(from.place, from.cx(), ptr),
                self.load_length(from.place, from.cx(), range, ptr),
            ),
        };
        (body.bind("begin", begin), body.bind("length", length))
    }

    fn copy_range(
        &mut self,
        body: &mut Body,
        ty: TypeId,
        range: Range,
        from: &Side,
        to: &Side,
        (begin, length): (Name, Name),
    ) -> (Name, Name) {
        let mut args = vec![js::id(from.cx()), js::id(&begin), js::id(&length), js::id(to.cx())];
        let items = match range {
            Range::String => {
                let begin = self.helper(transcoder(from.place.encoding, to.place.encoding), args);
                let begin = body.bind("out", begin);
                let length = body.bind("outLength", js::member(js::id(to.cx()), "length"));
                return (begin, length);
            }
            Range::Items(items) => items,
        };
        let copied = match items {
            Items::List(element) if self.numbers(items).is_some() => {
                let size = self.layouts(to.place.is64).layout(element).size;
                args.push(js::num(size));
                self.helper(Helper::CopyNumbers, args)
            }
            Items::List(_) | Items::Map(..) => {
                let function = TypeFn::CopyItems(items);
                let function = self.copy_fn(function, ty, from.place, to.place);
                self.pass_scopes(body, ty, &mut args);
                js::call(js::id(&function), args)
            }
        };
        (body.bind("out", copied), length)
    }

    /// The function `(from, begin, to, out)` of a type.
    pub(super) fn write_copy_fn(
        &mut self,
        body: &mut Body,
        ty: TypeId,
        from: &Side,
        begin: &Name,
        to: &Side,
        out: &Name,
    ) {
        let (source, target) = (Source::Memory(Ptr::new(begin)), Target::Memory(Ptr::new(out)));
        self.copy_in_place(body, ty, from, &source, to, &target);
    }

    /// The function `(from, begin, length, to) => out` of a list or map.
    pub(super) fn write_copy_items_fn(
        &mut self,
        body: &mut Body,
        items: Items,
        from: &Side,
        begin: &Name,
        length: &Name,
        to: &Side,
    ) {
        let types = match items {
            Items::List(element) => vec![element],
            Items::Map(key, value) => vec![key, value],
        };
        let (_, source) = self.layouts(from.place.is64).fields(types.iter().copied());
        let (_, target) = self.layouts(to.place.is64).fields(types.iter().copied());
        let byte_length = js::mul(js::id(length), js::num(source.size));
        let check = vec![js::id(from.cx()), js::id(begin), byte_length, js::num(source.align)];
        let check = self.helper(Helper::CheckList, check);
        body.run(check);
        let room = js::mul(js::id(length), js::num(target.size));
        let room = js::call_method(js::id(to.cx()), "allocate", vec![js::num(target.align), room]);
        let out = body.bind("out", room);
        let count = js::id(length);
        self.copy_items(body, &types, count, (from, begin, source.size), (to, &out, target.size));
        body.push(js::ret(js::id(&out)));
    }

    /// Copies `length` elements that lie one after the other.
    pub(super) fn copy_elements(
        &mut self,
        body: &mut Body,
        element: TypeId,
        length: Expr,
        (from, begin): (&Side, &Name),
        (to, out): (&Side, &Name),
    ) {
        let from_size = self.layouts(from.place.is64).layout(element).size;
        let to_size = self.layouts(to.place.is64).layout(element).size;
        self.copy_items(body, &[element], length, (from, begin, from_size), (to, out, to_size));
    }

    fn copy_items(
        &mut self,
        body: &mut Body,
        types: &[TypeId],
        length: Expr,
        (from, begin, from_size): (&Side, &Name, u32),
        (to, out, to_size): (&Side, &Name, u32),
    ) {
        let i = body.names.fresh("i");
        let source = body.names.fresh("source");
        let target = body.names.fresh("target");
        let (stmts, _) = body.block(|body| {
            // The element before may have made the memory grow.
            let fresh = self.refresh(from.cx());
            body.push(fresh);
            let (source, target) =
                (Source::Memory(Ptr::new(&source)), Target::Memory(Ptr::new(&target)));
            self.copy_fields(body, types, from, &source, to, &target)
        });
        body.push(js::for_loop(
            Some(js::lets(vec![
                (&i, Some(js::num(0))),
                (&source, Some(js::id(begin))),
                (&target, Some(js::id(out))),
            ])),
            Some(js::lt(js::id(&i), length)),
            Some(js::seq(vec![
                js::inc(js::id(&i)),
                js::add_assign(js::id(&source), js::num(from_size)),
                js::add_assign(js::id(&target), js::num(to_size)),
            ])),
            stmts,
        ));
    }

    fn copy_variant(
        &mut self,
        body: &mut Body,
        variant: Variant<'_>,
        from: &Side,
        source: &Source,
        to: &Side,
        target: &Target,
    ) -> Vec<Expr> {
        let payloads = variant.payloads();
        let from_layout = self.layouts(from.place.is64).variant(payloads.iter().copied());
        let to_layout = self.layouts(to.place.is64).variant(payloads.iter().copied());
        let have_joined = self.layouts(from.place.is64).flat_payload(payloads.iter().copied());
        let discriminant = match source {
            Source::Flat(names) => js::ushr(js::id(&names[0]), js::num(0)),
            Source::Memory(ptr) => {
                Self::load_discriminant(from.cx(), from_layout.discriminant, ptr)
            }
        };
        let discriminant =
            self.helper(Helper::CheckDiscriminant, vec![discriminant, js::num(payloads.len())]);
        let discriminant = body.bind("discriminant", discriminant);
        let mut names = Vec::new();
        let mut want_joined = Vec::new();
        match target {
            Target::Memory(ptr) => {
                store_discriminant(
                    body,
                    to.cx(),
                    to_layout.discriminant,
                    ptr,
                    js::id(&discriminant),
                );
            }
            Target::Flat => {
                want_joined = self
                    .layouts(to.place.is64)
                    .flat_payload(payloads.iter().copied())
                    .expect("the caller flattened it");
                names = want_joined.iter().map(|_| body.names.fresh("payload")).collect();
                if !names.is_empty() {
                    let zeros = want_joined.iter().map(|flat| Some(zero(*flat)));
                    body.push(js::lets(names.iter().cloned().zip(zeros).collect()));
                }
            }
        }
        let mut arms = Vec::new();
        for (index, payload) in payloads.iter().enumerate() {
            let Some(payload) = *payload else { continue };
            let (mut stmts, ()) = body.block(|body| {
                let source = match source {
                    Source::Memory(ptr) => Source::Memory(ptr.at(from_layout.payload)),
                    Source::Flat(flat) => {
                        let want =
                            self.layouts(from.place.is64).flat(payload).expect("flatter").to_vec();
                        let have = have_joined.as_ref().expect("the source is flat");
                        Source::Flat(self.unjoin_all(body, have, &want, &flat[1..]))
                    }
                };
                let case_target = match target {
                    Target::Memory(ptr) => Target::Memory(ptr.at(to_layout.payload)),
                    Target::Flat => Target::Flat,
                };
                let values = self.copy(body, payload, from, &source, to, &case_target);
                if let Target::Flat = target {
                    let have = self.layouts(to.place.is64).flat(payload).expect("flatter").to_vec();
                    for (((have, want), name), value) in
                        have.iter().zip(&want_joined).zip(&names).zip(values)
                    {
                        let value = self.join_value(*have, *want, value);
                        body.run(js::assign(js::id(name), value));
                    }
                }
            });
            stmts.push(js::brk());
            arms.push((Some(js::num(index)), vec![js::block(stmts)]));
        }
        if !arms.is_empty() {
            body.push(js::switch(js::id(&discriminant), arms));
        }
        match target {
            Target::Memory(_) => vec![],
            Target::Flat => std::iter::once(&discriminant).chain(&names).map(js::id).collect(),
        }
    }

    fn unjoin_all(
        &mut self,
        body: &mut Body,
        have: &[Flat],
        want: &[Flat],
        names: &[Name],
    ) -> Vec<Name> {
        want.iter()
            .zip(have)
            .zip(names)
            .map(|((want, have), name)| {
                if want == have {
                    name.clone()
                } else {
                    let value = self.unjoin(*have, *want, js::id(name));
                    body.bind("flat", value)
                }
            })
            .collect()
    }

    fn pass_scopes(&mut self, body: &Body, ty: TypeId, args: &mut Vec<Expr>) {
        if self.facts.contains_borrow(ty) {
            args.push(js::id(
                body.lent.as_ref().expect("a body that copies borrows collects them"),
            ));
            args.push(js::id(
                body.borrows.as_ref().expect("a body that copies borrows counts them"),
            ));
        }
    }
}

/// The helper that takes a string from one encoding to another.
fn transcoder(from: Encoding, to: Encoding) -> Helper {
    match (from, to) {
        (Encoding::Utf8, Encoding::Utf8) => Helper::CopyUtf8,
        (Encoding::Utf8, Encoding::Utf16) => Helper::Utf8ToUtf16,
        (Encoding::Utf8, Encoding::Latin1Utf16) => Helper::Utf8ToLatin1OrUtf16,
        (Encoding::Utf16, Encoding::Utf8) => Helper::Utf16ToUtf8,
        (Encoding::Utf16, Encoding::Utf16) => Helper::CopyUtf16,
        (Encoding::Utf16, Encoding::Latin1Utf16) => Helper::Utf16ToLatin1OrUtf16,
        (Encoding::Latin1Utf16, Encoding::Utf8) => Helper::Latin1OrUtf16ToUtf8,
        (Encoding::Latin1Utf16, Encoding::Utf16) => Helper::Latin1OrUtf16ToUtf16,
        (Encoding::Latin1Utf16, Encoding::Latin1Utf16) => Helper::CopyLatin1OrUtf16,
    }
}
