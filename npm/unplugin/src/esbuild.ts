/** The plugin for esbuild. */
import { createEsbuildPlugin } from 'unplugin';
import { factory, type Options } from './index.js';

export type { Options } from './index.js';

/** Makes the plugin for esbuild: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createEsbuildPlugin>> =
  /* @__PURE__ */ createEsbuildPlugin(factory);
export default windlass;
