/** The hooks for Node before 22.15, which run on a thread of their own. */
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import * as wasm from '@windlass/wasm';
import { provide } from '../binding.js';
import { configure } from './component.js';
import { loadComponent, resolvable, resolvedComponent, resolveOwn } from './hooks.js';

provide(wasm);

/** Reads the configuration of this thread. */
export const initialize: InitializeHook<{ folder: string }> = async ({ folder }) => {
  await configure(folder);
};

/** See `resolve` of Node's customization hooks. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const own = resolveOwn(specifier, context.parentURL);
  if (own) return own;
  const meant = resolvable(specifier, context.parentURL);
  const next = await nextResolve(meant.specifier, { ...context, parentURL: meant.parentURL });
  return resolvedComponent(next.url, context.importAttributes, context.parentURL) ?? next;
};

/** See `load` of Node's customization hooks. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const found = loadComponent(url);
  // Node takes the whole buffer away from this thread, with what else is in it.
  return found ? { ...found, source: new Uint8Array(found.source) } : nextLoad(url, context);
};
