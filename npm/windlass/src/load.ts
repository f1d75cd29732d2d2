/** Evaluation of glue in Node, Deno and Bun. */
import type { Glue } from './evaluate.js';

const { compileFunction } = process.getBuiltinModule('node:vm');

/** The file name of the glue in stack traces. */
const filename = 'component.instantiate.js';

/**
 * Evaluates the body of a function. It is no module, since an engine keeps each of those for
 * good, and a process that compiles many components would grow.
 */
export function load(body: Uint8Array): Glue {
  const text = new TextDecoder().decode(body);
  const isNode = process.versions['bun'] === undefined && process.versions['deno'] === undefined;
  // Others have Node's function for a part of what it does, or not at all.
  // oxlint-disable-next-line typescript/no-implied-eval -- the transpiler wrote the text
  const evaluate = isNode ? compileFunction(text, [], { filename }) : new Function(text);
  return evaluate() as Glue;
}
