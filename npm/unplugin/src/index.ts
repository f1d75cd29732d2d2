/**
 * `import { render } from './markdown.wasm'` in bundlers.
 *
 * Queries: `?instantiate` gives `instantiate(imports, options)` for instances of
 * one's own, `?inline` puts the core modules into the JavaScript whatever their
 * size, `?url` gives the URL of the component as it is.
 *
 * @module
 */
import { createUnplugin, type UnpluginFactory } from 'unplugin';
import type { Adapter } from './adapter.js';
import { adapters } from './adapters.js';
import type { Options } from './options.js';
import { factoryOf } from './plugin.js';

export type { Options } from './options.js';

/** The plugin for every bundler that there is an adapter for. */
export const factory: UnpluginFactory<Options | undefined, false> = (options, meta) => {
  const { [meta.framework as string]: adapter } = adapters as Readonly<Record<string, Adapter>>;
  if (!adapter) throw new Error(`@windlass/unplugin knows no bundler \`${meta.framework}\``);
  return factoryOf(adapter)(options, meta);
};

/** The plugin, `windlass.vite(options)` and so on; each bundler also has an entry of its own. */
export const windlass = /* @__PURE__ */ createUnplugin(factory);
export default windlass;
