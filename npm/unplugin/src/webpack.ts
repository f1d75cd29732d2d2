/** The plugin for webpack. */
import { createWebpackPlugin } from 'unplugin';
import { factory, type Options } from './index.js';

export type { Options } from './index.js';

/** Makes the plugin for webpack: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createWebpackPlugin>> =
  /* @__PURE__ */ createWebpackPlugin(factory);
export default windlass;
