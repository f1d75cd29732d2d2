/** The plugin for Rollup. */
import { createRollupPlugin } from 'unplugin';
import { factory, type Options } from './index.js';

export type { Options } from './index.js';

/** Makes the plugin for Rollup: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createRollupPlugin>> =
  /* @__PURE__ */ createRollupPlugin(factory);
export default windlass;
