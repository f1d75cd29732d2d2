export * as plain from './add.js';
export * as wasi from './hello.js';
export * as asynchronous from './rust-async.js';
