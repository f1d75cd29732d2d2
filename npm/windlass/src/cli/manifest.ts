import { createRequire } from 'node:module';

/** The `package.json` of this package; the bundle contains it. */
export const manifest = createRequire(import.meta.url)('../../package.json') as {
  version: string;
  dependencies: Record<string, string>;
};
