//! Directories and files as descriptors: `openat` and its kin.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};
#[cfg(target_os = "linux")]
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, Timespec, Timestamps, UTIME_OMIT, fcntl_getfl,
    fcntl_setfl, fstat, fsync, ftruncate, futimens, linkat, mkdirat, openat, readlinkat, renameat,
    statat, symlinkat, unlinkat, utimensat,
};
#[cfg(target_os = "linux")]
use rustix::fs::{ResolveFlags, openat2};
use rustix::io::{Errno, pread, pwrite, read, retry_on_intr, write};

use crate::failure::{Failure, Result};
use crate::{Entry, Kind, NewTime, Opened, Opening, Stat};

/// Linux opens directories that may be searched and not read, too.
#[cfg(target_os = "linux")]
const SEARCH: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const SEARCH: OFlags = OFlags::RDONLY;

/// A directory that is open, for its names alone.
pub(crate) struct Directory(OwnedFd);

/// A file that is open.
pub(crate) struct File(OwnedFd);

impl Directory {
    pub(crate) fn open(path: &str) -> Result<Self> {
        let flags = SEARCH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        openat(CWD, path, flags, Mode::empty()).map(Self).map_err(Failure::errno)
    }

    pub(crate) fn stat(&self) -> Result<Stat> {
        fstat(&self.0).map(|stat| to_stat(&stat)).map_err(Failure::errno)
    }

    pub(crate) fn lstat(&self, name: &str) -> Result<Stat> {
        let stat = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).map_err(Failure::errno)?;
        Ok(to_stat(&stat))
    }

    pub(crate) fn set_times(&self, accessed: NewTime, modified: NewTime) -> Result<()> {
        // One that is open for its names alone is reached by a name of it.
        let times = timestamps(accessed, modified);
        utimensat(&self.0, ".", &times, AtFlags::empty()).map_err(Failure::errno)
    }

    pub(crate) fn set_times_of(
        &self,
        name: &str,
        accessed: NewTime,
        modified: NewTime,
    ) -> Result<()> {
        let times = timestamps(accessed, modified);
        utimensat(&self.0, name, &times, AtFlags::SYMLINK_NOFOLLOW).map_err(Failure::errno)
    }

    pub(crate) fn sync(&self) -> Result<()> {
        fsync(self.readable()?).map_err(Failure::errno)
    }

    pub(crate) fn list(&self) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        let names = Dir::read_from(self.readable()?).map_err(Failure::errno)?;
        for entry in names {
            let entry = entry.map_err(Failure::errno)?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            let kind = match entry.file_type() {
                // Not all file systems say it here.
                FileType::Unknown => statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)
                    .map_or(Kind::Unknown, |stat| to_stat(&stat).kind),
                known => kind_of(known),
            };
            entries.push(Entry { name: name.to_str().ok().map(str::to_owned), kind: kind as u32 });
        }
        Ok(entries)
    }

    pub(crate) fn reopen(&self) -> Result<Self> {
        self.0.try_clone().map(Self).map_err(|error| Failure::of(&error))
    }

    pub(crate) fn readlink(&self, name: &str) -> Result<String> {
        let target = readlinkat(&self.0, name, Vec::new()).map_err(Failure::errno)?;
        target.into_string().map_err(|_| Failure::new("EILSEQ", "a target that is not Unicode"))
    }

    pub(crate) fn open_directory(&self, name: &str) -> Result<Option<Self>> {
        let flags = SEARCH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match openat(&self.0, name, flags, Mode::empty()) {
            Ok(fd) => Ok(Some(Self(fd))),
            Err(errno) if self.is_link_after(errno, name) => Ok(None),
            Err(errno) => Err(Failure::errno(errno)),
        }
    }

    pub(crate) fn open_below(&self, path: &str) -> Option<Self> {
        self.below(path, OFlags::DIRECTORY).map(Self)
    }

    pub(crate) fn lstat_below(&self, path: &str) -> Option<Stat> {
        let fd = self.below(path, OFlags::empty())?;
        fstat(fd).ok().map(|stat| to_stat(&stat))
    }

    /// Linux walks by itself and follows no link. Before 5.6, and in some sandboxes, it refuses:
    /// that is asked once.
    #[cfg(target_os = "linux")]
    fn below(&self, path: &str, flags: OFlags) -> Option<OwnedFd> {
        static IS_REFUSED: AtomicBool = AtomicBool::new(false);
        if IS_REFUSED.load(Ordering::Relaxed) {
            return None;
        }
        let flags = flags | SEARCH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let how = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match openat2(&self.0, path, flags, Mode::empty(), how) {
            Ok(fd) => Some(fd),
            Err(errno) => {
                if matches!(errno, Errno::NOSYS | Errno::PERM) {
                    IS_REFUSED.store(true, Ordering::Relaxed);
                }
                None
            }
        }
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, reason = "Linux has it")]
    fn below(&self, _path: &str, _flags: OFlags) -> Option<OwnedFd> {
        None
    }

    pub(crate) fn open_file(&self, name: &str, how: Opening) -> Result<Opened> {
        let fd = match openat(&self.0, name, flags(how), Mode::from_raw_mode(0o666)) {
            Ok(fd) => fd,
            Err(errno) if self.is_link_after(errno, name) => return Ok(Opened::Link),
            Err(errno) => return Err(Failure::errno(errno)),
        };
        let kind = to_stat(&fstat(&fd).map_err(Failure::errno)?).kind;
        Ok(match kind {
            Kind::Directory => Opened::Directory(Self(fd)),
            kind => Opened::File(File(fd), kind),
        })
    }

    pub(crate) fn create_directory(&self, name: &str) -> Result<()> {
        mkdirat(&self.0, name, Mode::from_raw_mode(0o777)).map_err(Failure::errno)
    }

    pub(crate) fn remove_directory(&self, name: &str) -> Result<()> {
        unlinkat(&self.0, name, AtFlags::REMOVEDIR).map_err(Failure::errno)
    }

    pub(crate) fn unlink(&self, name: &str) -> Result<()> {
        unlinkat(&self.0, name, AtFlags::empty()).map_err(|errno| {
            // macOS says only that it is not permitted.
            let is_directory = errno == Errno::PERM
                && self.lstat(name).is_ok_and(|stat| stat.kind == Kind::Directory);
            Failure::errno(if is_directory { Errno::ISDIR } else { errno })
        })
    }

    pub(crate) fn rename(&self, name: &str, parent: &Self, new_name: &str) -> Result<()> {
        renameat(&self.0, name, &parent.0, new_name).map_err(Failure::errno)
    }

    pub(crate) fn link(&self, name: &str, parent: &Self, new_name: &str) -> Result<()> {
        // Without a flag it is the link itself that gets a name, on Linux and on macOS.
        linkat(&self.0, name, &parent.0, new_name, AtFlags::empty()).map_err(Failure::errno)
    }

    pub(crate) fn symlink(&self, target: &str, name: &str) -> Result<()> {
        symlinkat(target, &self.0, name).map_err(Failure::errno)
    }

    /// The same directory, open for what is in it.
    fn readable(&self) -> Result<OwnedFd> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        openat(&self.0, ".", flags, Mode::empty()).map_err(Failure::errno)
    }

    /// Whether an open that follows no link failed because `name` is one. Linux says `ELOOP`,
    /// or `ENOTDIR` where a directory was asked for; BSDs `EMLINK`.
    fn is_link_after(&self, errno: Errno, name: &str) -> bool {
        matches!(errno, Errno::LOOP | Errno::NOTDIR | Errno::MLINK)
            && self.lstat(name).is_ok_and(|stat| stat.kind == Kind::SymbolicLink)
    }
}

impl File {
    pub(crate) fn descriptor(&self) -> i32 {
        self.0.as_raw_fd()
    }

    pub(crate) fn stat(&self) -> Result<Stat> {
        fstat(&self.0).map(|stat| to_stat(&stat)).map_err(Failure::errno)
    }

    pub(crate) fn read(&self, into: &mut [u8], offset: Option<u64>) -> Result<usize> {
        retry_on_intr(|| match offset {
            Some(offset) => pread(&self.0, &mut *into, offset),
            None => read(&self.0, &mut *into),
        })
        .map_err(Failure::errno)
    }

    pub(crate) fn write(&self, bytes: &[u8], offset: Option<u64>) -> Result<usize> {
        retry_on_intr(|| match offset {
            Some(offset) => pwrite(&self.0, bytes, offset),
            None => write(&self.0, bytes),
        })
        .map_err(Failure::errno)
    }

    pub(crate) fn append(&self, bytes: &[u8]) -> Result<()> {
        let fd = self.0.as_fd();
        let flags = fcntl_getfl(fd).map_err(Failure::errno)?;
        // The descriptor is this file's alone, so that no other write meets the flag.
        fcntl_setfl(fd, flags | OFlags::APPEND).map_err(Failure::errno)?;
        let result = write_all(fd, bytes);
        fcntl_setfl(fd, flags).map_err(Failure::errno)?;
        result.map_err(Failure::errno)
    }

    pub(crate) fn set_size(&self, size: u64) -> Result<()> {
        ftruncate(&self.0, size).map_err(Failure::errno)
    }

    pub(crate) fn set_times(&self, accessed: NewTime, modified: NewTime) -> Result<()> {
        futimens(&self.0, &timestamps(accessed, modified)).map_err(Failure::errno)
    }

    pub(crate) fn sync(&self) -> Result<()> {
        fsync(&self.0).map_err(Failure::errno)
    }

    pub(crate) fn sync_data(&self) -> Result<()> {
        #[cfg(target_vendor = "apple")]
        let result = fsync(&self.0);
        #[cfg(not(target_vendor = "apple"))]
        let result = rustix::fs::fdatasync(&self.0);
        result.map_err(Failure::errno)
    }
}

fn write_all(fd: impl AsFd, mut bytes: &[u8]) -> rustix::io::Result<()> {
    while !bytes.is_empty() {
        let written = retry_on_intr(|| write(fd.as_fd(), bytes))?;
        bytes = &bytes[written..];
    }
    Ok(())
}

fn flags(how: Opening) -> OFlags {
    let writes = how.has(Opening::WRITE) || how.has(Opening::TRUNCATE);
    let mut flags = OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NOCTTY;
    flags |= match (how.has(Opening::READ), writes) {
        (true, true) => OFlags::RDWR,
        (false, true) => OFlags::WRONLY,
        (_, false) => OFlags::RDONLY,
    };
    for (bit, flag) in [
        (Opening::CREATE, OFlags::CREATE),
        (Opening::TRUNCATE, OFlags::TRUNC),
        (Opening::DIRECTORY, OFlags::DIRECTORY),
        (Opening::SYNC, OFlags::SYNC),
        (Opening::DATA_SYNC, OFlags::DSYNC),
    ] {
        if how.has(bit) {
            flags |= flag;
        }
    }
    if how.has(Opening::CREATE) && how.has(Opening::EXCLUSIVE) {
        flags |= OFlags::EXCL;
    }
    flags
}

/// An absent time is kept.
fn timestamps(accessed: NewTime, modified: NewTime) -> Timestamps {
    let timespec = |time: NewTime| match time {
        Some(nanoseconds) => Timespec {
            tv_sec: nanoseconds.div_euclid(1_000_000_000),
            tv_nsec: nanoseconds.rem_euclid(1_000_000_000),
        },
        None => Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
    };
    Timestamps { last_access: timespec(accessed), last_modification: timespec(modified) }
}

#[allow(
    clippy::cast_possible_wrap,
    clippy::cast_lossless,
    clippy::unnecessary_cast,
    clippy::useless_conversion,
    reason = "the fields have other types on other systems; the shims read the bits"
)]
fn to_stat(stat: &rustix::fs::Stat) -> Stat {
    let time = |seconds: i64, nanoseconds: i64| {
        seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds)
    };
    Stat {
        kind: kind_of(FileType::from_raw_mode(stat.st_mode.into())),
        fields: [
            stat.st_nlink as i64,
            stat.st_size as i64,
            time(stat.st_atime as i64, stat.st_atime_nsec as i64),
            time(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            time(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
            stat.st_dev as i64,
            stat.st_ino as i64,
        ],
    }
}

fn kind_of(kind: FileType) -> Kind {
    match kind {
        FileType::RegularFile => Kind::RegularFile,
        FileType::Directory => Kind::Directory,
        FileType::Symlink => Kind::SymbolicLink,
        FileType::Fifo => Kind::Fifo,
        FileType::Socket => Kind::Socket,
        FileType::CharacterDevice => Kind::CharacterDevice,
        FileType::BlockDevice => Kind::BlockDevice,
        FileType::Unknown => Kind::Unknown,
    }
}
