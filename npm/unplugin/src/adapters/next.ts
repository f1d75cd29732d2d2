/** Next, which builds with Turbopack or, when asked, with webpack. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Options } from '../options.js';
import type { LoaderOptions } from './turbopack.js';

export type { Options } from '../options.js';

/** The part of Next's configuration that is used; its own types would make Next a dependency. */
interface NextConfig {
  turbopack?: { rules?: Record<string, unknown> };
  webpack?: ((config: WebpackConfig, context: WebpackContext) => WebpackConfig) | null;
}

interface WebpackConfig {
  plugins: unknown[];
  output: { environment?: object };
}

interface WebpackContext {
  /** The folder of the application. */
  dir: string;
  nextRuntime?: 'edge' | 'nodejs';
}

type ConfigFunction = (...args: never[]) => NextConfig | Promise<NextConfig>;

/**
 * Adds components to Next's configuration.
 *
 * @param config an object, or a function that gives one
 */
export function withWindlass<Config extends object>(config: Config, options: Options = {}): Config {
  prepare(options);
  if (typeof config !== 'function') return configured(config, options) as Config;
  const asked = config as unknown as ConfigFunction;
  const answer = async (...args: never[]) => configured(await asked(...args), options);
  return answer as unknown as Config;
}
export default withWindlass;

// Next loads its configuration in each of its processes, and webpack looks through all that
// the configuration imports.
const require = createRequire(import.meta.url);

function configured(config: NextConfig, options: Options): NextConfig {
  const { turbopack = {}, webpack } = config;
  return {
    ...config,
    turbopack: { ...turbopack, rules: { ...turbopack.rules, ...rules(options) } },
    webpack(given, context) {
      const whole = webpack?.(given, context) ?? given;
      const { pluginFor }: typeof import('../next-webpack.js') = require('../next-webpack.js');
      whole.plugins.push(pluginFor(context.nextRuntime, { root: context.dir, ...options }));
      // Else a warning of each module that awaits, which all that Next supports does.
      whole.output.environment = { ...whole.output.environment, asyncFunction: true };
      return whole;
    },
  };
}

/** Does what is done before a build, once for all of its processes. */
function prepare(options: Options): void {
  if (process.env['WINDLASS_PREPARED']) return;
  const { reserveFolders }: typeof import('./turbopack.js') = require('./turbopack.js');
  const { Session }: typeof import('../session.js') = require('../session.js');
  const { writeTypesOfProject }: typeof import('../project.js') = require('../project.js');
  const { packing }: typeof import('../packing.js') = require('../packing.js');
  reserveFolders(options);
  process.env['WINDLASS_PREPARED'] = '1';
  void writeTypesOfProject(new Session(options, packing('webpack')));
}

/** Rules for Turbopack. */
function rules({ map, ...options }: Options): Record<string, unknown> {
  const loader = fileURLToPath(new URL('turbopack.js', import.meta.url));
  const pairs = map && (Symbol.iterator in map ? [...map] : Object.entries(map));
  const plain: LoaderOptions = { ...options, ...(pairs && { map: pairs }) };
  const byLoader = (condition: unknown, others: LoaderOptions = {}) => ({
    // Imports of the loaded module have other queries.
    condition: { all: [condition, { query: /^(?:\?(?:instantiate|inline))?$/ }] },
    loaders: [{ loader, options: { ...plain, ...others } }],
    as: '*.js',
  });
  return {
    '*.wasm': [
      byLoader('edge-light', { edge: true }),
      byLoader({ not: 'edge-light' }),
      { condition: { query: '?url' }, type: 'asset' },
    ],
  };
}
