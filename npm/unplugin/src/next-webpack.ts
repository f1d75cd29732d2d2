/** The plugin for webpack in Next. */
import { createWebpackPlugin } from 'unplugin';
import type { Adapter } from './adapter.js';
import type { Options } from './options.js';
import { packing } from './packing.js';
import { factoryOf } from './plugin.js';

const edge: Adapter = { ...packing('webpack'), files: 'module', neverCompiles: true };

/**
 * Makes the plugin for one of the compilers that Next runs.
 *
 * @param runtime nothing for browsers
 */
export function pluginFor(runtime: 'edge' | 'nodejs' | undefined, options: Options): unknown {
  return createWebpackPlugin(factoryOf(runtime === 'edge' ? edge : packing('webpack')))(options);
}
