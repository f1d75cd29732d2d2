/** Names among emitted files, which the transpiler gives. */

/** The parts that make instances of a component, whatever its entry does. */
export interface Parts {
  /** The text of the module that has `instantiate`. */
  glue: Uint8Array;
  /** The core modules, in the order of that function's parameter. */
  cores: Uint8Array[];
}

/**
 * Takes emitted files apart.
 *
 * @param stem the beginning of their names
 */
export function partsOf(files: ReadonlyMap<string, Uint8Array>, stem: string): Parts {
  const glue = fileOf(files, `${stem}.instantiate.js`);
  const cores: Uint8Array[] = [];
  for (let i = 1; ; i++) {
    const core = files.get(`${stem}.core${i === 1 ? '' : i}.wasm`);
    if (!core) return { glue, cores };
    cores.push(core);
  }
}

/** A file that is emitted for every component. */
export function fileOf(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const file = files.get(name);
  if (!file) throw new Error(`${name} is not among the emitted files`);
  return file;
}
