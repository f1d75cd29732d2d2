//! Files into memory of large pages: where the system hands out pages of 4 KiB, it takes
//! three times as long to get them as to read what comes into them.

use std::fs::File;
use std::io::{Read, Result};

use memmap2::MmapMut;
use napi::bindgen_prelude::Uint8Array;

/// Bytes of a file for which it is not worth it: some large pages.
const SMALL: u64 = 4 * 1024 * 1024;

/// Reads a file, unless it is small or none with a size.
pub(crate) fn into_large_pages(path: &str) -> Result<Option<Uint8Array>> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() < SMALL {
        return Ok(None);
    }
    let Ok(length) = usize::try_from(metadata.len()) else { return Ok(None) };
    let mut memory = MmapMut::map_anon(length)?;
    #[cfg(target_os = "linux")]
    // A wish, without which pages are small.
    let _ = memory.advise(memmap2::Advice::HugePage);
    file.read_exact(&mut memory)?;
    let start = memory.as_mut_ptr();
    #[expect(unsafe_code, reason = "the mapping lives until JavaScript gives the bytes back")]
    // SAFETY: `start` is valid for `length` bytes until `memory`, which nothing else can
    // reach, is dropped: by the finalizer, when JavaScript has no reference any more.
    let bytes = unsafe { Uint8Array::with_external_data(start, length, move |_, _| drop(memory)) };
    Ok(Some(bytes))
}
