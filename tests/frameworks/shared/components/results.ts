import { grant } from '@windlass/wasi';
import { add } from './add.wasm';
import { twice } from './calls.wasm';
import instantiate from './calls.wasm?instantiate';
import { shout, visitor } from './hello.wasm';

export { default as url } from './add.wasm?url';

grant({ env: { VISITOR: 'Ada' } });

/** Results of components: plain ones, one that imports, one that uses WASI and is no small one. */
export function results() {
  const own = instantiate({ 'test:app/numbers@0.1.0': { next: (x: number) => x + 10 } });
  return {
    plain: add(2, 40),
    mapped: twice(5),
    own: own.twice(5) as number,
    wasi: shout('über'),
    granted: visitor(),
  };
}
