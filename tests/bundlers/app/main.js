import { add } from './add.wasm';
import { add as inlined } from './add.wasm?inline';
import url from './add.wasm?url';
import { twice } from './calls.wasm';
import instantiate from './calls.wasm?instantiate';
import { shout, visitor } from './hello.wasm';
import { grant } from '@windlass/wasi';

grant({ env: { VISITOR: 'Ada' } });
const own = instantiate({ 'test:app/numbers@0.1.0': { next: (x) => x + 10 } });
console.log(
  JSON.stringify({
    plain: add(2, 40),
    inlined: inlined(1, 1),
    mapped: twice(5),
    own: own.twice(5),
    wasi: shout('über'),
    granted: visitor(),
    url: typeof url,
    asset: url,
  }),
);
