/** The plugin for Bun. */
import { createBunPlugin } from 'unplugin';
import { factory, type Options } from './index.js';

export type { Options } from './index.js';

/** Makes the plugin for Bun: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createBunPlugin>> =
  /* @__PURE__ */ createBunPlugin(factory);
export default windlass;
