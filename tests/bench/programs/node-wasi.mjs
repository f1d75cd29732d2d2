/** `node node-wasi.mjs CORE FOLDER ARGS…`: a command of WASI 0.1 by `node:wasi`, where FOLDER is `/data`. */
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [, , core, folder, ...args] = process.argv;
const wasi = new WASI({
  version: 'preview1',
  args: ['files', ...args],
  preopens: { '/data': folder },
});
const module = new WebAssembly.Module(readFileSync(core));
process.exitCode = wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));
