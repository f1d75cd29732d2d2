import { createRequire } from 'node:module';

/** What `package.json` says of this package; the bundle has it in it. */
export const manifest = createRequire(import.meta.url)('../../package.json') as {
  version: string;
  dependencies: Record<string, string>;
};
