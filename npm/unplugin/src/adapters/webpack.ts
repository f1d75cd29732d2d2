/** webpack. */
import { createWebpackPlugin } from 'unplugin';
import type { Adapter } from '../adapter.js';
import type { Options } from '../options.js';
import { factoryOf } from '../plugin.js';
import { packing } from '../packing.js';

export type { Options } from '../options.js';

/** @internal */
export const webpack: Adapter = packing('webpack');

/** Makes the plugin for webpack: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createWebpackPlugin>> =
  /* @__PURE__ */ createWebpackPlugin(factoryOf(webpack));
export default windlass;
