//! Patterns, which bind names.

use swc_common::DUMMY_SP;
use swc_ecma_ast as ast;

use super::super::names::Name;
use super::function::Params;
use super::object::Key;
use super::paren::{ASSIGN, at_least};
use super::piece::ident;
use super::{Expr, Pat};

impl From<&Name> for Pat {
    fn from(name: &Name) -> Self {
        Self::Ident(ident(name).into())
    }
}

impl From<Name> for Pat {
    fn from(name: Name) -> Self {
        Self::from(&name)
    }
}

/// `name`, where a list mixes names with other patterns.
pub fn pat(name: &Name) -> Pat {
    name.into()
}

/// `[a, b]`
pub fn array_pat(elements: impl Params) -> Pat {
    Pat::Array(array_pat_of(elements.into_pats().into_iter().map(Some).collect()))
}

/// `[a, , b]`: elements that are not there are skipped.
pub fn sparse_array_pat(elements: Vec<Option<Pat>>) -> Pat {
    Pat::Array(array_pat_of(elements))
}

/// `{ x: a, y: b }`
pub fn object_pat<K: Into<Key>, P: Into<Pat>>(props: Vec<(K, P)>) -> Pat {
    let props = props
        .into_iter()
        .map(|(key, value)| {
            let key = key.into().into_object_key();
            let value = value.into();
            match (&key, &value) {
                (ast::PropName::Ident(name), Pat::Ident(binding)) if name.sym == binding.id.sym => {
                    let key = binding.clone();
                    ast::ObjectPatProp::Assign(ast::AssignPatProp {
                        span: DUMMY_SP,
                        key,
                        value: None,
                    })
                }
                _ => ast::ObjectPatProp::KeyValue(ast::KeyValuePatProp {
                    key,
                    value: Box::new(value),
                }),
            }
        })
        .collect();
    Pat::Object(ast::ObjectPat { span: DUMMY_SP, props, optional: false, type_ann: None })
}

/// `...rest`, last in a list of parameters or elements.
pub fn rest(name: &Name) -> Pat {
    let arg = Box::new(name.into());
    Pat::Rest(ast::RestPat { span: DUMMY_SP, dot3_token: DUMMY_SP, arg, type_ann: None })
}

/// `pat = default`
pub fn default_pat(target: impl Into<Pat>, default: Expr) -> Pat {
    let right = Box::new(at_least(ASSIGN, default));
    Pat::Assign(ast::AssignPat { span: DUMMY_SP, left: Box::new(target.into()), right })
}

pub(super) fn array_pat_of(elems: Vec<Option<Pat>>) -> ast::ArrayPat {
    ast::ArrayPat { span: DUMMY_SP, elems, optional: false, type_ann: None }
}
