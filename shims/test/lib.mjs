// Helpers that the tests share.

import * as wasi from '@windlass/wasi';

/** The interfaces of WASI 0.2 and of drafts for one guest, by import name without a version. */
export function createWasi(capabilities, host) {
  return unversioned(wasi.createWasi(capabilities, host), (name) => !name.includes('@0.3.'));
}

/** Those of WASI 0.3, and what disposes of them. */
export function createWasi3(capabilities, host) {
  const imports = wasi.createWasi(capabilities, host);
  const interfaces = unversioned(imports, (name) => name.includes('@0.3.'));
  return Object.assign(interfaces, { [Symbol.dispose]: imports[Symbol.dispose] });
}

function unversioned(imports, isWanted) {
  const wanted = Object.entries(imports).filter(([name]) => isWanted(name));
  return Object.fromEntries(wanted.map(([name, value]) => [name.replace(/@.*$/, ''), value]));
}
