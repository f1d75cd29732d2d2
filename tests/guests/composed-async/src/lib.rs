//! The part of an asynchronous composition that calls the other.

use std::{cell::Cell, pin::pin, rc::Rc};

use futures::future::{Either, join_all, select};
use guest::asynchronous::streams;
use wit_bindgen::rt::async_support::{
    FutureReader, StreamReader, StreamResult, spawn_local, yield_async,
};

wit_bindgen::generate!({
    world: "guest:composed-async/composed-async",
    path: ["../rust-async/wit", "wit"],
    generate_all,
});

struct Component;

impl Guest for Component {
    async fn count(times: u32) -> u32 {
        let mut sum = 0;
        for i in 0..times {
            sum = add(sum, if i % 2 == 0 { 1 } else { plain(1) }).await;
        }
        sum
    }

    async fn greet_all(keys: Vec<String>) -> Vec<Result<String, String>> {
        join_all(keys.into_iter().map(greet)).await
    }

    async fn shout_often(mut text: String, times: u32) -> String {
        for _ in 0..times {
            let (writer, reader) = wit_future::new(String::new);
            let answer = shout(reader).await;
            spawn_local(async move {
                let _ = writer.write(text).await;
            });
            text = answer.await;
            text.push('a');
        }
        text
    }

    async fn shout_on(text: FutureReader<String>) -> FutureReader<String> {
        shout(text).await
    }

    async fn upper_on(bytes: StreamReader<u8>) -> StreamReader<u8> {
        streams::upper(bytes).await
    }

    async fn upper_here(size: u64) -> u64 {
        let (mut writer, reader) = wit_stream::new();
        spawn_local(async move {
            let mut at = 0;
            while at < size {
                // Pieces of many sizes, some larger than what is read at one time.
                let length = (1 + at * 7919 % 150_000).min(size - at);
                let chunk = (at..at + length).map(|i| b'a' + (i % 26) as u8).collect();
                at += length;
                if !writer.write_all(chunk).await.is_empty() {
                    break;
                }
            }
        });
        let mut bytes = streams::upper(reader).await;
        let mut right = 0;
        loop {
            let (result, chunk) = bytes.read(Vec::with_capacity(100_000)).await;
            for byte in chunk {
                if byte != b'A' + (right % 26) as u8 {
                    return right;
                }
                right += 1;
            }
            if result == StreamResult::Dropped {
                return right;
            }
        }
    }

    async fn total(count: u32) -> u64 {
        let (mut writer, reader) = wit_stream::new();
        spawn_local(async move {
            writer.write_all((0..u64::from(count)).collect()).await;
        });
        streams::total(reader).await
    }

    async fn items(names: Vec<String>) -> Vec<Item> {
        streams::items(names).await.collect().await
    }

    async fn items_on(names: Vec<String>) -> StreamReader<Item> {
        let (mut writer, reader) = wit_stream::new();
        spawn_local(async move {
            let mut items = streams::items(names).await;
            while let Some(item) = items.next().await {
                let item = Item { size: 2 * item.size, ..item };
                if writer.write_one(item).await.is_some() {
                    break;
                }
            }
        });
        reader
    }

    async fn head(count: u32) -> (Vec<u8>, bool) {
        let (mut writer, reader) = wit_stream::new();
        let stopped = Rc::new(Cell::new(false));
        let tell = stopped.clone();
        spawn_local(async move {
            while writer.write_all(vec![1, 2, 3, 4, 5]).await.is_empty() {}
            tell.set(true);
        });
        let head = streams::head(reader, count).await;
        for _ in 0..100 {
            if stopped.get() {
                break;
            }
            yield_async().await;
        }
        (head, stopped.get())
    }

    async fn give_up(turns: u32) -> bool {
        let waited = pin!(wait(1_000_000));
        let patience = pin!(async {
            for _ in 0..turns {
                yield_async().await;
            }
        });
        matches!(select(waited, patience).await, Either::Right(_))
    }
}

export!(Component);
