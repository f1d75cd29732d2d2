//! Asynchronous exports and imports, streams and futures both ways.

use exports::guest::asynchronous::streams::{Guest as Streams, Item};
use futures::{FutureExt, StreamExt, stream::FuturesUnordered};
use guest::asynchronous::host;
use wit_bindgen::rt::async_support::{FutureReader, StreamReader, StreamResult, spawn_local};

wit_bindgen::generate!({ world: "rust-async", path: "wit" });

struct Component;

impl Guest for Component {
    async fn greet(key: String) -> Result<String, String> {
        let name = host::fetch(key).await?;
        Ok(format!("Hello, {name}!"))
    }

    async fn all(keys: Vec<String>) -> Vec<String> {
        futures::future::join_all(keys.into_iter().map(answer)).await
    }

    async fn race(keys: Vec<String>) -> String {
        let mut answers: FuturesUnordered<_> =
            keys.into_iter().map(|key| answer(key).boxed_local()).collect();
        answers.next().await.unwrap_or_default()
    }

    async fn shout(text: FutureReader<String>) -> FutureReader<String> {
        let (writer, reader) = wit_future::new(String::new);
        spawn_local(async move {
            let text = text.await.to_uppercase();
            // Nobody may be there any more who wants it.
            let _ = writer.write(text).await;
        });
        reader
    }

    async fn wait(milliseconds: u32) {
        host::sleep(milliseconds).await;
    }

    async fn add(a: u32, b: u32) -> u32 {
        a.wrapping_add(b)
    }

    fn plain(n: u32) -> u32 {
        n.wrapping_mul(n)
    }
}

async fn answer(key: String) -> String {
    host::fetch(key).await.unwrap_or_else(|error| format!("({error})"))
}

impl Streams for Component {
    async fn doubled(mut numbers: StreamReader<u32>) -> StreamReader<u32> {
        let (mut writer, reader) = wit_stream::new();
        spawn_local(async move {
            while let Some(number) = numbers.next().await {
                if writer.write_one(number.wrapping_mul(2)).await.is_some() {
                    break;
                }
            }
        });
        reader
    }

    async fn upper(mut bytes: StreamReader<u8>) -> StreamReader<u8> {
        let (mut writer, reader) = wit_stream::new();
        spawn_local(async move {
            loop {
                let (result, mut chunk) = bytes.read(Vec::with_capacity(64 << 10)).await;
                chunk.make_ascii_uppercase();
                if !writer.write_all(chunk).await.is_empty() || result == StreamResult::Dropped {
                    break;
                }
            }
        });
        reader
    }

    async fn items(names: Vec<String>) -> StreamReader<Item> {
        let (mut writer, reader) = wit_stream::new();
        spawn_local(async move {
            for name in names {
                let Ok(text) = host::fetch(name.clone()).await else { continue };
                let item = Item { name, size: text.len() as u64 };
                if writer.write_one(item).await.is_some() {
                    break;
                }
            }
        });
        reader
    }

    async fn total(mut numbers: StreamReader<u64>) -> u64 {
        let mut sum = 0_u64;
        while let Some(number) = numbers.next().await {
            sum = sum.wrapping_add(number);
        }
        sum
    }

    async fn head(mut bytes: StreamReader<u8>, count: u32) -> Vec<u8> {
        let count = count as usize;
        let mut head = Vec::with_capacity(count);
        while head.len() < count {
            let (result, chunk) = bytes.read(Vec::with_capacity(count - head.len())).await;
            head.extend(chunk);
            if result == StreamResult::Dropped {
                break;
            }
        }
        head
    }
}

export!(Component);
