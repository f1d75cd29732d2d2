//! One half of a composition: geometry and stacks are another component's.

use std::cell::OnceCell;

use guest::c::{
    geometry::{self, Figure, Mirror, Point},
    stacks::{self, Stack},
};

wit_bindgen::generate!({ world: "guest:two/two", path: ["../c/wit", "wit"], generate_all });

struct Component;

thread_local! {
    static MEMORY: OnceCell<Stack> = const { OnceCell::new() };
}

impl Guest for Component {
    fn areas(points: Vec<Vec<(f64, f64)>>) -> Result<Vec<String>, String> {
        let area = |points: Vec<(f64, f64)>| geometry::area(&Figure::Polygon(to_points(points)));
        let areas = points.into_iter().map(area).collect::<Result<Vec<_>, _>>()?;
        Ok(areas.iter().map(|area| format!("{area:.2}")).collect())
    }

    fn reversed(texts: Vec<String>) -> Vec<String> {
        drain(&Stack::of(&texts))
    }

    fn mirrored(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
        let mirrored = geometry::mirrored(&to_points(points), Mirror::X | Mirror::Y);
        mirrored.into_iter().map(|Point { x, y }| (x, y)).collect()
    }

    fn remember(text: String) -> u32 {
        MEMORY.with(|memory| memory.get_or_init(Stack::new).push(&text))
    }

    fn recall() -> Vec<String> {
        let copy = Stack::new();
        MEMORY.with(|memory| copy.take_all(memory.get_or_init(Stack::new)));
        drain(&copy)
    }

    fn live() -> u32 {
        stacks::live()
    }

    fn long(character: char, times: u32) -> String {
        let stack = Stack::new();
        stack.push(&character.to_string().repeat(times as usize));
        stack.pop().unwrap_or_default()
    }
}

fn to_points(points: Vec<(f64, f64)>) -> Vec<Point> {
    points.into_iter().map(|(x, y)| Point { x, y }).collect()
}

fn drain(stack: &Stack) -> Vec<String> {
    std::iter::from_fn(|| stack.pop()).collect()
}

export!(Component);
