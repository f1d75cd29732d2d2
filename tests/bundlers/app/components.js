import { grant } from '@windlass/wasi';
import { add } from './add.wasm';
import { add as aliased } from '@app/add.wasm';
import { add as inlined } from './add.wasm?inline';
import url from './add.wasm?url';
import { twice } from './calls.wasm';
import instantiate from './calls.wasm?instantiate';
import { shout, visitor } from './hello.wasm';
import { all, greet, streams } from './rust-async.wasm';

grant({ env: { VISITOR: 'Ada' } });

/** The URL of a component, and what came of components that are plain, use WASI, and are asynchronous. */
export async function results() {
  const own = instantiate({ 'test:app/numbers@0.1.0': { next: (x) => x + 10 } });
  const lazy = await import('./lazy.js');
  const doubled = [];
  for await (const numbers of await streams.doubled([1, 2, 3])) doubled.push(...numbers);
  return {
    plain: add(2, 40),
    same: aliased === add,
    inlined: inlined(1, 1),
    mapped: twice(5),
    own: own.twice(5),
    lazy: lazy.twice === twice,
    wasi: shout('über'),
    granted: visitor(),
    greeting: await greet('a'),
    all: await all(['g', 'k']),
    doubled,
    refused: await greet('x').catch((error) => error.payload),
    asset: new URL(url, globalThis.document?.baseURI ?? import.meta.url).href,
  };
}
