/** Rolldown. */
import { createRolldownPlugin } from 'unplugin';
import type { Adapter } from '../adapter.js';
import { findByRollup } from '../find.js';
import { formatAwaits, type Output } from '../formats.js';
import type { Options } from '../options.js';
import { factoryOf } from '../plugin.js';

export type { Options } from '../options.js';

/** @internal */
export const rolldown: Adapter = {
  name: 'rolldown',
  files: 'reference',
  hooks(session, shared) {
    session.finder = findByRollup;
    return {
      ...shared,
      rolldown: {
        outputOptions({ format }: Output) {
          if (!formatAwaits(format)) session.filesOf = () => 'text';
          return null;
        },
      },
    };
  },
  emitsFiles: true,
};

/** Makes the plugin for Rolldown: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createRolldownPlugin>> =
  /* @__PURE__ */ createRolldownPlugin(factoryOf(rolldown));
export default windlass;
