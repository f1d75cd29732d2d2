//! The shapes that cross into JavaScript, the same as those of the addon.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use windlass::options::Budget;
use windlass::output::File;
use windlass::{Options, Output, Result};

use crate::answer::object;

#[wasm_bindgen]
extern "C" {
    /// `windlass::Options`, every field present: JavaScript fills in the defaults.
    pub type RawOptions;
    #[wasm_bindgen(method, getter)]
    fn name(this: &RawOptions) -> String;
    #[wasm_bindgen(method, getter)]
    fn target(this: &RawOptions) -> String;
    /// Pairs of pattern and specifier, one after the other.
    #[wasm_bindgen(method, getter, js_name = flatMap)]
    fn flat_map(this: &RawOptions) -> Vec<String>;
    #[wasm_bindgen(method, getter)]
    fn minify(this: &RawOptions) -> bool;
    #[wasm_bindgen(method, getter, js_name = sourceMap)]
    fn source_map(this: &RawOptions) -> bool;
    #[wasm_bindgen(method, getter)]
    fn types(this: &RawOptions) -> bool;
    #[wasm_bindgen(method, getter, js_name = asyncImports)]
    fn async_imports(this: &RawOptions) -> Vec<String>;
    #[wasm_bindgen(method, getter, js_name = asyncExports)]
    fn async_exports(this: &RawOptions) -> Vec<String>;
    #[wasm_bindgen(method, getter, js_name = syncExports)]
    fn sync_exports(this: &RawOptions) -> Vec<String>;
    #[wasm_bindgen(method, getter)]
    fn budget(this: &RawOptions) -> RawBudget;

    /// `windlass::options::Budget`.
    pub type RawBudget;
    #[wasm_bindgen(method, getter)]
    fn instances(this: &RawBudget) -> u32;
    #[wasm_bindgen(method, getter)]
    fn output(this: &RawBudget) -> f64;
    #[wasm_bindgen(method, getter)]
    fn lift(this: &RawBudget) -> u32;
}

/// Reads the options of a call.
pub(crate) fn options(raw: &RawOptions) -> Result<Options> {
    let budget = raw.budget();
    Ok(Options {
        name: raw.name(),
        target: raw.target().parse()?,
        map: pairs(&raw.flat_map()),
        minify: raw.minify(),
        source_map: raw.source_map(),
        types: raw.types(),
        async_imports: raw.async_imports(),
        async_exports: raw.async_exports(),
        sync_exports: raw.sync_exports(),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "`as` saturates, which is what a budget wants"
        )]
        budget: Budget {
            instances: budget.instances(),
            output: budget.output() as usize,
            lift: budget.lift(),
        },
    })
}

/// Pairs that come one after the other, since nested lists do not cross.
pub(crate) fn pairs(flat: &[String]) -> Vec<(String, String)> {
    flat.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

/// `windlass::Output`, made of the component `bytes`.
pub(crate) fn output(Output { files, imports, exports }: Output<'_>, bytes: &[u8]) -> JsValue {
    let imports: Vec<JsValue> =
        imports.into_iter().map(|(name, specifier)| vec![name, specifier].into()).collect();
    object([
        ("files", self::files(files, bytes)),
        ("imports", imports.into()),
        ("exports", exports.into()),
    ])
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
