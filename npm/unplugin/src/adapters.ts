/** All bundlers. */
import type { Adapter, Framework } from './adapter.js';
import { bun } from './adapters/bun.js';
import { esbuild } from './adapters/esbuild.js';
import { farm } from './adapters/farm.js';
import { rolldown } from './adapters/rolldown.js';
import { rollup } from './adapters/rollup.js';
import { rspack } from './adapters/rspack.js';
import { vite } from './adapters/vite.js';
import { webpack } from './adapters/webpack.js';

/** The adapter of each bundler. */
export const adapters: Readonly<Record<Framework, Adapter>> = {
  bun,
  esbuild,
  farm,
  rolldown,
  rollup,
  rspack,
  vite,
  webpack,
};
