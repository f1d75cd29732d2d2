//! A small library with what most libraries have: text, records, lists, an
//! object with state, and a little of the outside world through `std`.

use std::cell::RefCell;

use exports::example::hello::guests::{
    Entry, Guest as Guests, GuestBook as OwnGuestBook, GuestGuestBook, Person, Refusal,
};

wit_bindgen::generate!({ world: "hello", path: "wit" });

struct Component;

impl Guest for Component {
    fn shout(text: String) -> String {
        text.to_uppercase()
    }

    fn summarize(numbers: Vec<f64>) -> Result<Summary, String> {
        let range = numbers.iter().fold(None, |range, &n| match range {
            None => Some((n, n)),
            Some((low, high)) => Some((f64::min(low, n), f64::max(high, n))),
        });
        let range = range.ok_or("there is nothing to sum up")?;
        let count = u32::try_from(numbers.len()).map_err(|e| e.to_string())?;
        Ok(Summary { count, mean: numbers.iter().sum::<f64>() / f64::from(count), range })
    }

    fn visitor() -> Option<String> {
        std::env::var("VISITOR").ok()
    }

    fn longest_line(path: String) -> Result<(u32, String), String> {
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
        // `max_by_key` keeps the last of equals, so the lines go from back to front.
        let (number, line) = (1..)
            .zip(text.lines())
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .max_by_key(|(_, line)| line.chars().count())
            .ok_or("the file is empty")?;
        Ok((number, line.to_owned()))
    }
}

struct GuestBook {
    lines: u32,
    entries: RefCell<Vec<Entry>>,
}

impl Guests for Component {
    type GuestBook = GuestBook;

    fn greet(who: Person) -> String {
        let word = match who.languages.first().map(String::as_str) {
            Some("de") => "Hallo",
            Some("fr") => "Bonjour",
            Some("ja") => "こんにちは",
            Some("uk") => "Привіт",
            _ => "Hello",
        };
        format!("{word}, {}!", who.name)
    }
}

impl GuestGuestBook for GuestBook {
    fn new(lines: u32) -> Self {
        Self { lines, entries: RefCell::default() }
    }

    fn sign(&self, who: Person, text: String) -> Result<u32, Refusal> {
        let mut entries = self.entries.borrow_mut();
        if entries.iter().any(|entry| entry.who.name == who.name) {
            return Err(Refusal::SignedBefore);
        }
        let signed = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        if signed >= self.lines {
            return Err(Refusal::Full(signed));
        }
        entries.push(Entry { number: signed + 1, who, text });
        Ok(signed + 1)
    }

    fn entries(&self) -> Vec<Entry> {
        self.entries.borrow().clone()
    }

    fn merge(first: OwnGuestBook, second: OwnGuestBook) -> OwnGuestBook {
        let (first, second) = (first.into_inner::<Self>(), second.into_inner::<Self>());
        let both = first.entries.into_inner().into_iter().chain(second.entries.into_inner());
        let entries = (1..).zip(both).map(|(number, entry)| Entry { number, ..entry }).collect();
        OwnGuestBook::new(Self {
            lines: first.lines.saturating_add(second.lines),
            entries: RefCell::new(entries),
        })
    }
}

export!(Component);
