//! Directories and files as handles, by cap-std, which keeps what is open from being
//! renamed or replaced (no `FILE_SHARE_DELETE`) while a name in it is looked up.

use std::fs::{File as StdFile, FileTimes};
use std::io::{self, Write};
use std::os::windows::fs::FileExt;
use std::time::{Duration, SystemTime};

use cap_fs_ext::{
    DirExt, FollowSymlinks, MetadataExt, OpenOptionsFollowExt, OpenOptionsMaybeDirExt,
    SystemTimeSpec,
};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, FileType, Metadata, OpenOptions};

use crate::failure::{Failure, Result};
use crate::{Entry, Kind, NewTime, Opened, Opening, Stat};

/// A directory that is open.
pub(crate) struct Directory(Dir);

/// A file that is open.
pub(crate) struct File(StdFile);

impl Directory {
    pub(crate) fn open(path: &str) -> Result<Self> {
        said(Dir::open_ambient_dir(path, ambient_authority())).map(Self)
    }

    pub(crate) fn stat(&self) -> Result<Stat> {
        said(self.0.dir_metadata()).map(|metadata| to_stat(&metadata))
    }

    pub(crate) fn lstat(&self, name: &str) -> Result<Stat> {
        said(self.0.symlink_metadata(name)).map(|metadata| to_stat(&metadata))
    }

    pub(crate) fn set_times(&self, accessed: NewTime, modified: NewTime) -> Result<()> {
        said(DirExt::set_times(&self.0, ".", spec(accessed), spec(modified)))
    }

    pub(crate) fn set_times_of(
        &self,
        name: &str,
        accessed: NewTime,
        modified: NewTime,
    ) -> Result<()> {
        said(self.0.set_symlink_times(name, spec(accessed), spec(modified)))
    }

    /// Windows has no such thing as a directory to be written.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as on other systems")]
    pub(crate) fn sync(&self) -> Result<()> {
        Ok(())
    }

    pub(crate) fn list(&self) -> Result<Vec<Entry>> {
        said(self.0.entries())?
            .map(|entry| {
                let entry = said(entry)?;
                let kind = entry.file_type().map_or(Kind::Unknown, kind_of);
                Ok(Entry { name: entry.file_name().into_string().ok(), kind: kind as u32 })
            })
            .collect()
    }

    pub(crate) fn reopen(&self) -> Result<Self> {
        said(self.0.try_clone()).map(Self)
    }

    pub(crate) fn readlink(&self, name: &str) -> Result<String> {
        let target = said(self.0.read_link_contents(name))?;
        let text = target.to_str().map(|target| target.replace('\\', "/"));
        text.ok_or_else(|| Failure::new("EILSEQ", "a target that is not Unicode"))
    }

    pub(crate) fn open_directory(&self, name: &str) -> Result<Option<Self>> {
        match self.0.open_dir_nofollow(name) {
            Ok(directory) => Ok(Some(Self(directory))),
            Err(_) if self.is_link(name) => Ok(None),
            Err(error) => Err(Failure::of(&error)),
        }
    }

    #[expect(clippy::unused_self, reason = "Linux has it")]
    pub(crate) fn open_below(&self, _path: &str) -> Option<Self> {
        None
    }

    #[expect(clippy::unused_self, reason = "Linux has it")]
    pub(crate) fn lstat_below(&self, _path: &str) -> Option<Stat> {
        None
    }

    pub(crate) fn open_file(&self, name: &str, how: Opening) -> Result<Opened> {
        let exclusive = how.has(Opening::CREATE) && how.has(Opening::EXCLUSIVE);
        if !exclusive {
            if self.is_link(name) {
                return Ok(Opened::Link);
            }
            if self.lstat(name).is_ok_and(|stat| stat.kind == Kind::Directory) {
                if how.has(Opening::WRITE | Opening::TRUNCATE | Opening::CREATE) {
                    return Err(Failure::new("EISDIR", "a directory is not written to"));
                }
                let opened = self.open_directory(name)?;
                return Ok(opened.map_or(Opened::Link, Opened::Directory));
            }
        }
        if how.has(Opening::DIRECTORY) {
            let is_there = self.lstat(name).is_ok();
            let code = if is_there { "ENOTDIR" } else { "ENOENT" };
            return Err(Failure::new(code, "no directory"));
        }
        match self.0.open_with(name, &options(how, exclusive)) {
            Ok(file) => {
                let kind = to_stat(&said(file.metadata())?).kind;
                Ok(Opened::File(File(file.into_std()), kind))
            }
            Err(_) if !exclusive && self.is_link(name) => Ok(Opened::Link),
            Err(error) => Err(Failure::of(&error)),
        }
    }

    pub(crate) fn create_directory(&self, name: &str) -> Result<()> {
        said(self.0.create_dir(name))
    }

    pub(crate) fn remove_directory(&self, name: &str) -> Result<()> {
        said(self.0.remove_dir(name))
    }

    pub(crate) fn unlink(&self, name: &str) -> Result<()> {
        if self.lstat(name)?.kind == Kind::Directory {
            return Err(Failure::new("EISDIR", "a directory"));
        }
        said(self.0.remove_file_or_symlink(name))
    }

    pub(crate) fn rename(&self, name: &str, parent: &Self, new_name: &str) -> Result<()> {
        said(self.0.rename(name, &parent.0, new_name))
    }

    pub(crate) fn link(&self, name: &str, parent: &Self, new_name: &str) -> Result<()> {
        if self.is_link(name) {
            return Err(Failure::new("ENOTSUP", "a symbolic link"));
        }
        said(self.0.hard_link(name, &parent.0, new_name))
    }

    pub(crate) fn symlink(&self, target: &str, name: &str) -> Result<()> {
        said(DirExt::symlink(&self.0, target, name))
    }

    fn is_link(&self, name: &str) -> bool {
        self.lstat(name).is_ok_and(|stat| stat.kind == Kind::SymbolicLink)
    }
}

impl File {
    #[expect(clippy::unused_self, reason = "other systems have it")]
    pub(crate) fn descriptor(&self) -> i32 {
        -1
    }

    pub(crate) fn stat(&self) -> Result<Stat> {
        said(Metadata::from_file(&self.0)).map(|metadata| to_stat(&metadata))
    }

    pub(crate) fn read(&self, into: &mut [u8], offset: Option<u64>) -> Result<usize> {
        match offset {
            Some(offset) => said(self.0.seek_read(into, offset)),
            None => said(io::Read::read(&mut &self.0, into)),
        }
    }

    pub(crate) fn write(&self, bytes: &[u8], offset: Option<u64>) -> Result<usize> {
        match offset {
            Some(offset) => said(self.0.seek_write(bytes, offset)),
            None => said((&self.0).write(bytes)),
        }
    }

    pub(crate) fn append(&self, bytes: &[u8]) -> Result<()> {
        // Another writer may come between these two calls.
        let mut end = said(self.0.metadata())?.len();
        let mut rest = bytes;
        while !rest.is_empty() {
            let written = said(self.0.seek_write(rest, end))?;
            rest = &rest[written..];
            end += written as u64;
        }
        Ok(())
    }

    pub(crate) fn set_size(&self, size: u64) -> Result<()> {
        said(self.0.set_len(size))
    }

    pub(crate) fn set_times(&self, accessed: NewTime, modified: NewTime) -> Result<()> {
        let mut times = FileTimes::new();
        if let Some(nanoseconds) = accessed {
            times = times.set_accessed(system_time(nanoseconds));
        }
        if let Some(nanoseconds) = modified {
            times = times.set_modified(system_time(nanoseconds));
        }
        said(self.0.set_times(times))
    }

    pub(crate) fn sync(&self) -> Result<()> {
        said(self.0.sync_all())
    }

    pub(crate) fn sync_data(&self) -> Result<()> {
        said(self.0.sync_data())
    }
}

fn said<T>(result: io::Result<T>) -> Result<T> {
    result.map_err(|error| Failure::of(&error))
}

fn options(how: Opening, exclusive: bool) -> OpenOptions {
    let writes = how.has(Opening::WRITE | Opening::TRUNCATE | Opening::CREATE);
    let mut options = OpenOptions::new();
    options
        .read(how.has(Opening::READ) || !writes)
        .write(writes)
        .create(how.has(Opening::CREATE) && !exclusive)
        .create_new(exclusive)
        .truncate(how.has(Opening::TRUNCATE))
        .follow(FollowSymlinks::No)
        .maybe_dir(true);
    options
}

fn spec(time: NewTime) -> Option<SystemTimeSpec> {
    time.map(|nanoseconds| {
        let time = cap_std::time::SystemTime::from_std(system_time(nanoseconds));
        SystemTimeSpec::Absolute(time)
    })
}

fn system_time(nanoseconds: i64) -> SystemTime {
    let distance = Duration::from_nanos(nanoseconds.unsigned_abs());
    let time = if nanoseconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(SystemTime::UNIX_EPOCH)
}

#[expect(clippy::cast_possible_wrap, reason = "the shims read the bits")]
fn to_stat(metadata: &Metadata) -> Stat {
    let time = |time: io::Result<cap_std::time::SystemTime>| {
        let since =
            time.ok().and_then(|time| time.into_std().duration_since(SystemTime::UNIX_EPOCH).ok());
        since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0)
    };
    Stat {
        kind: kind_of(metadata.file_type()),
        fields: [
            metadata.nlink() as i64,
            metadata.len() as i64,
            time(metadata.accessed()),
            time(metadata.modified()),
            // The time of a change is in no attribute that can be had.
            time(metadata.modified()),
            metadata.dev() as i64,
            metadata.ino() as i64,
        ],
    }
}

fn kind_of(kind: FileType) -> Kind {
    if kind.is_symlink() {
        Kind::SymbolicLink
    } else if kind.is_dir() {
        Kind::Directory
    } else if kind.is_file() {
        Kind::RegularFile
    } else {
        Kind::Unknown
    }
}
