/** The hooks for Node before 22.15, which run on a thread of their own. */
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import * as wasm from '@windlass/wasm';
import { provide } from '../binding.js';
import { configure } from './component.js';
import { importerOf, loadComponent, resolvedComponent, resolveOwn } from './hooks.js';

provide(wasm);

/** Reads the configuration of this thread. */
export const initialize: InitializeHook<{ folder: string }> = async ({ folder }) => {
  await configure(folder);
};

/** See `resolve` of Node's customization hooks. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const own = resolveOwn(specifier);
  if (own) return own;
  const parentURL = importerOf(specifier, context.parentURL);
  const next = await nextResolve(specifier, { ...context, parentURL });
  return resolvedComponent(next.url, context.importAttributes, context.parentURL) ?? next;
};

/** See `load` of Node's customization hooks. */
export const load: LoadHook = async (url, context, nextLoad) =>
  loadComponent(url) ?? nextLoad(url, context);
