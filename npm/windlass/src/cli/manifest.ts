import { createRequire } from 'node:module';

/** What `package.json` says of this package. By name, because the bundle lies elsewhere. */
export const manifest = createRequire(import.meta.url)('windlass/package.json') as {
  version: string;
  dependencies: Record<string, string>;
};
