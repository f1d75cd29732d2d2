//! A Markdown renderer: a large crate behind a small interface.

use pulldown_cmark::{Event as Md, Options, Parser, Tag, TagEnd, html};

wit_bindgen::generate!({ world: "rust-markdown", path: "wit" });

struct Component;

impl Guest for Component {
    fn render(source: String, extensions: Extensions) -> String {
        let mut out = String::with_capacity(source.len() * 3 / 2);
        html::push_html(&mut out, Parser::new_ext(&source, options(extensions)));
        out
    }

    fn headings(source: String) -> Vec<Heading> {
        let mut headings: Vec<Heading> = Vec::new();
        let mut inside = false;
        for (event, range) in Parser::new(&source).into_offset_iter() {
            match event {
                Md::Start(Tag::Heading { level, .. }) => {
                    inside = true;
                    let range = (offset(range.start), offset(range.end));
                    headings.push(Heading { level: level as u8, text: String::new(), range });
                }
                Md::End(TagEnd::Heading(_)) => inside = false,
                Md::Text(text) | Md::Code(text) if inside => {
                    if let Some(heading) = headings.last_mut() {
                        heading.text.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        headings
    }

    fn events(source: String, extensions: Extensions) -> Vec<Event> {
        Parser::new_ext(&source, options(extensions))
            .map(|event| match event {
                Md::Start(tag) => Event::Start(format!("{:?}", tag.to_end())),
                Md::End(tag) => Event::End(format!("{tag:?}")),
                Md::Text(text) => Event::Text(text.into_string()),
                Md::Code(text) => Event::Code(text.into_string()),
                other => Event::Other(format!("{other:?}")),
            })
            .collect()
    }

    fn links(source: String) -> Vec<(String, Option<String>)> {
        Parser::new(&source)
            .filter_map(|event| match event {
                Md::Start(
                    Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. },
                ) => Some((
                    dest_url.into_string(),
                    Some(title.into_string()).filter(|t| !t.is_empty()),
                )),
                _ => None,
            })
            .collect()
    }
}

fn options(extensions: Extensions) -> Options {
    let table = [
        (Extensions::TABLES, Options::ENABLE_TABLES),
        (Extensions::FOOTNOTES, Options::ENABLE_FOOTNOTES),
        (Extensions::STRIKETHROUGH, Options::ENABLE_STRIKETHROUGH),
        (Extensions::TASKLISTS, Options::ENABLE_TASKLISTS),
        (Extensions::SMART_PUNCTUATION, Options::ENABLE_SMART_PUNCTUATION),
        (Extensions::MATH, Options::ENABLE_MATH),
    ];
    let on = table.iter().filter(|(extension, _)| extensions.contains(*extension));
    on.map(|&(_, option)| option).collect()
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("a source in 32-bit memory")
}

export!(Component);
