/** webpack and Rspack have all but their names in common. */
import type { Adapter } from './adapter.js';
import { findByResolver, type Resolvers } from './find.js';

/** What of a compiler is used. Its options are whole when it runs. */
interface Compiler {
  context: string;
  resolverFactory: unknown;
  options: {
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
        const resolvers = compiler.resolverFactory as Resolvers;
        session.finder = () => findByResolver(resolvers, session.generator.root);
        session.filesOf = () => (findsFiles(compiler.options) ? 'url' : 'text');
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
