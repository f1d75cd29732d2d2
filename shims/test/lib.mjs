// Helpers that the tests share.

import * as wasi from '@windlass/wasi';

/** The interfaces for one guest, by import name without a version. */
export function createWasi(capabilities, host) {
  const imports = Object.entries(wasi.createWasi(capabilities, host));
  return Object.fromEntries(imports.map(([name, value]) => [name.replace(/@.*$/, ''), value]));
}
