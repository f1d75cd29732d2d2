/**
 * Every bundler: how it builds an application, for a server or for browsers, and
 * how it builds again when a file changes.
 *
 * `build` makes ES modules of the entries, `watch` tells of each build. All know
 * `@app` as another name of the application's folder.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture } from '../lib/setup.mjs';
import { bun } from '../runtimes/programs.mjs';

/**
 * @typedef {object} Build
 * @property {string} root the folder of the application
 * @property {object} options of the plugin
 * @property {'server' | 'browser'} target
 * @property {string[]} entries names of modules, without `.js`
 * @property {boolean} [sourceMap]
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
  vite: {
    hasWorkers: true,
    async build(build) {
      const vite = await import('vite');
      await vite.build(await forVite(build));
    },
    async watch(build, built) {
      const vite = await import('vite');
      const config = await forVite(build);
      config.build.watch = {};
      const watcher = await vite.build(config);
      return follow(watcher, built);
    },
  },

  rollup: {
    async build(build) {
      const { rollup } = await import('rollup');
      const { output, ...input } = await forRollup(build);
      const bundle = await rollup(input);
      await bundle.write(output);
      await bundle.close();
    },
    async watch(build, built) {
      const { watch } = await import('rollup');
      return follow(watch(await forRollup(build)), built);
    },
  },

  rolldown: {
    async build(build) {
      const { rolldown } = await import('rolldown');
      const { output, ...input } = await forRolldown(build);
      const bundle = await rolldown(input);
      await bundle.write(output);
      await bundle.close();
    },
    async watch(build, built) {
      const { watch } = await import('rolldown');
      return follow(watch(await forRolldown(build)), built);
    },
  },

  webpack: {
    hasWorkers: true,
    isScript: true,
    async build(build) {
      const { default: webpack } = await import('webpack');
      const { windlass } = await import('@windlass/unplugin/webpack');
      await pack(webpack(forPack(build, windlass)));
    },
    async watch(build, built) {
      const { default: webpack } = await import('webpack');
      const { windlass } = await import('@windlass/unplugin/webpack');
      return packAgain(webpack(forPack(build, windlass)), built);
    },
  },

  rspack: {
    hasWorkers: true,
    async build(build) {
      const { rspack } = await import('@rspack/core');
      const { windlass } = await import('@windlass/unplugin/rspack');
      await pack(rspack(forPack(build, windlass, true)));
    },
    async watch(build, built) {
      const { rspack } = await import('@rspack/core');
      const { windlass } = await import('@windlass/unplugin/rspack');
      return packAgain(rspack(forPack(build, windlass, true)), built);
    },
  },

  esbuild: {
    async build(build) {
      const esbuild = await import('esbuild');
      await esbuild.build(await forEsbuild(build));
    },
    async watch(build, built) {
      const esbuild = await import('esbuild');
      const config = await forEsbuild(build);
      config.plugins.push({
        name: 'told',
        setup(setup) {
          setup.onEnd(({ errors }) =>
            built(errors.map(({ text }) => text).join('\n') || undefined),
          );
        },
      });
      const context = await esbuild.context(config);
      await context.watch({});
      return () => context.dispose();
    },
  },

  farm: {
    // It would copy what is asked for by a URL.
    files: {
      'spawn.js': "export const spawn = () => new Worker('worker.js', { type: 'module' });\n",
    },
    // It ends the process when a build fails.
    build: (build) => byScript(process.execPath, 'farm.mjs', build),
    watch: (build, built) =>
      watchByScript(process.execPath, 'farm.mjs', build, (text) => {
        if (text === 'built') built();
        else if (text.includes('Error')) built(text);
      }),
  },

  bun: {
    // It takes no source map of a plugin's module.
    glueSource: /\/\w+\.instantiate\.js$/,
    build: (build) => byScript(bun, 'bun.mjs', build),
    runAgain: (build, built) => watchByScript(bun, 'bun.mjs', build, built, ['--watch']),
  },

  parcel: {
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
  },
};

async function forVite({ root, options, target, entries, sourceMap, moduleWorkers }) {
  const { windlass } = await import('@windlass/unplugin/vite');
  const input = Object.fromEntries(entries.map((name) => [name, join(root, `${name}.js`)]));
  return {
    root,
    base: './',
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { '@app': root } },
    plugins: [windlass(options)],
    ...(moduleWorkers && { worker: { format: 'es' } }),
    build: {
      outDir: 'out',
      target: 'esnext',
      modulePreload: false,
      assetsInlineLimit: 0,
      sourcemap: sourceMap,
      ...(target === 'server' && { ssr: true, ssrEmitAssets: true }),
      rollupOptions: { input, output: { entryFileNames: '[name].js' } },
    },
  };
}

async function forRollup({ root, options, target, entries, sourceMap, mayWarn, isAlone }) {
  const { windlass } = await import('@windlass/unplugin/rollup');
  const { nodeResolve } = await import('@rollup/plugin-node-resolve');
  const alias = {
    name: 'alias',
    resolveId(id, importer) {
      if (!id.startsWith('@app/')) return null;
      return this.resolve(join(root, id.slice('@app'.length)), importer, { skipSelf: true });
    },
  };
  const { transform } = await import('esbuild');
  const typescript = {
    name: 'typescript',
    async transform(code, id) {
      if (!id.endsWith('.ts')) return null;
      return (await transform(code, { loader: 'ts' })).code;
    },
  };
  const packages = target === 'browser' && nodeResolve({ browser: true });
  return {
    input: entries.map((name) => join(root, `${name}.js`)),
    plugins: [alias, windlass({ root, ...options }), typescript, packages],
    external: target === 'server' && !isAlone ? [/^@windlass\/wasi/] : [],
    onwarn(warning) {
      if (!mayWarn) throw new Error(warning.message);
    },
    output: { dir: join(root, 'out'), format: 'es', sourcemap: sourceMap },
  };
}

async function forRolldown({ root, options, target, entries, sourceMap, mayWarn }) {
  const { windlass } = await import('@windlass/unplugin/rolldown');
  return {
    cwd: root,
    logLevel: mayWarn ? 'silent' : 'info',
    input: Object.fromEntries(entries.map((name) => [name, `./${name}.js`])),
    platform: target === 'server' ? 'node' : 'browser',
    resolve: { alias: { '@app': root } },
    plugins: [windlass({ root, ...options })],
    output: { dir: join(root, 'out'), format: 'es', sourcemap: sourceMap },
  };
}

/** The configuration that webpack and Rspack have in common. */
function forPack({ root, options, target, entries, sourceMap }, windlass, isModule = false) {
  const modules = target === 'server' || isModule;
  return {
    context: root,
    mode: 'production',
    target: target === 'server' ? 'node20' : 'web',
    devtool: sourceMap ? 'source-map' : false,
    entry: Object.fromEntries(entries.map((name) => [name, `./${name}.js`])),
    resolve: { alias: { '@app': root } },
    module: {
      rules: [
        { test: /\.ts$/, loader: fileURLToPath(import.meta.resolve('./typescript-loader.cjs')) },
      ],
    },
    performance: false,
    ...(modules && { experiments: { outputModule: true } }),
    output: {
      path: join(root, 'out'),
      filename: '[name].js',
      ...(modules && { module: true, chunkFormat: 'module' }),
    },
    plugins: [windlass(options)],
  };
}

async function pack(compiler) {
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => {
      compiler.close(() => (error ? reject(error) : resolve(result)));
    });
  });
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
}

function packAgain(compiler, built) {
  const watching = compiler.watch({ aggregateTimeout: 20 }, (error, stats) => {
    if (error) built(String(error));
    else built(stats.hasErrors() ? stats.toString('errors-only') : undefined);
  });
  return () =>
    new Promise((resolve) => {
      watching.close(resolve);
    });
}

async function forEsbuild({ root, options, target, entries, sourceMap, isScript }) {
  const { windlass } = await import('@windlass/unplugin/esbuild');
  return {
    absWorkingDir: root,
    entryPoints: entries.map((name) => `${name}.js`),
    bundle: true,
    // Without a format it makes a script.
    ...(isScript ? { outExtension: { '.js': '.cjs' } } : { splitting: true, format: 'esm' }),
    platform: target === 'server' ? 'node' : 'browser',
    outdir: 'out',
    logLevel: 'silent',
    sourcemap: sourceMap,
    alias: { '@app': root },
    plugins: [windlass(options)],
  };
}

async function forParcel({ root, options, target, entries, sourceMap }) {
  const { Parcel } = await import('@parcel/core');
  const { writeFileSync } = await import('node:fs');
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

/** Tells of what a watcher of Rollup's kind does. */
function follow(watcher, built) {
  watcher.on('event', async (event) => {
    if (event.code === 'BUNDLE_END') await event.result.close();
    if (event.code === 'END') built();
    if (event.code === 'ERROR') {
      await event.result?.close();
      built(event.error.message);
    }
  });
  return () => watcher.close();
}

/** A build by a script that runs on its own. */
async function byScript(program, script, build) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { code, output } = await capture(program, [path, JSON.stringify(build)], {
    cwd: build.root,
    seconds: 60,
  });
  if (code !== 0) throw new Error(output);
}

/** A script that builds again and again, and what it prints; an error of many lines is one text. */
async function watchByScript(program, script, build, told, flags = []) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(program, [...flags, path, JSON.stringify(build), 'watch'], {
    cwd: build.root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = new Promise((resolve) => {
    child.on('close', resolve);
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      // Errors have empty lines in them; a build is told of on a line of its own.
      const parts = text.split(/^(built)$/m).map((part) => part.trim());
      for (const part of parts) if (part !== '') told(part);
    });
  }
  return () => {
    child.kill();
    return closed;
  };
}
