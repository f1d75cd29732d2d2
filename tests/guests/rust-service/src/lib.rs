//! A service of `wasi:http/incoming-handler`: the path says what a request gets.
//!
//! Some of it no service should do, which is what the tests are about.

use std::sync::atomic::{AtomicU32, Ordering};
use wasip2::clocks::monotonic_clock::subscribe_duration;
use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, HeaderError, IncomingBody, IncomingRequest, IncomingResponse, Method,
    OutgoingBody, OutgoingRequest, OutgoingResponse, RequestOptions, ResponseOutparam, Scheme,
};
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

struct Service;

wasip2::http::proxy::export!(Service);

static CALLS: AtomicU32 = AtomicU32::new(0);

impl Guest for Service {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let mut parts = path.split('/').skip(1);
        let name = parts.next().unwrap_or_default();
        let number =
            |text: Option<&str>| text.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        match name {
            "hello" | "" => text(out, "hello world\n"),
            "count" => text(out, &format!("{}\n", CALLS.fetch_add(1, Ordering::Relaxed) + 1)),
            "describe" => text(out, &describe(&request)),
            "echo" => echo(request, out),
            "splice" => splice(request, out),
            "length" => text(out, &format!("{}\n", drain(request))),
            "big" => big(out, number(parts.next())),
            "slow" => slow(out, number(parts.next()), number(parts.next())),
            "sleep" => {
                subscribe_duration(number(parts.next()) * 1_000_000).block();
                text(out, "slept\n");
            }
            "trailers" => trailers(request, out),
            "declared" => declared(out, number(parts.next()), number(parts.next())),
            "status" => answer(out, number(parts.next()) as u16, &[]),
            "headers" => {
                answer(out, 200, &[("x-one", "1"), ("set-cookie", "a=1"), ("set-cookie", "b=2")])
            }
            "fields" => text(out, &fields()),
            "environment" => text(out, &environment()),
            "error" => ResponseOutparam::set(out, Err(ErrorCode::InternalError(Some("no".into())))),
            "panic" => panic!("as asked"),
            "late-panic" => {
                let (body, stream) = begin(out, 200, &[]);
                stream.blocking_write_and_flush(b"begun\n").unwrap();
                let _ = &body;
                panic!("as asked");
            }
            "never" => {}
            "unfinished" => {
                let (body, stream) = begin(out, 200, &[]);
                stream.blocking_write_and_flush(b"begun\n").unwrap();
                drop(stream);
                drop(body);
            }
            "twice" => twice(out),
            "hold" => hold(number(parts.next())),
            "fetch" => fetch(out, query, None),
            "impatient" => fetch(out, query, Some(number(parts.next()) * 1_000_000)),
            "forward" => forward(request, out, query),
            "options" => text(out, &options()),
            _ => answer(out, 404, &[]),
        }
    }
}

fn begin(
    out: ResponseOutparam,
    status: u16,
    headers: &[(&str, &str)],
) -> (OutgoingBody, OutputStream) {
    let fields = Fields::new();
    for (name, value) in headers {
        fields.append(name, value.as_bytes()).unwrap();
    }
    let response = OutgoingResponse::new(fields);
    response.set_status_code(status).unwrap();
    let body = response.body().unwrap();
    ResponseOutparam::set(out, Ok(response));
    let stream = body.write().unwrap();
    (body, stream)
}

fn answer(out: ResponseOutparam, status: u16, headers: &[(&str, &str)]) {
    let (body, stream) = begin(out, status, headers);
    drop(stream);
    OutgoingBody::finish(body, None).unwrap();
}

fn text(out: ResponseOutparam, text: &str) {
    let (body, stream) = begin(out, 200, &[("content-type", "text/plain")]);
    write(&stream, text.as_bytes()).unwrap();
    drop(stream);
    OutgoingBody::finish(body, None).unwrap();
}

/// Writes as much as the stream permits at a time.
fn write(stream: &OutputStream, mut bytes: &[u8]) -> Result<(), StreamError> {
    let ready = stream.subscribe();
    while !bytes.is_empty() {
        ready.block();
        let permit = stream.check_write()? as usize;
        let length = permit.min(bytes.len());
        stream.write(&bytes[..length])?;
        bytes = &bytes[length..];
    }
    stream.blocking_flush()
}

fn describe(request: &IncomingRequest) -> String {
    let mut text = format!(
        "{:?} {:?} {:?} {:?}\n",
        request.method(),
        request.scheme(),
        request.authority(),
        request.path_with_query(),
    );
    let headers = request.headers();
    for (name, value) in headers.entries() {
        text += &format!("{name}: {}\n", String::from_utf8_lossy(&value));
    }
    text += &format!("{:?}\n", headers.append("x-more", b"1").unwrap_err());
    text
}

/// Takes the body of a request apart.
fn incoming(request: &IncomingRequest) -> (IncomingBody, InputStream) {
    let body = request.consume().unwrap();
    let stream = body.stream().unwrap();
    (body, stream)
}

fn pump(input: &InputStream, output: &OutputStream) {
    loop {
        match input.blocking_read(65_536) {
            Ok(bytes) => {
                if write(output, &bytes).is_err() {
                    return;
                }
            }
            Err(StreamError::Closed) => return,
            Err(StreamError::LastOperationFailed(error)) => {
                panic!(
                    "{:?} {}",
                    wasip2::http::types::http_error_code(&error),
                    error.to_debug_string()
                );
            }
        }
    }
}

fn echo(request: IncomingRequest, out: ResponseOutparam) {
    let (_body, input) = incoming(&request);
    let (body, output) = begin(out, 200, &[]);
    pump(&input, &output);
    drop(output);
    OutgoingBody::finish(body, None).unwrap();
}

fn splice(request: IncomingRequest, out: ResponseOutparam) {
    let (_body, input) = incoming(&request);
    let (body, output) = begin(out, 200, &[]);
    while output.blocking_splice(&input, 1 << 20).is_ok() {}
    drop(output);
    OutgoingBody::finish(body, None).unwrap();
}

fn drain(request: IncomingRequest) -> u64 {
    let (_body, input) = incoming(&request);
    let mut length = 0;
    while let Ok(bytes) = input.blocking_read(1 << 20) {
        length += bytes.len() as u64;
    }
    length
}

fn big(out: ResponseOutparam, mut left: u64) {
    let (body, stream) = begin(out, 200, &[]);
    let chunk = vec![b'x'; 65_536];
    while left > 0 {
        let length = left.min(chunk.len() as u64);
        if let Err(error) = write(&stream, &chunk[..length as usize]) {
            // Told apart from a trap in the log of the tests.
            eprintln!("big: {error:?} with {left} left");
            return;
        }
        left -= length;
    }
    drop(stream);
    OutgoingBody::finish(body, None).unwrap();
}

/// Lines with pauses of `milliseconds` between.
fn slow(out: ResponseOutparam, lines: u64, milliseconds: u64) {
    let (body, stream) = begin(out, 200, &[]);
    for line in 0..lines {
        if write(&stream, format!("line {line}\n").as_bytes()).is_err() {
            return;
        }
        subscribe_duration(milliseconds * 1_000_000).block();
    }
    drop(stream);
    OutgoingBody::finish(body, None).unwrap();
}

/// Answers with the trailers of the request, and one that tells their count.
fn trailers(request: IncomingRequest, out: ResponseOutparam) {
    let (incoming, input) = incoming(&request);
    let (body, output) = begin(out, 200, &[("trailer", "x-count")]);
    pump(&input, &output);
    drop((input, output));
    let future = IncomingBody::finish(incoming);
    future.subscribe().block();
    let received = future.get().unwrap().unwrap().unwrap();
    let sent = Fields::new();
    let entries = received.map(|fields| fields.entries()).unwrap_or_default();
    for (name, value) in &entries {
        sent.append(name, value).unwrap();
    }
    sent.append("x-count", entries.len().to_string().as_bytes()).unwrap();
    OutgoingBody::finish(body, Some(sent)).unwrap();
}

/// Says one length and writes another.
fn declared(out: ResponseOutparam, says: u64, writes: u64) {
    let (body, stream) = begin(out, 200, &[("content-length", &says.to_string())]);
    let written = write(&stream, &vec![b'x'; writes as usize]);
    drop(stream);
    let finished = OutgoingBody::finish(body, None);
    eprintln!("declared: {written:?} {finished:?}");
}

fn fields() -> String {
    let fields = Fields::new();
    let mut text = String::new();
    let mut tell = |what: &str, result: Result<(), HeaderError>| {
        let result = result.map_err(|error| match error {
            HeaderError::InvalidSyntax => "invalid-syntax",
            HeaderError::Forbidden => "forbidden",
            HeaderError::Immutable => "immutable",
        });
        text += &format!("{what}: {result:?}\n");
    };
    tell("plain", fields.append("X-Plain", b"a b"));
    tell("name", fields.append("x name", b"1"));
    tell("empty name", fields.append("", b"1"));
    tell("split", fields.append("x-split", b"1\r\nset-cookie: a=1"));
    tell("nul", fields.append("x-nul", b"a\0b"));
    for name in
        ["Connection", "host", "transfer-encoding", "upgrade", "keep-alive", "http2-settings"]
    {
        tell(name, fields.append(name, b"1"));
    }
    tell("list", Fields::from_list(&[("te\n".into(), vec![])]).map(drop));
    let kept = fields.entries();
    text + &format!(
        "{}\n",
        kept.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(",")
    )
}

fn environment() -> String {
    let directories = wasip2::filesystem::preopens::get_directories();
    let names: Vec<_> = directories.iter().map(|(_, name)| name.clone()).collect();
    let arguments: Vec<_> = std::env::args().collect();
    let variables: Vec<_> = std::env::vars().collect();
    println!("to standard output");
    format!("{arguments:?} {variables:?} {names:?}\n")
}

/// Answers twice with the same handle.
fn twice(out: ResponseOutparam) {
    let handle = out.handle();
    answer(out, 200, &[("x-first", "1")]);
    answer(unsafe { ResponseOutparam::from_handle(handle) }, 200, &[]);
}

/// Makes fields until the host has enough.
fn hold(bytes: u64) {
    let value = vec![b'x'; 1 << 16];
    let fields = Fields::new();
    for _ in 0..bytes >> 16 {
        fields.append("x-held", &value).unwrap();
    }
}

/// `scheme://authority/path`, of a query.
fn outgoing(url: &str, method: &Method, fields: Fields) -> OutgoingRequest {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let at = rest.find('/').unwrap_or(rest.len());
    let request = OutgoingRequest::new(fields);
    request.set_method(method).unwrap();
    request
        .set_scheme(Some(&if scheme == "https" { Scheme::Https } else { Scheme::Http }))
        .unwrap();
    request.set_authority(Some(&rest[..at])).unwrap();
    request.set_path_with_query(Some(if at == rest.len() { "/" } else { &rest[at..] })).unwrap();
    request
}

fn received(
    request: OutgoingRequest,
    options: Option<RequestOptions>,
) -> Result<IncomingResponse, ErrorCode> {
    let future = outgoing_handler::handle(request, options)?;
    future.subscribe().block();
    future.get().unwrap().unwrap()
}

/// Fetches what the query names, and passes it on.
fn fetch(out: ResponseOutparam, url: &str, timeout: Option<u64>) {
    let request = outgoing(url, &Method::Get, Fields::new());
    let body = request.body().unwrap();
    OutgoingBody::finish(body, None).unwrap();
    let options = RequestOptions::new();
    options.set_connect_timeout(timeout).unwrap();
    options.set_first_byte_timeout(timeout).unwrap();
    options.set_between_bytes_timeout(timeout).unwrap();
    match received(request, Some(options)) {
        Ok(response) => pass(out, response),
        Err(code) => text(out, &format!("{code:?}\n")),
    }
}

fn pass(out: ResponseOutparam, response: IncomingResponse) {
    let incoming = response.consume().unwrap();
    let input = incoming.stream().unwrap();
    let (body, output) = begin(out, response.status(), &[]);
    pump(&input, &output);
    drop((input, output));
    let trailers = IncomingBody::finish(incoming);
    trailers.subscribe().block();
    let trailers = trailers.get().unwrap().unwrap().unwrap();
    OutgoingBody::finish(body, trailers).unwrap();
}

/// Sends the body of the request on, then answers with what comes back.
fn forward(request: IncomingRequest, out: ResponseOutparam, url: &str) {
    let (_incoming, input) = incoming(&request);
    let sent = outgoing(url, &request.method(), Fields::new());
    let body = sent.body().unwrap();
    let future = match outgoing_handler::handle(sent, None) {
        Ok(future) => future,
        Err(code) => return text(out, &format!("{code:?}\n")),
    };
    let output = body.write().unwrap();
    pump(&input, &output);
    drop(output);
    OutgoingBody::finish(body, None).unwrap();
    future.subscribe().block();
    match future.get().unwrap().unwrap() {
        Ok(response) => pass(out, response),
        Err(code) => text(out, &format!("{code:?}\n")),
    }
}

fn options() -> String {
    let options = RequestOptions::new();
    options.set_connect_timeout(Some(1)).unwrap();
    options.set_between_bytes_timeout(Some(2)).unwrap();
    format!(
        "{:?} {:?} {:?}\n",
        options.connect_timeout(),
        options.first_byte_timeout(),
        options.between_bytes_timeout()
    )
}
