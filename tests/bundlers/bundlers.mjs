/**
 * Every bundler: how it builds an application, for a server or for browsers, and
 * how it builds again when a file changes.
 *
 * `build` makes ES modules of the entries, `watch` tells of each build. All know
 * `@app` as another name of the application's folder.
 */
import bun from './bundlers/bun.mjs';
import esbuild from './bundlers/esbuild.mjs';
import farm from './bundlers/farm.mjs';
import parcel from './bundlers/parcel.mjs';
import rolldown from './bundlers/rolldown.mjs';
import rollup from './bundlers/rollup.mjs';
import rspack from './bundlers/rspack.mjs';
import vite from './bundlers/vite.mjs';
import webpack from './bundlers/webpack.mjs';

/**
 * @typedef {object} Build
 * @property {string} root the folder of the application
 * @property {object} options of the plugin
 * @property {'server' | 'browser'} target
 * @property {string[]} entries names of modules, without `.js`
 * @property {boolean} [sourceMap]
 * @property {number} [major] of the bundler, the newest if absent
 * @property {boolean} [mayWarn] whether warnings are neither errors nor shown
 *
 * @typedef {object} Bundler
 * @property {(build: Build) => Promise<unknown>} build writes `out/ENTRY.js` or `.mjs`
 * @property {(build: Build, built: (error?: string) => void) => Promise<() => unknown>} [watch]
 *   gives what ends it; where it is missing the bundler has none for plugins
 * @property {(build: Build, told: (text: string) => void) => Promise<() => unknown>} [runAgain]
 *   runs the script that builds again when it changes, where there is no `watch`
 * @property {boolean} [hasWorkers] whether it bundles `new Worker(new URL(…))` by itself
 * @property {Record<string, string>} [files] of the application, where it has others
 * @property {RegExp} [glueSource] where a source map leads from the glue, if not into the runtime
 * @property {boolean} [isScript] whether what it makes for browsers is no module
 */

/** @type {Record<string, Bundler>} */
export const bundlers = {
  vite,
  rollup,
  rolldown,
  webpack,
  rspack,
  esbuild,
  farm,
  bun,
  parcel,
};
