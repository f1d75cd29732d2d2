import type { OptionsAt } from 'windlass/options';

/** Options of the plugin. */
export interface Options extends OptionsAt<'plugin'> {
  /**
   * Core modules up to this number of bytes become a part of the JavaScript,
   * larger ones files beside it: 8192 if absent. `true` for all, `false` for none.
   */
  inline?: number | boolean;
  /**
   * Where declarations are written, so that `tsc` and editors (with
   * `allowArbitraryExtensions`) know what a component exports: `true`, the
   * default, for `thing.d.wasm.ts` beside each `thing.wasm` that is not in
   * `node_modules`; a folder for the same tree of them there, to be named in
   * `rootDirs`; `false` for none.
   */
  types?: boolean | string;
  /** Leave `import core from './thing.core.wasm'` as it is, for workerd. */
  workerd?: boolean;
  /** The folder of the application, where `node_modules` is: the working directory if absent. */
  root?: string;
}

/** What is made when nothing is said. */
export const INLINE_LIMIT = 8192;
