//! Every type of a synchronous component, in both directions.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};

use exports::guest::types::{
    echo::Guest as Echo,
    things::{Counter as OwnCounter, CounterBorrow, Guest as Things, GuestCounter, Journal},
};
use guest::types::{
    echo, host,
    shapes::{
        Direction, EmptyLists, Joined, NoMoreThanEight, Scalars, Shape, Sixteen, ThirtyTwo,
        TreeNode,
    },
};

wit_bindgen::generate!({ world: "rust-types", path: "wit" });

struct Component;

impl Guest for Component {
    fn root_add(a: u32, b: u32) -> u32 {
        root_log(&format!("{a} + {b}"));
        a.wrapping_add(b)
    }
}

/// Every function hands its argument to the host's function of the same name,
/// in the form in which that borrows it.
macro_rules! echo {
    ($v:ident; $($name:ident: $ty:ty => $borrowed:expr;)*) => {
        $(fn $name($v: $ty) -> $ty {
            echo::$name($borrowed)
        })*
    };
}

impl Echo for Component {
    echo! { v;
        echo_bool: bool => v;
        echo_s8: i8 => v;
        echo_u8: u8 => v;
        echo_s16: i16 => v;
        echo_u16: u16 => v;
        echo_s32: i32 => v;
        echo_u32: u32 => v;
        echo_s64: i64 => v;
        echo_u64: u64 => v;
        echo_f32: f32 => v;
        echo_f64: f64 => v;
        echo_char: char => v;
        echo_joined: Joined => &v;
        echo_enum: Direction => v;
        echo_flags: NoMoreThanEight => v;
        echo_sixteen: Sixteen => v;
        echo_thirty_two: ThirtyTwo => v;
        echo_option: Option<u32> => v;
        echo_option_option: Option<Option<u8>> => v;
        echo_result_ok: Result<u32, ()> => v;
        echo_result_none: Result<(), ()> => v;
        echo_string: String => &v;
        echo_list_bool: Vec<bool> => &v;
        echo_list_s8: Vec<i8> => &v;
        echo_list_u8: Vec<u8> => &v;
        echo_list_s16: Vec<i16> => &v;
        echo_list_u16: Vec<u16> => &v;
        echo_list_s32: Vec<i32> => &v;
        echo_list_u32: Vec<u32> => &v;
        echo_list_s64: Vec<i64> => &v;
        echo_list_u64: Vec<u64> => &v;
        echo_list_f32: Vec<f32> => &v;
        echo_list_f64: Vec<f64> => &v;
        echo_list_char: Vec<char> => &v;
        echo_list_string: Vec<String> => &v;
        echo_list_list_u16: Vec<Vec<u16>> => &v;
        echo_list_tuple: Vec<(u8, String, f64)> => &v;
        echo_list_record: Vec<Scalars> => &v;
        echo_list_variant: Vec<Shape> => &v;
        echo_list_enum: Vec<Direction> => &v;
        echo_list_flags: Vec<NoMoreThanEight> => &v;
        echo_list_option: Vec<Option<u64>> => &v;
        echo_list_result: Vec<Result<u8, String>> => &v;
        echo_record: Scalars => &v;
        echo_empty_lists: EmptyLists => &v;
        echo_tree: TreeNode => &v;
        echo_tuple_one: (String,) => (&v.0,);
        echo_tuple: (u8, (char, i64), Vec<f32>) => (v.0, v.1, &v.2);
        echo_variant: Shape => &v;
        echo_option_string: Option<String> => v.as_deref();
        echo_option_option_option: Option<Option<Option<String>>> => v.as_ref().map(|v| v.as_ref().map(|v| v.as_deref()));
        echo_option_list_option: Option<Vec<Option<bool>>> => v.as_deref();
        echo_result: Result<u32, String> => v.as_ref().map(|v| *v).map_err(|v| v.as_str());
        echo_result_err: Result<(), String> => v.as_ref().map(|_| ()).map_err(|v| v.as_str());
        echo_result_result: Result<Result<u8, char>, Option<String>> => v.as_ref().map(|v| *v).map_err(|v| v.as_deref());
        echo_result_in_tuple: (Result<String, u64>,) => (v.0.as_deref().map_err(|v| *v),);
        echo_result_enum: Result<String, Direction> => v.as_deref();
        echo_map: BTreeMap<String, u32> => &v;
        echo_map_nested: BTreeMap<u64, Vec<Option<Shape>>> => &v;
        echo_fixed: [u8; 4] => v;
        echo_fixed_wide: [f64; 17] => v;
        echo_fixed_fixed: [[i64; 2]; 3] => v;
        echo_fixed_option: ([Option<u16>; 2], bool) => v;
    }

    fn echo_many(
        a: u8,
        b: i64,
        c: f32,
        d: String,
        e: Vec<u8>,
        f: bool,
        g: char,
        h: f64,
        i: u16,
        j: i8,
        k: Option<u64>,
        l: Direction,
        m: u32,
    ) -> (u8, i64, f32, String, Vec<u8>, bool, char, f64, u16, i8, Option<u64>, Direction, u32)
    {
        echo::echo_many(a, b, c, &d, &e, f, g, h, i, j, k, l, m)
    }

    fn nothing() {
        echo::nothing();
    }
}

static ALIVE: AtomicU32 = AtomicU32::new(0);

thread_local! {
    static KEPT: RefCell<Option<OwnCounter>> = const { RefCell::new(None) };
}

struct Counter(Cell<i64>);

impl Counter {
    fn starting(at: i64) -> Self {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Self(Cell::new(at))
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

impl GuestCounter for Counter {
    fn new(start: i64) -> Self {
        Self::starting(start)
    }

    fn get(&self) -> i64 {
        self.0.get()
    }

    fn add(&self, n: i64) -> i64 {
        self.0.set(self.0.get().wrapping_add(n));
        self.0.get()
    }

    fn absorb(&self, other: CounterBorrow<'_>) -> i64 {
        self.add(other.get::<Self>().get())
    }

    fn clone(&self) -> OwnCounter {
        OwnCounter::new(Self::starting(self.get()))
    }

    fn sum(counters: Vec<OwnCounter>) -> i64 {
        counters.iter().map(|counter| counter.get::<Self>().get()).sum()
    }

    fn parse(text: String) -> Result<OwnCounter, String> {
        let start = text.parse::<i64>().map_err(|e| e.to_string())?;
        Ok(OwnCounter::new(Self::starting(start)))
    }
}

impl Things for Component {
    type Counter = Counter;

    fn alive() -> u32 {
        ALIVE.load(Ordering::Relaxed)
    }

    fn keep(c: OwnCounter) {
        KEPT.set(Some(c));
    }

    fn give_back() -> Option<OwnCounter> {
        KEPT.take()
    }

    fn pair(start: i64) -> (OwnCounter, OwnCounter) {
        (OwnCounter::new(Counter::starting(start)), OwnCounter::new(Counter::starting(start + 1)))
    }

    fn largest(counters: Vec<CounterBorrow<'_>>) -> Option<u32> {
        let values = (0..).zip(counters.iter().map(|counter| counter.get::<Counter>().get()));
        values.max_by_key(|&(_, value)| value).map(|(index, _)| index)
    }

    fn debug_scalars(v: Scalars) -> String {
        format!("{v:?}")
    }

    fn debug_shape(v: Shape) -> String {
        format!("{v:?}")
    }

    fn write_journal(title: String, lines: Vec<String>) -> Journal {
        let journal = Journal::new(&title);
        for (count, line) in (1..).zip(&lines) {
            assert_eq!(journal.append(line), count, "the host counts the lines");
        }
        journal
    }

    fn annotate(j: &Journal, line: String) -> u32 {
        j.append(&format!("{}: {line}", host::title_of(j)))
    }

    fn longer_than_shared(j: Journal) -> Journal {
        Journal::longer(j, host::shared())
    }

    fn burn(j: Journal) -> String {
        j.title()
    }

    fn journal_lines(a: &Journal, b: &Journal) -> Vec<Vec<String>> {
        vec![a.lines(), b.lines()]
    }

    fn divide(a: i32, b: i32) -> Result<i32, String> {
        host::divide(a, b).map_err(|message| format!("the host says: {message}"))
    }

    fn count_down(steps: u32) -> u32 {
        (0..steps).rev().map(host::callback).fold(0, u32::wrapping_add)
    }

    fn panic(message: String) {
        panic!("{message}");
    }

    fn checksum(bytes: Vec<u8>) -> u32 {
        bytes.iter().fold(0, |sum, &byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
    }

    #[expect(clippy::cast_possible_truncation, reason = "bytes count modulo 256")]
    fn bytes(length: u32) -> Vec<u8> {
        (0..length).map(|i| i as u8).collect()
    }

    fn repeat(text: String, times: u32) -> String {
        text.repeat(times as usize)
    }
}

export!(Component);
