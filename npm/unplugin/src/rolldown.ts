/** The plugin for Rolldown. */
import { createRolldownPlugin } from 'unplugin';
import { factory, type Options } from './index.js';

export type { Options } from './index.js';

/** Makes the plugin for Rolldown: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createRolldownPlugin>> =
  /* @__PURE__ */ createRolldownPlugin(factory);
export default windlass;
