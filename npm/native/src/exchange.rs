//! Two paths exchanged, which Node has no call for.

/// Exchanges two paths of one file system, where the system can.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(crate) fn exchange(a: &str, b: &str) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};

    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(crate) fn exchange(_: &str, _: &str) -> bool {
    false
}
