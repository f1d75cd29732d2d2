/** Nuxt, of which Vite builds the application, and Rollup the server. */
import { createRollupPlugin } from 'unplugin';
import type { Adapter } from '../adapter.js';
import type { Options } from '../options.js';
import { factoryOf } from '../plugin.js';
import { writeTypesOfProject } from '../project.js';
import { Session } from '../session.js';
import { rollup } from './rollup.js';
import { windlass as forVite } from './vite.js';

export type { Options } from '../options.js';

/** The part of Nuxt that is used; its own types would make Nuxt a dependency. */
interface Nuxt {
  options: {
    rootDir: string;
    vite: { plugins?: unknown[] };
  };
  hook(name: 'nitro:config', run: (config: NitroConfig) => void): void;
  hook(name: 'prepare:types', run: (types: PreparedTypes) => Promise<void>): void;
}

interface NitroConfig {
  rollupConfig?: { plugins?: unknown };
}

interface PreparedTypes {
  references: object[];
  tsConfig: { compilerOptions?: object };
}

// A later step bundles Rollup's output again, elsewhere.
const nitro: Adapter = { ...rollup, files: 'text' };

/** The module for Nuxt: `modules: ['@windlass/unplugin/nuxt']`, or a pair of that and {@link Options}. */
export default function windlass(options: Options, nuxt: Nuxt): void {
  const { rootDir, vite } = nuxt.options;
  const whole = { root: rootDir, ...options };
  vite.plugins = [...(vite.plugins ?? []), forVite(whole)];
  nuxt.hook('nitro:config', (config) => {
    const plugin = createRollupPlugin(factoryOf(nitro))(whole);
    config.rollupConfig = {
      ...config.rollupConfig,
      plugins: [plugin, config.rollupConfig?.plugins],
    };
  });
  nuxt.hook('prepare:types', async ({ references, tsConfig }) => {
    references.push({ types: '@windlass/unplugin/client' });
    tsConfig.compilerOptions = { ...tsConfig.compilerOptions, allowArbitraryExtensions: true };
    await writeTypesOfProject(new Session(whole, nitro));
  });
}
