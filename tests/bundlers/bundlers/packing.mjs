/** webpack and Rspack, which have all but their names in common. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The configuration that webpack and Rspack have in common. */
export function forPack({ root, options, target, entries, sourceMap }, windlass, isModule = false) {
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
        { test: /\.ts$/, loader: fileURLToPath(import.meta.resolve('../typescript-loader.cjs')) },
      ],
    },
    performance: false,
    ...(modules && { experiments: { outputModule: true } }),
    output: {
      path: join(root, 'out'),
      filename: '[name].js',
      // webpack's default for modules.
      ...(modules && { publicPath: 'auto' }),
      ...(modules && { module: true, chunkFormat: 'module' }),
    },
    plugins: [windlass(options)],
  };
}

export async function pack(compiler) {
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => {
      compiler.close(() => (error ? reject(error) : resolve(result)));
    });
  });
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
}

export function packAgain(compiler, built) {
  const watching = compiler.watch({ aggregateTimeout: 20 }, (error, stats) => {
    if (error) built(String(error));
    else built(stats.hasErrors() ? stats.toString('errors-only') : undefined);
  });
  return () =>
    new Promise((resolve) => {
      watching.close(resolve);
    });
}
