//! `fetch METHOD AUTHORITY PATH`: sends a request with standard input as its body, prints the
//! status on standard error and the body of the response on standard output.

use std::io::{Read, Write, stdin, stdout};
use std::process::ExitCode;

use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, IncomingBody, IncomingResponse, Method, OutgoingBody, OutgoingRequest,
    Scheme,
};
use wasip2::io::streams::StreamError;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let [_, method, authority, path] = &args[..] else { return ExitCode::from(2) };
    match send(method, authority, path) {
        Ok(response) => {
            eprintln!("{}", response.status());
            print(&response);
            ExitCode::SUCCESS
        }
        Err(code) => {
            eprintln!("{code:?}");
            ExitCode::FAILURE
        }
    }
}

fn send(method: &str, authority: &str, path: &str) -> Result<IncomingResponse, ErrorCode> {
    let request = OutgoingRequest::new(Fields::new());
    request.set_method(&Method::Other(method.to_owned())).expect("a method");
    request.set_scheme(Some(&Scheme::Http)).expect("a scheme");
    request.set_authority(Some(authority)).expect("an authority");
    request.set_path_with_query(Some(path)).expect("a path");
    let body = request.body().expect("a body");
    let future = outgoing_handler::handle(request, None)?;
    let output = body.write().expect("a stream");
    let mut bytes = [0; 4096];
    loop {
        let count = stdin().read(&mut bytes).expect("standard input");
        if count == 0 || output.blocking_write_and_flush(&bytes[..count]).is_err() {
            break;
        }
    }
    drop(output);
    OutgoingBody::finish(body, None)?;
    future.subscribe().block();
    future.get().expect("an answer").expect("the first look")
}

fn print(response: &IncomingResponse) {
    let body = response.consume().expect("a body");
    let input = body.stream().expect("a stream");
    loop {
        match input.blocking_read(65_536) {
            Ok(bytes) => stdout().write_all(&bytes).expect("standard output"),
            Err(StreamError::Closed) => break,
            Err(StreamError::LastOperationFailed(error)) => panic!("{}", error.to_debug_string()),
        }
    }
    drop(input);
    drop(IncomingBody::finish(body));
}
