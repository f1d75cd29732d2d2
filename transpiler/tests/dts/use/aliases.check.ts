// Other names of a type accept what the type itself accepts, wherever they are given.

import { c, g } from '../aliases/both.js';
import * as alone from '../aliases/exports.js';
import type { Imports } from '../aliases/both.instantiate.js';

const buffer = new ArrayBuffer(4);

const bytes: Uint8Array = g(buffer);
for (const own of [c, alone.c]) {
  const out: Uint8Array = own.f(buffer);
  own.f([...out]);
  const record: { b: Uint8Array } = own.g({ b: buffer });
  own.h(buffer, { b: buffer }, [record, { b: buffer }], { b: buffer });
}

/** Results of an import go in, its arguments came out. */
export const imports: Imports = {
  f: (b) => b.subarray(1).buffer as ArrayBuffer,
  'a:aliases/c': {
    f: (x) => [...x.subarray(1)],
    g: (r) => ({ b: [...r.b.subarray(1)] }),
    h: (x, r, l, o) => ({
      b: (o ?? l.length > 1) ? buffer : [...r.b.subarray(1), ...x.subarray(1)],
    }),
  },
};
export const given: alone.c.BytesInput = bytes.buffer as ArrayBuffer;
export const record: alone.c.ThirdInput = { b: buffer };
