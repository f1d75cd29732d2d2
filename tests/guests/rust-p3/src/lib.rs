//! A program of WASI 0.3, whose first argument says what it does.

use std::pin::pin;

use futures::future::{Either, join, select};
use futures::{FutureExt, StreamExt, stream::FuturesUnordered};
use wasi::cli::{environment, exit, stderr, stdin, stdout, terminal_stdin, terminal_stdout};
use wasi::clocks::{monotonic_clock, system_clock};
use wasi::filesystem::preopens;
use wasi::filesystem::types::{
    Advice, Descriptor, DescriptorFlags, DescriptorType, ErrorCode, NewTimestamp, OpenFlags,
    PathFlags,
};
use wasi::random::{insecure, insecure_seed, random};
use wit_bindgen::rt::async_support::{StreamReader, StreamResult};

wit_bindgen::generate!({
    world: "guest:p3/p3",
    path: [
        "../../../wit/wasi-0.3/random.wit",
        "../../../wit/wasi-0.3/clocks.wit",
        "../../../wit/wasi-0.3/filesystem.wit",
        "../../../wit/wasi-0.3/sockets.wit",
        "../../../wit/wasi-0.3/cli.wit",
        "wit",
    ],
    generate_all,
});

const MILLISECOND: u64 = 1_000_000;
const HOUR: u64 = 3_600_000 * MILLISECOND;

struct Component;

impl exports::wasi::cli::run::Guest for Component {
    async fn run() -> Result<(), ()> {
        let args = environment::get_arguments();
        let rest: Vec<&str> = args.iter().skip(2).map(String::as_str).collect();
        match args.get(1).map_or("", String::as_str) {
            "environment" => show_environment().await,
            "upper" => upper().await?,
            "copy" => copy().await?,
            "spew" => spew(rest[0].parse().expect("a number")).await?,
            "both" => {
                say("by 0.3\n").await;
                println!("by 0.2");
            }
            "error" => {
                print(true, "an error\n").await?;
                return Err(());
            }
            "exit" => exit::exit_with_code(rest[0].parse().expect("a number")),
            "exit-later" => {
                monotonic_clock::wait_for(MILLISECOND).await;
                exit::exit(Err(()));
            }
            "panic" => panic!("oh no"),
            "wait" => wait().await,
            "first" => first().await,
            "leave" => leave(),
            "again" => again().await,
            "drop" => drop_streams().await.map_err(|code| eprintln!("{code:?}"))?,
            "time" => time().await,
            "random" => show_random().await,
            "files" => files().await.map_err(|code| eprintln!("{code:?}"))?,
            "attack" => attack().await,
            "open" => {
                let error = open(&root(), rest[0], OpenFlags::empty()).await.err();
                say(&format!("{error:?}\n")).await;
            }
            "hold" => hold().await,
            _ => return Err(()),
        }
        Ok(())
    }
}

async fn say(text: &str) {
    print(false, text).await.expect("standard output");
}

/// Writes to standard output or standard error.
async fn print(is_error: bool, text: &str) -> Result<(), ()> {
    let (mut writer, reader) = wit_stream::new();
    let end =
        if is_error { stderr::write_via_stream(reader) } else { stdout::write_via_stream(reader) };
    let bytes = text.as_bytes().to_vec();
    let write = async move {
        writer.write_all(bytes).await;
        drop(writer);
    };
    let ((), end) = join(write, async { end.await }).await;
    end.map_err(drop)
}

async fn show_environment() {
    let variables = environment::get_environment();
    let terminals = (
        terminal_stdin::get_terminal_stdin().is_some(),
        terminal_stdout::get_terminal_stdout().is_some(),
    );
    let args = environment::get_arguments();
    let cwd = environment::get_initial_cwd();
    say(&format!("{args:?} {variables:?} {cwd:?} {terminals:?}\n")).await;
}

/// Standard input in upper case, as it comes.
async fn upper() -> Result<(), ()> {
    let (mut input, input_end) = stdin::read_via_stream();
    let (mut writer, reader) = wit_stream::new();
    let output_end = stdout::write_via_stream(reader);
    loop {
        let (result, mut chunk) = input.read(Vec::with_capacity(4096)).await;
        chunk.make_ascii_uppercase();
        if !writer.write_all(chunk).await.is_empty() || result == StreamResult::Dropped {
            break;
        }
    }
    drop((writer, input));
    input_end.await.map_err(drop)?;
    output_end.await.map_err(drop)
}

/// The stream of standard input as it is.
async fn copy() -> Result<(), ()> {
    let (input, end) = stdin::read_via_stream();
    stdout::write_via_stream(input).await.map_err(drop)?;
    end.await.map_err(drop)
}

/// Lines with numbers, until nobody reads any more.
async fn spew(count: u32) -> Result<(), ()> {
    let (mut writer, reader) = wit_stream::new();
    let end = stdout::write_via_stream(reader);
    for number in 0..count {
        if !writer.write_all(format!("{number:063}\n").into_bytes()).await.is_empty() {
            break;
        }
    }
    drop(writer);
    end.await.map_err(|code| eprintln!("{code:?}"))
}

/// Waits at one time; while standard input has nothing, too.
async fn wait() {
    let (mut input, _end) = stdin::read_via_stream();
    let begin = monotonic_clock::now();
    let mut waits: FuturesUnordered<_> = [400, 10, 200]
        .map(|n| async move {
            monotonic_clock::wait_for(n * MILLISECOND).await;
            n
        })
        .into_iter()
        .collect();
    let mut order = Vec::new();
    let waiting = async {
        while let Some(n) = waits.next().await {
            order.push(n);
        }
        let waited = monotonic_clock::now() - begin;
        say(&format!("{order:?} {}\n", waited >= 400 * MILLISECOND)).await;
    };
    let (byte, ()) = join(input.next(), waiting).await;
    say(&format!("{byte:?}\n")).await;
}

/// What is ready first, of waits that are given up then.
async fn first() {
    for _ in 0..1000 {
        let soon = monotonic_clock::wait_until(monotonic_clock::now()).boxed_local();
        let waits = (0..300).map(|_| monotonic_clock::wait_for(HOUR).boxed_local());
        let mut all: FuturesUnordered<_> = waits.collect();
        all.push(soon);
        all.next().await;
    }
    say("first\n").await;
}

/// Ends with a wait and a read under way.
fn leave() {
    let (input, end) = stdin::read_via_stream();
    let mut read = Box::pin(async move { input.collect().await });
    let mut wait = Box::pin(monotonic_clock::wait_for(HOUR));
    let waker = futures::task::noop_waker();
    let mut context = std::task::Context::from_waker(&waker);
    assert!(read.as_mut().poll_unpin(&mut context).is_pending());
    assert!(wait.as_mut().poll_unpin(&mut context).is_pending());
    std::mem::forget((read, wait, end));
}

/// Cancels a read of standard input, reads a part, and the rest by a stream of its own.
async fn again() {
    let (mut input, end) = stdin::read_via_stream();
    {
        let mut read = pin!(input.read(Vec::with_capacity(9)));
        let mut wait = pin!(monotonic_clock::wait_for(MILLISECOND));
        assert!(matches!(select(&mut read, &mut wait).await, Either::Right(_)));
    }
    say("ready\n").await;
    let (_, part) = input.read(Vec::with_capacity(5)).await;
    drop(input);
    let end = end.await;
    let (input, _end) = stdin::read_via_stream();
    let rest = all_of(input).await;
    say(&format!("{} {end:?} {}\n", as_text(part), as_text(rest))).await;
}

/// Drops streams unread, read in part and unwritten, more often than a leak would allow.
async fn drop_streams() -> Result<(), ErrorCode> {
    let root = root();
    let file = open(&root, "f", OpenFlags::CREATE).await?;
    for _ in 0..100 {
        for is_read in [false, true] {
            let (mut bytes, end) = file.read_via_stream(0);
            if is_read {
                assert_eq!(bytes.read(Vec::with_capacity(1)).await.1.len(), 1);
            }
            drop(bytes);
            end.await?;
            let (mut entries, end) = root.read_directory();
            if is_read {
                assert!(entries.next().await.is_some());
            }
            drop(entries);
            end.await?;
        }
        let (writer, reader) = wit_stream::new();
        let end = file.append_via_stream(reader);
        drop(writer);
        end.await?;
        let (mut writer, reader) = wit_stream::new();
        // Nobody asks how it ends.
        drop(file.write_via_stream(reader, 0));
        writer.write_all(b"new".to_vec()).await;
        drop((file.read_via_stream(0), root.read_directory(), stdin::read_via_stream()));
        monotonic_clock::wait_for(1).await;
    }
    say(&format!("{}\n", read(&file, 0).await?)).await;
    Ok(())
}

async fn time() {
    let monotonic = monotonic_clock::now();
    let later = monotonic_clock::now();
    let system = system_clock::now();
    let resolutions = (monotonic_clock::get_resolution(), system_clock::get_resolution());
    let is_later = later >= monotonic;
    say(&format!("{is_later} {} {} {resolutions:?}\n", system.seconds, system.nanoseconds)).await;
}

async fn show_random() {
    let bytes = random::get_random_bytes(8);
    let number = random::get_random_u64();
    let insecure = (insecure::get_insecure_random_bytes(4), insecure::get_insecure_random_u64());
    let seed = insecure_seed::get_insecure_seed();
    let same = seed == insecure_seed::get_insecure_seed();
    say(&format!("{bytes:?} {number} {insecure:?} {seed:?} {same}\n")).await;
}

fn root() -> Descriptor {
    preopens::get_directories().swap_remove(0).0
}

async fn open(at: &Descriptor, path: &str, flags: OpenFlags) -> Result<Descriptor, ErrorCode> {
    let access = if flags.contains(OpenFlags::CREATE) {
        DescriptorFlags::READ | DescriptorFlags::WRITE
    } else {
        DescriptorFlags::READ
    };
    at.open_at(PathFlags::SYMLINK_FOLLOW, path.to_owned(), flags, access).await
}

/// Writes to a file, at `offset` or to its end.
async fn write(file: &Descriptor, offset: Option<u64>, text: &str) -> Result<(), ErrorCode> {
    let (mut writer, reader) = wit_stream::new();
    let end = match offset {
        Some(offset) => file.write_via_stream(reader, offset),
        None => file.append_via_stream(reader),
    };
    let bytes = text.as_bytes().to_vec();
    let write = async move {
        writer.write_all(bytes).await;
        drop(writer);
    };
    let ((), end) = join(write, async { end.await }).await;
    end
}

async fn read(file: &Descriptor, offset: u64) -> Result<String, ErrorCode> {
    let (bytes, end) = file.read_via_stream(offset);
    let bytes = all_of(bytes).await;
    end.await?;
    Ok(as_text(bytes))
}

fn as_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("UTF-8")
}

async fn all_of(mut stream: StreamReader<u8>) -> Vec<u8> {
    let mut all = Vec::new();
    loop {
        let (result, chunk) = stream.read(Vec::with_capacity(100)).await;
        all.extend(chunk);
        if result == StreamResult::Dropped {
            return all;
        }
    }
}

/// Every function of descriptors, in the first directory that is granted.
async fn files() -> Result<(), ErrorCode> {
    let root = root();
    root.create_directory_at("d".to_owned()).await?;
    let d = open(&root, "d", OpenFlags::DIRECTORY).await?;
    let file = open(&d, "f", OpenFlags::CREATE | OpenFlags::EXCLUSIVE).await?;
    write(&file, Some(0), "hello, world").await?;
    write(&file, Some(7), "WASI").await?;
    write(&file, None, "!").await?;
    file.advise(0, 0, Advice::Sequential).await?;
    file.sync_data().await?;
    file.sync().await?;
    say(&format!("{} / {}\n", read(&file, 0).await?, read(&file, 7).await?)).await;

    file.set_size(5).await?;
    let at = |seconds| NewTimestamp::Timestamp(system_clock::Instant { seconds, nanoseconds: 0 });
    file.set_times(at(100), at(-100)).await?;
    let stat = file.stat().await?;
    let times = (
        stat.data_access_timestamp.map(|time| time.seconds),
        stat.data_modification_timestamp.map(|time| time.seconds),
    );
    let is_file = matches!(stat.type_, DescriptorType::RegularFile);
    say(&format!("{is_file} {} {} {times:?}\n", stat.size, stat.link_count)).await;
    let follow = PathFlags::SYMLINK_FOLLOW;
    d.set_times_at(follow, "f".to_owned(), NewTimestamp::NoChange, at(200)).await?;
    let modified = d.stat_at(follow, "f".to_owned()).await?.data_modification_timestamp;
    say(&format!("{:?}\n", modified.map(|time| time.seconds))).await;

    d.link_at(PathFlags::empty(), "f".to_owned(), &root, "hard".to_owned()).await?;
    d.symlink_at("f".to_owned(), "soft".to_owned()).await?;
    let soft = open(&d, "soft", OpenFlags::empty()).await?;
    let hard = open(&root, "hard", OpenFlags::empty()).await?;
    say(&format!(
        "{} {} {} {}\n",
        d.readlink_at("soft".to_owned()).await?,
        soft.is_same_object(&hard).await,
        soft.is_same_object(&d).await,
        matches!(file.get_type().await?, DescriptorType::RegularFile),
    ))
    .await;
    let hash = file.metadata_hash().await?;
    let same = d.metadata_hash_at(follow, "f".to_owned()).await?;
    let is_same = (hash.lower, hash.upper) == (same.lower, same.upper);
    say(&format!("{is_same} {:?}\n", file.get_flags().await?)).await;

    root.rename_at("hard".to_owned(), &d, "moved".to_owned()).await?;
    let (mut entries, end) = d.read_directory();
    let mut names = Vec::new();
    while let Some(entry) = entries.next().await {
        names.push(entry.name);
    }
    end.await?;
    names.sort();
    say(&format!("{names:?}\n")).await;
    for name in names {
        d.unlink_file_at(name).await?;
    }
    root.remove_directory_at("d".to_owned()).await
}

/// Tries to get out of the first directory that is granted.
async fn attack() {
    let root = root();
    for path in ["..", "../x", "/etc/passwd", "link", "link/passwd", "./../.."] {
        let follow = PathFlags::SYMLINK_FOLLOW;
        let opened = open(&root, path, OpenFlags::empty()).await.err();
        let stat = root.stat_at(follow, path.to_owned()).await.err();
        say(&format!("{path} {opened:?} {stat:?}\n")).await;
    }
    let made = root.create_directory_at("../made".to_owned()).await.err();
    let removed = root.unlink_file_at("/etc/passwd".to_owned()).await.err();
    let link = root.symlink_at("/etc".to_owned(), "absolute".to_owned()).await.err();
    say(&format!("{made:?} {removed:?} {link:?}\n")).await;
}

/// Opens a file, and waits, until it is refused.
async fn hold() {
    let root = root();
    let mut files = Vec::new();
    let error = loop {
        match open(&root, "f", OpenFlags::empty()).await {
            Ok(file) => files.push(file),
            Err(error) => break error,
        }
    };
    say(&format!("{} {error:?}\n", files.len())).await;
    let waits: Vec<_> = (0..1_000).map(|_| monotonic_clock::wait_for(HOUR)).collect();
    futures::future::join_all(waits).await;
}

export!(Component);
