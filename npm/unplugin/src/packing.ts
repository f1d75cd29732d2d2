/** webpack and Rspack have all but their names in common. */
import type { Adapter } from './adapter.js';
import { findByResolver, type Resolvers } from './find.js';

/** The part of a compiler that is used. Its options are complete when it runs. */
interface Compiler {
  context: string;
  resolverFactory: unknown;
  inputFileSystem?: { purge?(path: string): void } | null;
  /** Missing before webpack 5.90. */
  unmanagedPaths?: Set<string>;
  options: {
    cache?: false | { type?: string; version?: string };
    externalsPresets: { node?: boolean };
    module: { parser?: { javascript?: { url?: boolean | string } } };
    output: { publicPath?: unknown };
  };
}

/** The adapter for webpack or Rspack. */
export function packing(name: 'webpack' | 'rspack'): Adapter {
  return {
    name,
    files: 'url',
    hooks(session, shared) {
      const remember = (compiler: Compiler) => {
        session.generator.root = compiler.context;
        // The disk cache expects files below `node_modules` to change only with their version.
        compiler.unmanagedPaths?.add(session.generator.cache);
        // It has looked for what is not there yet.
        session.generator.onWrite = (folder) => compiler.inputFileSystem?.purge?.(folder);
        const { cache } = compiler.options;
        // Cached results for removed modules are of no use.
        if (cache && cache.type === 'filesystem') {
          cache.version = `${cache.version ?? ''}|windlass ${session.generator.cacheId()}`;
        }
        const resolvers = compiler.resolverFactory as Resolvers;
        session.finder = () => findByResolver(resolvers, session.generator.root);
        session.filesOf = () => (findsFiles(compiler.options) ? session.adapter.files : 'text');
      };
      return { ...shared, [name]: remember };
    },
  };
}

/** Whether URLs of files lead to them: on a server those of a site, and those without a base, do not. */
function findsFiles({ externalsPresets, module, output }: Compiler['options']): boolean {
  if (!externalsPresets.node) return true;
  return output.publicPath === 'auto' && module.parser?.javascript?.url !== 'relative';
}
