// Code that a user of the declarations can write, and errors that TypeScript reports.

import { values } from '../values/exports.js';
import { instantiate, type ComponentError, type Imports } from '../values/both.instantiate.js';

const point: values.Point = { x: 1, y: 2 };
const bytes: Uint8Array = values.bytesOf(new Uint8Array(1), [1, 2, 3]);
values.bytesOf(new ArrayBuffer(1), new DataView(new ArrayBuffer(1)));
values.lists(
  [1, 2],
  new Int8Array(1),
  [0.5],
  [1n],
  new Set([1n]),
  [true],
  [[1], new Uint32Array(1)],
);
values.blobs([{ name: 'a', bytes: [1, 2], tags: Object.freeze(['b']) }]);
values.options(undefined, 1);
values.options(1, 1, 'a', { name: 'b', bytes: bytes, tags: [] });
values.flagged({ read: true });
values.nested({ tag: 'some', val: undefined }, { tag: 'none' }, { tag: 'none' });
values.results(
  { tag: 'ok', val: 1 },
  { tag: 'ok' },
  { tag: 'err' },
  { tag: 'ok' },
  { tag: 'ok', val: 1 },
);
values.maps(new Map([['a', [1]]]));

// Results of a component go in again.
const shape: values.Shape = values.shapes({ tag: 'polygon', val: [point] });
values.shapes(shape);
values.blobs([values.records(point, point)]);
switch (shape.tag) {
  case 'data':
    shape.val.bytes.subarray(1);
    break;
  case 'circle':
    shape.val.toFixed();
    break;
}

// @ts-expect-error -- a `u64` is a bigint
values.numbers(1, 1, 1, 1, 1, 1, 1, 1n, 1, 1);
// @ts-expect-error -- no such color
values.colored('pink');
// @ts-expect-error -- a case with a payload needs it
values.shapes({ tag: 'circle' });
// @ts-expect-error -- the parameter before the last required one is required
values.options(1);

try {
  values.fails();
} catch (error) {
  const { payload } = error as ComponentError<values.Errno>;
  payload satisfies string;
}

// The host's side: what goes in is what it returns.
const host: Partial<Imports.Values> = {
  bytesOf: (b) => [...b],
  records: (p) => ({ name: p.label ?? '', bytes: new Uint8Array(1).buffer, tags: [] }),
  fails() {
    throw 'quota' satisfies Imports.Values.Errno;
  },
};
declare const cores: WebAssembly.Module[];
const exports = instantiate(cores, { 'test:values/values@1.0.0': host as Imports.Values });
exports.values.text('a', 'b', true) satisfies string;
exports['test:values/values@1.0.0'].nothing();
// @ts-expect-error -- an import is missing
instantiate(cores, {});
