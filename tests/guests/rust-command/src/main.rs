//! A program that uses nothing but `std`, a subcommand for each part of it.

use std::{
    env,
    error::Error,
    fs::{self, File, OpenOptions},
    io::{self, BufRead, Read, Seek, SeekFrom, Write},
    net::TcpStream,
    path::Path,
    process::{self, ExitCode},
    thread,
    time::{Duration, Instant, SystemTime},
};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    match run(&args.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Result {
    match *args {
        ["args", ref rest @ ..] => println!("{rest:?}"),
        ["env"] => env(),
        ["cat", path] => io::stdout().write_all(&fs::read(path)?)?,
        ["upper"] => upper()?,
        ["count-stdin"] => println!("{}", io::copy(&mut io::stdin(), &mut io::sink())?),
        ["files", root] => files(Path::new(root))?,
        ["walk", root] => walk(Path::new(root), 0)?,
        ["io-error", path] => println!("{:?}", fs::read(path).map_err(|e| e.kind()).err()),
        ["write", path, text] => fs::write(path, text)?,
        ["time"] => time()?,
        ["random"] => random(),
        ["exit", code] => process::exit(code.parse()?),
        ["panic", message] => panic!("{message}"),
        ["spew", bytes] => spew(bytes.parse()?)?,
        ["read-in-pieces", path, size] => read_in_pieces(path, size.parse()?)?,
        ["connect", address] => {
            println!("{:?}", TcpStream::connect(address).map_err(|e| e.kind()).err())
        }
        ["thread"] => {
            println!("{:?}", thread::Builder::new().spawn(|| ()).map_err(|e| e.kind()).err())
        }
        ["sparse", path] => sparse(path)?,
        ["cwd"] => println!("{}", env::current_dir()?.display()),
        _ => return Err(format!("cannot {args:?}").into()),
    }
    Ok(())
}

fn env() {
    let mut all: Vec<_> = env::vars().collect();
    all.sort();
    for (key, value) in all {
        println!("{key}={value}");
    }
}

/// Answers line by line, so that the other end may wait for each.
fn upper() -> Result {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        writeln!(out, "{}", line?.to_uppercase())?;
        out.flush()?;
    }
    Ok(())
}

/// Goes through what a file system can do, below `root`, which is writable.
fn files(root: &Path) -> Result {
    let folder = root.join("a/b");
    fs::create_dir_all(&folder)?;
    let path = folder.join("text.txt");
    fs::write(&path, "one\ntwo\n")?;
    OpenOptions::new().append(true).open(&path)?.write_all("drei ü\n".as_bytes())?;
    println!("read {:?}", fs::read_to_string(&path)?);

    let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
    file.seek(SeekFrom::Start(4))?;
    file.write_all(b"TWO")?;
    file.seek(SeekFrom::End(-4))?;
    let mut end = String::new();
    file.read_to_string(&mut end)?;
    println!("end {end:?} at {}", file.stream_position()?);
    file.set_len(7)?;
    file.sync_all()?;
    drop(file);
    println!("cut {:?}", fs::read_to_string(&path)?);

    let metadata = fs::metadata(&path)?;
    println!("file {} dir {} len {}", metadata.is_file(), metadata.is_dir(), metadata.len());
    let age = SystemTime::now().duration_since(metadata.modified()?).unwrap_or_default();
    println!("fresh {}", age < Duration::from_secs(600));
    let past = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_000, 500_000_000);
    File::options().write(true).open(&path)?.set_modified(past)?;
    println!("set {:?}", fs::metadata(&path)?.modified()?.duration_since(SystemTime::UNIX_EPOCH)?);

    let renamed = root.join("renamed.txt");
    fs::rename(&path, &renamed)?;
    println!("gone {:?}", fs::metadata(&path).map_err(|e| e.kind()).err());
    fs::copy(&renamed, root.join("copy.txt"))?;
    fs::hard_link(&renamed, root.join("hard.txt"))?;
    println!("exists {:?}", File::create_new(&renamed).map_err(|e| e.kind()).err());
    println!("full {:?}", fs::remove_dir(root.join("a")).map_err(|e| e.to_string()).err());
    println!("not a folder {:?}", fs::read_dir(&renamed).map_err(|e| e.kind()).err());

    let mut names = fs::read_dir(root)?
        .map(|entry| {
            let entry = entry?;
            let kind = if entry.file_type()?.is_dir() { "/" } else { "" };
            Ok(format!("{}{kind}", entry.file_name().to_string_lossy()))
        })
        .collect::<io::Result<Vec<_>>>()?;
    names.sort();
    println!("names {names:?}");

    fs::remove_file(root.join("hard.txt"))?;
    fs::remove_file(root.join("copy.txt"))?;
    fs::remove_dir_all(root.join("a"))?;
    println!("left {}", fs::read_dir(root)?.count());
    Ok(())
}

/// Writes and reads beyond what 32 bits can count.
fn sparse(path: &str) -> Result {
    let far = 5 << 30;
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path)?;
    file.seek(SeekFrom::Start(far))?;
    file.write_all(b"far out")?;
    println!("{}", file.metadata()?.len());
    file.seek(SeekFrom::Current(-3))?;
    let mut end = String::new();
    file.read_to_string(&mut end)?;
    println!("{end} {}", file.stream_position()?);
    file.set_len(far - 1)?;
    println!("{}", fs::metadata(path)?.len());
    Ok(())
}

fn walk(folder: &Path, depth: usize) -> Result {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        println!("{:indent$}{}", "", entry.file_name().to_string_lossy(), indent = depth * 2);
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), depth + 1)?;
        }
    }
    Ok(())
}

fn time() -> Result {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let start = Instant::now();
    thread::sleep(Duration::from_millis(40));
    println!("{} {}", now.as_millis(), start.elapsed().as_micros());
    Ok(())
}

/// Two hash maps have different keys, from the host's random numbers.
fn random() {
    use std::hash::{BuildHasher, RandomState};
    println!("{} {}", RandomState::new().hash_one(1), RandomState::new().hash_one(1));
}

/// Much output in lines of 64 bytes, and as much to stderr as a line for each 1000.
fn spew(bytes: usize) -> Result {
    let mut out = io::stdout().lock();
    for n in 0..bytes / 64 {
        writeln!(out, "{n:063}")?;
        if n % 1000 == 0 {
            eprintln!("{n}");
        }
    }
    Ok(())
}

fn read_in_pieces(path: &str, size: usize) -> Result {
    let mut file = File::open(path)?;
    let mut piece = vec![0; size];
    let (mut bytes, mut sum) = (0, 0_u32);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        bytes += read;
        sum = piece[..read]
            .iter()
            .fold(sum, |sum, &byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    }
    println!("{bytes} {sum}");
    Ok(())
}
