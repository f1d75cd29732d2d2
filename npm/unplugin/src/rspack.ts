/** The plugin for Rspack. */
import { createRspackPlugin } from 'unplugin';
import { factory, type Options } from './index.js';

export type { Options } from './index.js';

/** Makes the plugin for Rspack: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createRspackPlugin>> =
  /* @__PURE__ */ createRspackPlugin(factory);
export default windlass;
