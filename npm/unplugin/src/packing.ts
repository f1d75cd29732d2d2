/** webpack and Rspack have all but their names in common. */
import type { Adapter } from './adapter.js';
import { findByResolver, type Resolvers } from './find.js';

/** What of a compiler is used. */
interface Compiler {
  context: string;
  resolverFactory: unknown;
}

/** The adapter for webpack or Rspack. */
export function packing(name: 'webpack' | 'rspack'): Adapter {
  return {
    name,
    files: () => 'url',
    hooks(session, shared) {
      const remember = (compiler: Compiler) => {
        session.generator.root = compiler.context;
        const resolvers = compiler.resolverFactory as Resolvers;
        session.finder = () => findByResolver(resolvers, session.generator.root);
      };
      return { ...shared, [name]: remember };
    },
  };
}
