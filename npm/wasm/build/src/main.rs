//! `windlass-wasm-build IN.wasm OUT_DIR NAME`: makes `NAME.js` and `NAME_bg.wasm`.
//!
//! `wasm-bindgen-cli` must equal the `wasm-bindgen` crate to the patch; as a
//! library in this workspace the lock file keeps them together.

use std::{env, path::Path};

use anyhow::{Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [input, out_dir, name] = args.as_slice() else {
        bail!("usage: windlass-wasm-build IN.wasm OUT_DIR NAME");
    };
    Bindgen::new()
        .input_path(input)
        .out_name(name)
        .web(true)?
        .omit_default_module_path(true)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // A panic leaves the instance in an unknown state: the package throws it away.
        .reset_state_function(true)
        .generate(Path::new(out_dir))
}
