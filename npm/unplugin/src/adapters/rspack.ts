/** Rspack. */
import { createRspackPlugin } from 'unplugin';
import type { Adapter } from '../adapter.js';
import type { Options } from '../options.js';
import { factoryOf } from '../plugin.js';
import { packing } from '../packing.js';

export type { Options } from '../options.js';

/** @internal */
export const rspack: Adapter = packing('rspack');

/** Makes the plugin for Rspack: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createRspackPlugin>> =
  /* @__PURE__ */ createRspackPlugin(factoryOf(rspack));
export default windlass;
