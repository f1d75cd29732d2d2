//! The part of a composition that calls the two others.

use guest::c::stacks::Stack;

wit_bindgen::generate!({ world: "guest:three/three", path: ["../c/wit", "wit"], generate_all });

struct Component;

impl Guest for Component {
    fn examine(text: String, look_for: Vec<String>) -> Report {
        let words = words(&text);
        let stack = Stack::new();
        for word in &words {
            stack.push(&reverse(word));
        }
        let back = std::iter::from_fn(|| stack.pop()).collect();
        let positions = look_for.iter().map(|part| find(&text, part)).collect();
        Report { words, back, positions }
    }

    fn ping_pong(text: String, times: u32) -> String {
        let stack = Stack::new();
        (0..times).fold(text, |text, _| {
            stack.push(&reverse(&text));
            stack.pop().unwrap_or_default()
        })
    }
}

export!(Component);
