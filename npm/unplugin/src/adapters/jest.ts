/**
 * The Jest transformer, which `@windlass/jest` hands to Jest.
 *
 * Jest runs scripts: modules of a component are written into the cache as CommonJS,
 * with the core modules inside, and what stands for the import requires them.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadConfig } from 'windlass/config';
import { writeComponentTypes } from '../declarations.js';
import { writeAtomically } from '../files.js';
import { described, variantOf } from '../imports.js';
import { modulesFor, stemOf, transpileOptionsFor } from '../modules.js';
import type { Options } from '../options.js';
import * as tree from '../tree.js';

/** Options of the transformer. */
export type JestOptions = Omit<Options, 'inline' | 'root' | 'workerd'>;

/** An import of a component. */
export interface Import {
  /** The path of the component. */
  readonly component: string;
  /** The text after the question mark, if there is one. */
  readonly query?: string;
}

/** Components as scripts. */
export interface Components {
  /**
   * Writes the modules of an import, unless they are there.
   *
   * @returns the path of the one that stands for it, in a folder named by all that it was made of
   * @throws an error with a code frame when the component is refused
   */
  written(asked: Import): string;
  /** A script that has what an import gives. */
  requiring(asked: Import): string;
}

/**
 * Reads the configuration of a project.
 *
 * @param folder where paths in the options begin
 * @param convert makes a script of a module
 */
export async function componentsIn(
  folder: string,
  options: JestOptions,
  convert: (code: string) => string,
): Promise<Components> {
  const root = resolve(folder);
  const config = await loadConfig(root);
  const written = ({ component, query }: Import): string => {
    const variant = variantOf(query);
    if (!variant) throw new Error(`${component}: no plugin answers \`?${query}\``);
    const bytes = readFileSync(component);
    const transpiling = transpileOptionsFor(component, options, config, root);
    const hash = createHash('sha256')
      .update(bytes)
      .update(JSON.stringify([component, variant, transpiling]));
    const name = `${stemOf(component)}-${hash.digest('hex').slice(0, 16)}`;
    const cache = join(root, 'node_modules', '.cache', 'windlass', 'jest');
    const entry = join(cache, name, 'import.js');
    if (existsSync(entry)) return entry;
    try {
      const made = modulesFor(component, bytes, variant, transpiling, () => 'text');
      writeAtomically(join(cache, 'package.json'), '{ "type": "commonjs" }\n');
      for (const [file, contents] of made.files) {
        if (file.endsWith('.js')) writeAtomically(join(cache, name, file), convert(text(contents)));
      }
      writeAtomically(entry, convert(made.entry));
      writeComponentTypes(component, made.types, root, options.types ?? true);
    } catch (error) {
      throw described(error, component);
    }
    return entry;
  };
  const requiring = (asked: Import): string => {
    const required = tree.call(tree.id('require'), tree.string(written(asked)));
    return tree.print([tree.assign(tree.member(tree.id('module'), 'exports'), required)]);
  };
  return { written, requiring };
}

function text(contents: string | Uint8Array): string {
  return typeof contents === 'string' ? contents : new TextDecoder().decode(contents);
}
