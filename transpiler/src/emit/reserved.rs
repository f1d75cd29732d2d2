//! Words that no binding of an emitted module may have. The build script reads
//! this file too.

/// Keywords, those of strict mode and modules included, and words that read like one.
#[rustfmt::skip]
pub(crate) const KEYWORDS: &[&str] = &[
    "arguments", "as", "async", "await", "break", "case", "catch", "class", "const", "continue",
    "debugger", "default", "delete", "do", "else", "enum", "eval", "export", "extends", "false",
    "finally", "for", "from", "function", "get", "if", "implements", "import", "in", "instanceof",
    "interface", "let", "new", "null", "of", "package", "private", "protected", "public", "return",
    "set", "static", "super", "switch", "this", "throw", "true", "try", "typeof", "using", "var",
    "void", "while", "with", "yield",
];

/// Globals that emitted code and runtime helpers may refer to.
#[rustfmt::skip]
pub(crate) const GLOBALS: &[&str] = &[
    // Globals of the language.
    "Array", "ArrayBuffer", "AsyncDisposableStack", "AsyncFunction", "Atomics", "BigInt",
    "BigInt64Array", "BigUint64Array", "Boolean", "DataView", "Date", "DisposableStack", "Error",
    "EvalError", "FinalizationRegistry", "Float16Array", "Float32Array", "Float64Array", "Function",
    "Infinity", "Int16Array", "Int32Array", "Int8Array", "Intl", "Iterator", "JSON", "Map", "Math",
    "NaN", "Number", "Object", "Promise", "Proxy", "RangeError", "ReferenceError", "Reflect",
    "RegExp", "Set", "SharedArrayBuffer", "String", "SuppressedError", "Symbol", "SyntaxError",
    "TypeError", "URIError", "Uint16Array", "Uint32Array", "Uint8Array", "Uint8ClampedArray",
    "WeakMap", "WeakRef", "WeakSet", "decodeURI", "decodeURIComponent", "encodeURI",
    "encodeURIComponent", "escape", "globalThis", "isFinite", "isNaN", "parseFloat", "parseInt",
    "undefined", "unescape",
    // Globals of platforms.
    "AbortController", "AbortSignal", "Blob", "Buffer", "Bun", "Deno", "DOMException", "Event",
    "EventTarget", "MessageChannel", "ReadableStream", "Request", "Response", "SharedWorker",
    "TextDecoder", "TextEncoder", "TransformStream", "URL", "URLSearchParams", "WebAssembly",
    "Worker", "WritableStream", "__dirname", "__filename", "atob", "btoa", "clearTimeout",
    "console", "crypto", "document", "exports", "fetch", "global", "location", "module",
    "navigator", "performance", "process", "queueMicrotask", "require", "self", "setImmediate",
    "setInterval", "setTimeout", "structuredClone", "window",
];
