/** The plugin for Farm. */
import { createFarmPlugin } from 'unplugin';
import { factory, type Options } from './index.js';

export type { Options } from './index.js';

/** Makes the plugin for Farm: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createFarmPlugin>> =
  /* @__PURE__ */ createFarmPlugin(factory);
export default windlass;
