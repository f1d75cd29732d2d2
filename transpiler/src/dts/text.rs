//! Pieces of TypeScript text: names, quoted strings, comments, indented lines.

use super::model::Docs;
use crate::emit::names::is_identifier_name;
use crate::text::{is_hidden, plain, push_escape};

/// A string literal.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for c in text.chars() {
        match c {
            '\'' => quoted.push_str("\\'"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if is_hidden(c) => push_escape(&mut quoted, c),
            c => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted
}

/// A property of an object type: quoted only where it has to be.
pub(super) fn property(name: &str) -> String {
    if is_identifier_name(name) { name.to_owned() } else { quote(name) }
}

/// A member of a class or of an interface with a construct signature.
pub(super) fn class_member(name: &str) -> String {
    // `constructor` would be the constructor and `new` a construct signature.
    if matches!(name, "constructor" | "new") {
        format!("[{}]", quote(name))
    } else {
        property(name)
    }
}

/// Lines with indentation.
#[derive(Debug, Default)]
pub(super) struct Lines {
    text: String,
    depth: usize,
}

impl Lines {
    pub(super) fn line(&mut self, line: &str) {
        if !line.is_empty() {
            for _ in 0..self.depth {
                self.text.push_str("  ");
            }
            self.text.push_str(line);
        }
        self.text.push('\n');
    }

    /// A line that opens a block.
    pub(super) fn open(&mut self, line: &str) {
        self.line(line);
        self.depth += 1;
    }

    /// A line that closes a block.
    pub(super) fn close(&mut self, line: &str) {
        self.depth -= 1;
        self.line(line);
    }

    /// The end of a block that no line closes.
    pub(super) fn end_block(&mut self) {
        self.depth -= 1;
    }

    /// A doc comment, or nothing when there is nothing to say.
    pub(super) fn docs(&mut self, docs: &Docs) {
        let mut lines: Vec<String> = Vec::new();
        if let Some(text) = &docs.text {
            lines.extend(comment_lines(text));
        }
        if !lines.is_empty() && !docs.tags.is_empty() {
            lines.push(String::new());
        }
        for tag in &docs.tags {
            lines.extend(comment_lines(&format!("@{tag}")));
        }
        match lines.as_slice() {
            [] => {}
            [line] => self.line(&format!("/** {line} */")),
            lines => {
                self.line("/**");
                for line in lines {
                    self.line(format!(" * {line}").trim_end());
                }
                self.line(" */");
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn push(&mut self, other: &Self) {
        self.text.push_str(&other.text);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

/// The lines of a text, safe inside a comment.
fn comment_lines(text: &str) -> Vec<String> {
    let text = text.trim().replace("*/", "*\\/");
    // TypeScript ends a line at these, too.
    text.split(['\n', '\r', '\u{2028}', '\u{2029}'])
        .map(|line| plain(line.trim_end()).into_owned())
        .collect()
}
