//! The shapes that cross into JavaScript, the same as those of the addon.

use std::iter::once;

use wasm_bindgen::JsValue;
use windlass::Output;
use windlass::output::{File, Notice};

use crate::answer::object;

/// Pairs that come one after the other, since nested lists do not cross.
pub(crate) fn pairs(flat: &[String]) -> Vec<(String, String)> {
    flat.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

/// `windlass::Output`, made of the component `bytes`.
pub(crate) fn output(
    Output { files, imports, exports, notices }: Output<'_>,
    bytes: &[u8],
) -> JsValue {
    let imports: Vec<JsValue> = imports
        .into_iter()
        .map(|(name, specifier)| once(name).chain(specifier).collect::<Vec<String>>().into())
        .collect();
    object([
        ("files", self::files(files, bytes)),
        ("imports", imports.into()),
        ("exports", exports.into()),
        ("notices", self::notices(notices)),
    ])
}

fn notices(notices: Vec<Notice>) -> JsValue {
    let notices: Vec<JsValue> = notices
        .into_iter()
        .map(|Notice { code, message }| {
            object([("code", code.into()), ("message", message.into())])
        })
        .collect();
    notices.into()
}

/// `windlass::output::File`s; what is a part of the component goes by its place there.
pub(crate) fn files(files: Vec<File<'_>>, component: &[u8]) -> JsValue {
    let files: Vec<JsValue> = files
        .into_iter()
        .map(|file| {
            let contents = match file.part_of(component) {
                Some(part) => ("part", vec![part.start, part.end].into()),
                None => ("contents", file.contents.into_owned().into()),
            };
            object([("name", file.name.into()), contents])
        })
        .collect();
    files.into()
}
