//! Directories as handles for `@windlass/wasi`, where Node has paths only.
//!
//! Each call takes one name in a directory that is open, and follows no link in it. So no
//! rename and no new link, by whomever, leads out of the directory that was granted. The
//! walk along a path is the shims' own, unless Linux walks a path without links. Errors have an errno name as `code`, as those of
//! `node:fs`.

mod failure;
#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;

use napi::bindgen_prelude::{BigInt, Either};
use napi_derive::napi;

use crate::failure::{Failure, Result};

/// The number of fields that [`Directory::stat`] and its kin write: links, size, times of access,
/// modification and change in nanoseconds since 1970, device, inode.
pub(crate) const STAT_FIELDS: usize = 7;

/// The WIT `descriptor-type`, by its place in the list that the shims have of them.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
#[cfg_attr(windows, expect(dead_code, reason = "Windows has fewer kinds"))]
pub(crate) enum Kind {
    Unknown,
    BlockDevice,
    CharacterDevice,
    Directory,
    Fifo,
    SymbolicLink,
    RegularFile,
    Socket,
}

/// The metadata of a file.
pub(crate) struct Stat {
    pub(crate) kind: Kind,
    pub(crate) fields: [i64; STAT_FIELDS],
}

impl Stat {
    fn write(self, out: &mut [i64]) -> Result<u32> {
        let Some(out) = out.get_mut(..STAT_FIELDS) else {
            return Err(Failure::new("EINVAL", "no room for the attributes"));
        };
        out.copy_from_slice(&self.fields);
        Ok(self.kind as u32)
    }
}

/// A `BigInt64Array` to write to; napi's macro takes a plain `&mut` for that of a class.
type Fields<'a> = &'a mut [i64];
/// A `Uint8Array` to write to.
type Bytes<'a> = &'a mut [u8];

/// A time in nanoseconds since 1970, or to be kept.
pub(crate) type NewTime = Option<i64>;

/// The options of an open; the bits are those of `open` in `shims/src/host/native.ts`.
#[derive(Clone, Copy)]
pub(crate) struct Opening(u32);

impl Opening {
    pub(crate) const READ: u32 = 1;
    pub(crate) const WRITE: u32 = 2;
    pub(crate) const CREATE: u32 = 4;
    pub(crate) const EXCLUSIVE: u32 = 8;
    pub(crate) const TRUNCATE: u32 = 16;
    pub(crate) const DIRECTORY: u32 = 32;
    #[cfg_attr(windows, expect(dead_code, reason = "Windows has no such option"))]
    pub(crate) const SYNC: u32 = 64;
    #[cfg_attr(windows, expect(dead_code, reason = "Windows has no such option"))]
    pub(crate) const DATA_SYNC: u32 = 128;

    pub(crate) fn has(self, bit: u32) -> bool {
        self.0 & bit != 0
    }
}

/// The result of an open: nothing where the name is a symbolic link.
pub(crate) enum Opened {
    File(system::File, Kind),
    Directory(system::Directory),
    Link,
}

/// Opens a directory by its path, which is followed wherever it leads: that of a grant.
#[napi]
pub fn open_directory(path: String) -> Result<Directory> {
    Ok(Directory { open: Some(system::Directory::open(&path)?) })
}

/// A directory that is open. It is closed at the latest when it is collected.
#[napi]
pub struct Directory {
    open: Option<system::Directory>,
}

/// A name in a directory, absent where it is not Unicode, and the kind of what it names.
#[napi(object, object_from_js = false)]
pub struct Entry {
    pub name: Option<String>,
    pub kind: u32,
}

#[napi]
impl Directory {
    fn open(&self) -> Result<&system::Directory> {
        self.open.as_ref().ok_or_else(Failure::closed)
    }

    /// Writes its attributes and returns its kind.
    #[napi]
    pub fn stat(&self, out: Fields<'_>) -> Result<u32> {
        self.open()?.stat()?.write(out)
    }

    /// Writes the attributes of a name in it and returns the kind.
    #[napi]
    pub fn lstat(&self, name: String, out: Fields<'_>) -> Result<u32> {
        self.open()?.lstat(component(&name)?)?.write(out)
    }

    /// Sets its times; an absent one is kept.
    #[napi]
    pub fn set_times(&self, accessed: Option<BigInt>, modified: Option<BigInt>) -> Result<()> {
        self.open()?.set_times(time(accessed), time(modified))
    }

    /// Sets the times of a name in it, of a symbolic link its own.
    #[napi]
    pub fn set_times_of(
        &self,
        name: String,
        accessed: Option<BigInt>,
        modified: Option<BigInt>,
    ) -> Result<()> {
        self.open()?.set_times_of(component(&name)?, time(accessed), time(modified))
    }

    #[napi]
    pub fn sync(&self) -> Result<()> {
        self.open()?.sync()
    }

    /// The entries, without `.` and `..`.
    #[napi]
    pub fn list(&self) -> Result<Vec<Entry>> {
        self.open()?.list()
    }

    /// The same directory, with a lifetime of its own.
    #[napi]
    pub fn reopen(&self) -> Result<Directory> {
        Ok(Directory { open: Some(self.open()?.reopen()?) })
    }

    #[napi]
    pub fn close(&mut self) {
        self.open = None;
    }

    /// The target of a symbolic link.
    #[napi]
    pub fn readlink(&self, name: String) -> Result<String> {
        self.open()?.readlink(component(&name)?)
    }

    /// Opens a directory in it; nothing for a symbolic link.
    #[napi]
    pub fn open_directory(&self, name: String) -> Result<Option<Directory>> {
        let found = self.open()?.open_directory(component(&name)?)?;
        Ok(found.map(|open| Directory { open: Some(open) }))
    }

    /// Opens the directory at a path below it in one call; nothing where a link is on the way or
    /// that cannot be done, for whatever reason.
    #[napi]
    pub fn open_below(&self, path: String) -> Result<Option<Directory>> {
        for name in path.split('/') {
            component(name)?;
        }
        Ok(self.open()?.open_below(&path).map(|open| Directory { open: Some(open) }))
    }

    /// Writes the attributes of what is at a path below it in one call and returns the kind; -1
    /// where `open_below` has nothing. A link at the end is not followed.
    #[napi]
    pub fn lstat_below(&self, path: String, out: Fields<'_>) -> Result<i32> {
        for name in path.split('/') {
            component(name)?;
        }
        let found = self.open()?.lstat_below(&path);
        #[expect(clippy::cast_possible_wrap, reason = "there are eight kinds")]
        found.map_or(Ok(-1), |stat| stat.write(out).map(|kind| kind as i32))
    }

    /// Opens what is in it; nothing for a symbolic link.
    #[napi(js_name = "open")]
    pub fn open_file(&self, name: String, how: u32) -> Result<Option<Either<File, Directory>>> {
        Ok(match self.open()?.open_file(component(&name)?, Opening(how))? {
            Opened::File(open, kind) => Some(Either::A(File { open: Some(open), kind })),
            Opened::Directory(open) => Some(Either::B(Directory { open: Some(open) })),
            Opened::Link => None,
        })
    }

    #[napi]
    pub fn create_directory(&self, name: String) -> Result<()> {
        self.open()?.create_directory(component(&name)?)
    }

    #[napi]
    pub fn remove_directory(&self, name: String) -> Result<()> {
        self.open()?.remove_directory(component(&name)?)
    }

    /// Removes what is no directory, which is `EISDIR`.
    #[napi]
    pub fn unlink(&self, name: String) -> Result<()> {
        self.open()?.unlink(component(&name)?)
    }

    #[napi]
    pub fn rename(&self, name: String, parent: &Directory, new_name: String) -> Result<()> {
        self.open()?.rename(component(&name)?, parent.open()?, component(&new_name)?)
    }

    /// Gives a file one more name, also a symbolic link.
    #[napi]
    pub fn link(&self, name: String, parent: &Directory, new_name: String) -> Result<()> {
        self.open()?.link(component(&name)?, parent.open()?, component(&new_name)?)
    }

    #[napi]
    pub fn symlink(&self, target: String, name: String) -> Result<()> {
        self.open()?.symlink(&target, component(&name)?)
    }
}

/// A file that is open. It is closed at the latest when it is collected.
#[napi]
pub struct File {
    open: Option<system::File>,
    kind: Kind,
}

#[napi]
impl File {
    fn open(&self) -> Result<&system::File> {
        self.open.as_ref().ok_or_else(Failure::closed)
    }

    /// Pipes and terminals have no positions.
    fn position(&self, offset: f64) -> Option<u64> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number of bytes, as the shims have checked"
        )]
        matches!(self.kind, Kind::RegularFile | Kind::BlockDevice).then_some(offset as u64)
    }

    #[napi(getter)]
    pub fn kind(&self) -> u32 {
        self.kind as u32
    }

    /// Its number for `node:fs` as long as it is open; -1 where it has none.
    #[napi(getter)]
    pub fn descriptor(&self) -> Result<i32> {
        Ok(self.open()?.descriptor())
    }

    /// Writes its attributes and returns its kind.
    #[napi]
    pub fn stat(&self, out: Fields<'_>) -> Result<u32> {
        self.open()?.stat()?.write(out)
    }

    /// Reads from an offset on, and says how many bytes; 0 at the end.
    #[napi]
    pub fn read(&self, into: Bytes<'_>, offset: f64) -> Result<u32> {
        let read = self.open()?.read(into, self.position(offset))?;
        Ok(u32::try_from(read).unwrap_or(u32::MAX))
    }

    /// Writes some of the bytes at an offset, and says how many.
    #[napi]
    pub fn write(&self, bytes: &[u8], offset: f64) -> Result<u32> {
        let written = self.open()?.write(bytes, self.position(offset))?;
        Ok(u32::try_from(written).unwrap_or(u32::MAX))
    }

    /// Writes all bytes at what is then the end.
    #[napi]
    pub fn append(&self, bytes: &[u8]) -> Result<()> {
        self.open()?.append(bytes)
    }

    #[napi]
    pub fn set_size(&self, size: f64) -> Result<()> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number of bytes, as the shims have checked"
        )]
        self.open()?.set_size(size as u64)
    }

    /// Sets its times; an absent one is kept.
    #[napi]
    pub fn set_times(&self, accessed: Option<BigInt>, modified: Option<BigInt>) -> Result<()> {
        self.open()?.set_times(time(accessed), time(modified))
    }

    #[napi]
    pub fn sync(&self) -> Result<()> {
        self.open()?.sync()
    }

    #[napi]
    pub fn sync_data(&self) -> Result<()> {
        self.open()?.sync_data()
    }

    #[napi]
    pub fn close(&mut self) {
        self.open = None;
    }
}

/// One component of a path and nothing else: the promise of this module rests on it.
fn component(name: &str) -> Result<&str> {
    let separators: &[char] = if cfg!(windows) { &['/', '\\', ':', '\0'] } else { &['/', '\0'] };
    let ends_hidden = cfg!(windows) && name.ends_with(['.', ' ']);
    if matches!(name, "" | "." | "..") || name.contains(separators) || ends_hidden {
        return Err(Failure::new("EINVAL", "not the name of a file"));
    }
    Ok(name)
}

fn time(nanoseconds: Option<BigInt>) -> NewTime {
    nanoseconds.map(|value| value.get_i64().0)
}
