//! Files read by several threads: the system takes longer to hand out the memory than to
//! copy what comes into it.

use std::fs::File;
use std::io::Result;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, available_parallelism, scope};

/// Bytes of a file for which it is not worth it.
const SMALL: u64 = 4 * 1024 * 1024;

/// Bytes that a thread reads at a time.
const PART: usize = 1024 * 1024;

/// Reads a file, unless it is small or none with a size.
pub(crate) fn by_threads(path: &str) -> Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() < SMALL {
        return Ok(None);
    }
    let Ok(length) = usize::try_from(metadata.len()) else { return Ok(None) };
    let mut bytes = vec![0; length];
    let parts = Mutex::new((0..).step_by(PART).zip(bytes.chunks_mut(PART)));
    let next = || parts.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || -> Result<()> {
        while let Some((offset, part)) = next() {
            read_exact_at(&file, part, offset)?;
        }
        Ok(())
    };
    scope(|scope| {
        let threads: Vec<_> = (1..available_parallelism().map_or(1, usize::from))
            .map_while(|_| Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        threads.into_iter().fold(work(), |result, thread| {
            result.and(thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })
    })?;
    Ok(Some(bytes))
}

#[cfg(unix)]
fn read_exact_at(file: &File, part: &mut [u8], offset: u64) -> Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, part, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut part: &mut [u8], mut offset: u64) -> Result<()> {
    while !part.is_empty() {
        let count = std::os::windows::fs::FileExt::seek_read(file, part, offset)?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        part = &mut part[count..];
        offset += count as u64;
    }
    Ok(())
}
