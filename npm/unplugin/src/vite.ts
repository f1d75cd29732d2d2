/** The plugin for Vite. */
import { createVitePlugin } from 'unplugin';
import { factory, type Options } from './index.js';

export type { Options } from './index.js';

/** Makes the plugin for Vite: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createVitePlugin>> =
  /* @__PURE__ */ createVitePlugin(factory);
export default windlass;
