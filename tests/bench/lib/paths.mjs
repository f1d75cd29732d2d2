/** The folders of the benchmark. */
import { fileURLToPath } from 'node:url';

export const BENCH = fileURLToPath(new URL('..', import.meta.url));
/** Built guests and what Windlass makes of them. */
export const CACHE = `${BENCH}.cache/`;
/** The peer's output, below its own packages so that it finds its shims. */
export const PEER = `${BENCH}peer/`;
export const PEER_CACHE = `${PEER}.cache/`;
export const PEER_TRANSPILE = `${PEER}node_modules/@bytecodealliance/jco-transpile/`;
export const PEER_CLI = `${PEER}node_modules/@bytecodealliance/jco/dist/jco.js`;
export const WINDLASS_CLI = fileURLToPath(
  new URL('../../../npm/windlass/bin/windlass.cjs', import.meta.url),
);
export const HOST = `${BENCH}impls/host.mjs`;
export const ASYNC_HOST = `${BENCH}impls/async-host.mjs`;

/** The components measured beside the calls, smallest first; `first` is the call that shows one works, by what it `gives`. */
export const COMPONENTS = {
  answer: { what: '() -> u32', first: (m) => m.answer(), gives: 42 },
  add: { what: '(u32, u32) -> u32', first: (m) => m.add(1, 2), gives: 3 },
  bench: { what: 'the guest of the call cases', first: (m) => m.calls.addU32(1, 2), gives: 3 },
  async: { what: 'the guest of the asynchronous cases', first: (m) => m.calls.plain(3), gives: 9 },
  rust: { what: 'Rust, WASI', first: (m) => m.hello('x'), gives: 'hello x' },
  js: { what: 'JavaScript (StarlingMonkey)', first: (m) => m.hello('x'), gives: 'hello x' },
  python: { what: 'Python (CPython)', first: (m) => m.hello('x'), gives: 'hello x' },
};
