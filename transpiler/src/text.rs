//! Text that is anybody's, made fit to be read.

use std::borrow::Cow;
use std::fmt::Write;

/// Text that shows what it says and does nothing else: escapes control characters, those that
/// turn the direction and those that nobody sees, as `\u{202e}`. Lines and tabs stay.
///
/// `plain` of the package `windlass` (`error.ts`) is the same for what it writes.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    let is_escaped = |c| is_hidden(c) && !matches!(c, '\n' | '\t');
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_escaped(c) { push_escape(&mut escaped, c) } else { escaped.push(c) }
    }
    Cow::Owned(escaped)
}

/// Writes a character as `\u{…}`.
pub(crate) fn push_escape(text: &mut String, c: char) {
    write!(text, "\\u{{{:x}}}", u32::from(c)).expect("a String takes any text");
}

/// Whether a character is one that a reader does not see, or that moves others about.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn lines_and_tabs_stay() {
        assert_eq!(plain("a\n\tb: ü, 日本, 🦜\n"), "a\n\tb: ü, 日本, 🦜\n");
        assert_eq!(plain("a\r\nb\0"), "a\\u{d}\nb\\u{0}");
        assert_eq!(plain("\u{202e}x\u{e0001}"), "\\u{202e}x\\u{e0001}");
    }
}
