// This project's transpiler, for run.mjs. Options: name=STEM of the emitted files, minify=1.

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Transpiler } from './transpiler.mjs';

export default function createAdapter({ name = 'component', minify } = {}) {
  const transpiler = new Transpiler();
  return {
    name: 'windlass',

    async compile(bytes, { dir }) {
      const input = join(dir, 'input.wasm');
      await writeFile(input, bytes);
      await writeFile(join(dir, 'package.json'), '{"type":"module"}');
      // The imports come from the script, so there is nothing to map.
      const args = ['name', name, 'instantiateOnly', 'true', 'minify', String(Boolean(minify))];
      await transpiler.transpile(input, dir, ...args);
      return { dir, name, cores: undefined };
    },

    async instantiate(compiled, imports) {
      compiled.cores ??= await loadCores(compiled.dir, compiled.name);
      const glue = pathToFileURL(join(compiled.dir, `${compiled.name}.instantiate.js`));
      const { instantiate } = await import(glue.href);
      return instantiate(compiled.cores, imports);
    },
  };
}

/** `thing.core.wasm`, `thing.core2.wasm` …, compiled, in the order `instantiate` takes them. */
export async function loadCores(dir, name) {
  const files = new Set(await readdir(dir));
  const path = (i) => `${name}.core${i === 1 ? '' : i}.wasm`;
  const cores = [];
  for (let i = 1; files.has(path(i)); i += 1) {
    cores.push(await WebAssembly.compile(await readFile(join(dir, path(i)))));
  }
  return cores;
}
