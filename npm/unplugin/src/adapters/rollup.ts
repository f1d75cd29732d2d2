/** Rollup. */
import { createRollupPlugin } from 'unplugin';
import type { Adapter } from '../adapter.js';
import { findByRollup } from '../find.js';
import { checkFormat, formatAwaits, type Output } from '../formats.js';
import type { Options } from '../options.js';
import { factoryOf } from '../plugin.js';

export type { Options } from '../options.js';

/** @internal */
export const rollup: Adapter = {
  name: 'rollup',
  files: 'reference',
  hooks(session, shared) {
    session.finder = findByRollup;
    return {
      ...shared,
      rollup: {
        // The command line says the formats before anything is loaded.
        options({ output = [] }: { output?: Output | Output[] }) {
          if (![output].flat().every(({ format }) => formatAwaits(format))) {
            session.filesOf = () => 'text';
          }
          return null;
        },
        renderStart: ({ format }: Output) => checkFormat(session, format),
      },
    };
  },
  emitsFiles: true,
  // Without a plugin that resolves them, Rollup leaves packages to those that run its output.
  leavesPackages: true,
};

/** Makes the plugin for Rollup: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createRollupPlugin>> =
  /* @__PURE__ */ createRollupPlugin(factoryOf(rollup));
export default windlass;
