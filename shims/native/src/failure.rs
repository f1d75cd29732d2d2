//! Failures in the words of errno.

use std::io;

use napi::Error;

pub(crate) type Result<T> = std::result::Result<T, Error<&'static str>>;

/// Makes errors whose `code` is an errno name.
pub(crate) struct Failure;

impl Failure {
    #[expect(clippy::new_ret_no_self, reason = "napi's error, which is foreign")]
    pub(crate) fn new(code: &'static str, reason: &str) -> Error<&'static str> {
        Error::new(code, format!("{code}: {reason}"))
    }

    pub(crate) fn closed() -> Error<&'static str> {
        Self::new("EBADF", "closed")
    }

    /// A failure in the system's words.
    pub(crate) fn of(error: &io::Error) -> Error<&'static str> {
        Self::new(code(error), &error.to_string())
    }
}

#[cfg(unix)]
fn code(error: &io::Error) -> &'static str {
    use rustix::io::Errno;

    macro_rules! names {
        ($($errno:ident $name:literal)*) => {
            match error.raw_os_error().map(Errno::from_raw_os_error) {
                $(Some(Errno::$errno) => $name,)*
                _ => "EIO",
            }
        };
    }
    names! {
        ACCESS "EACCES" AGAIN "EAGAIN" ALREADY "EALREADY" BADF "EBADF" BUSY "EBUSY"
        DEADLK "EDEADLK" DQUOT "EDQUOT" EXIST "EEXIST" FBIG "EFBIG" ILSEQ "EILSEQ"
        INPROGRESS "EINPROGRESS" INTR "EINTR" INVAL "EINVAL" IO "EIO" ISDIR "EISDIR"
        LOOP "ELOOP" MFILE "EMFILE" MLINK "EMLINK" MSGSIZE "EMSGSIZE"
        NAMETOOLONG "ENAMETOOLONG" NFILE "ENFILE" NODEV "ENODEV" NOENT "ENOENT" NOLCK "ENOLCK"
        NOMEM "ENOMEM" NOSPC "ENOSPC" NOTDIR "ENOTDIR" NOTEMPTY "ENOTEMPTY"
        NOTRECOVERABLE "ENOTRECOVERABLE" NOTSUP "ENOTSUP" NOTTY "ENOTTY" NXIO "ENXIO"
        OVERFLOW "EOVERFLOW" PERM "EPERM" PIPE "EPIPE" ROFS "EROFS" SPIPE "ESPIPE"
        TXTBSY "ETXTBSY" XDEV "EXDEV"
    }
}

#[cfg(not(unix))]
fn code(error: &io::Error) -> &'static str {
    use io::ErrorKind;

    match error.kind() {
        ErrorKind::AlreadyExists => "EEXIST",
        ErrorKind::CrossesDevices => "EXDEV",
        ErrorKind::DirectoryNotEmpty => "ENOTEMPTY",
        ErrorKind::ExecutableFileBusy => "ETXTBSY",
        ErrorKind::FileTooLarge => "EFBIG",
        ErrorKind::Interrupted => "EINTR",
        ErrorKind::InvalidFilename | ErrorKind::InvalidInput => "EINVAL",
        ErrorKind::IsADirectory => "EISDIR",
        ErrorKind::NotADirectory => "ENOTDIR",
        ErrorKind::NotFound => "ENOENT",
        ErrorKind::OutOfMemory => "ENOMEM",
        ErrorKind::PermissionDenied => "EACCES",
        ErrorKind::QuotaExceeded => "EDQUOT",
        ErrorKind::ReadOnlyFilesystem => "EROFS",
        ErrorKind::ResourceBusy => "EBUSY",
        ErrorKind::StorageFull => "ENOSPC",
        ErrorKind::TooManyLinks => "EMLINK",
        ErrorKind::Unsupported => "ENOTSUP",
        ErrorKind::WouldBlock => "EAGAIN",
        _ => "EIO",
    }
}

#[cfg(unix)]
impl Failure {
    /// The failure of a system call.
    pub(crate) fn errno(errno: rustix::io::Errno) -> Error<&'static str> {
        Self::of(&errno.into())
    }
}
