/** Bun. */
import { readFileSync } from 'node:fs';
import { createBunPlugin } from 'unplugin';
import type { Adapter } from '../adapter.js';
import { ownFile } from '../load.js';
import type { Options } from '../options.js';
import { factoryOf } from '../plugin.js';

export type { Options } from '../options.js';

/** @internal */
export const bun: Adapter = {
  name: 'bun',
  files: 'path',
  hooks: (_, shared) => ({
    ...shared,
    bun: {
      setup(build) {
        build.onLoad({ filter: ownFile }, async ({ path }: { path: string }) => ({
          contents: new Uint8Array(readFileSync(path)),
          loader: 'file',
        }));
      },
    },
  }),
};

/** Makes the plugin for Bun: see {@link Options}. */
export const windlass: (options?: Options) => ReturnType<ReturnType<typeof createBunPlugin>> =
  /* @__PURE__ */ createBunPlugin(factoryOf(bun));
export default windlass;
