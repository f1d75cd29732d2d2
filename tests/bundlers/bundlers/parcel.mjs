/** Parcel. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @type {import('../bundlers.mjs').Bundler} */
export default {
  hasWorkers: true,
  async build(build) {
    const parcel = await forParcel(build);
    try {
      await parcel.run();
    } catch (error) {
      throw new Error(told(error.diagnostics), { cause: error });
    }
  },
  async watch(build, built) {
    const parcel = await forParcel(build);
    const { unsubscribe } = await parcel.watch((error, event) => {
      if (error) built(String(error));
      else built(event.type === 'buildFailure' ? told(event.diagnostics) : undefined);
    });
    return unsubscribe;
  },
};

async function forParcel({ root, options, target, entries, sourceMap }) {
  const { Parcel } = await import('@parcel/core');
  const settings = {
    private: true,
    type: 'module',
    alias: { '@app/*': './$1' },
    '@parcel/resolver-default': { packageExports: true },
    '@windlass/parcel-transformer': options,
  };
  writeFileSync(join(root, 'package.json'), JSON.stringify(settings));
  writeFileSync(
    join(root, '.parcelrc'),
    JSON.stringify({
      extends: '@parcel/config-default',
      transformers: {
        '*.{wasm,wit}': ['@windlass/parcel-transformer'],
        '*.{ts,tsx}': ['@windlass/parcel-transformer', '...'],
      },
    }),
  );
  // By this it knows the folder of the project.
  writeFileSync(join(root, 'package-lock.json'), '{}');
  return new Parcel({
    entries: entries.map((name) => join(root, `${name}.js`)),
    config: join(root, '.parcelrc'),
    mode: 'production',
    shouldDisableCache: true,
    cacheDir: join(root, '.parcel-cache'),
    // As `parcel build` has it.
    defaultTargetOptions: { shouldOptimize: target === 'browser', shouldScopeHoist: true },
    targets: {
      main: {
        distDir: join(root, 'out'),
        publicUrl: './',
        context: target === 'server' ? 'node' : 'browser',
        outputFormat: 'esmodule',
        scopeHoist: true,
        includeNodeModules: true,
        sourceMap: sourceMap ?? false,
      },
    },
  });
}

function told(diagnostics) {
  return diagnostics.map(({ message }) => message).join('\n');
}
