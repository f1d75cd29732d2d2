/** Components in Bun, whose plugins give exports rather than text. */
import { kindOfFile } from '../kind.js';
import { load } from '../load.js';
import { capabilities, cores, describe, moduleOf } from './component.js';

const { dirname } = process.getBuiltinModule('node:path');
const { pathToFileURL } = process.getBuiltinModule('node:url');

/** What of Bun is used, whose types would declare its globals for everybody. */
interface BunRuntime {
  resolveSync(specifier: string, folder: string): string;
  plugin(plugin: {
    name: string;
    setup(build: {
      onLoad(
        constraints: { filter: RegExp },
        callback: (args: { path: string }) => Promise<{ loader: 'object'; exports: object }>,
      ): void;
    }): void;
  }): void;
}

type Glue = { instantiate(cores: WebAssembly.Module[], imports: object): Record<string, unknown> };

/** Makes Bun import and require components. */
export function registerBun(): void {
  const bun = (globalThis as unknown as { Bun: BunRuntime }).Bun;
  bun.plugin({
    name: 'windlass',
    setup(build) {
      build.onLoad({ filter: /\.wasm$/ }, async ({ path }) => {
        // What Bun does with other files, since a plugin cannot leave a file to it.
        if (kindOfFile(path) !== 'component')
          return { loader: 'object', exports: { default: path } };
        return { loader: 'object', exports: await exportsOf(path, bun) };
      });
    },
  });
}

async function exportsOf(path: string, bun: BunRuntime): Promise<object> {
  const url = pathToFileURL(path).href;
  const { glue, needsWasi, imports, exports } = describe(url);
  const { instantiate } = (await load(glue)) as Glue;
  const given: Record<string, unknown> = {};
  if (needsWasi) {
    const { createWasi } = await import('@windlass/wasi');
    Object.assign(given, createWasi(capabilities(url)));
  }
  for (const [name, mapped] of imports) {
    const { specifier, member } = moduleOf(name, mapped);
    const found = specifier.startsWith('file:')
      ? specifier
      : bun.resolveSync(specifier, dirname(path));
    const module = (await import(found)) as Record<string, unknown>;
    given[name] = member === undefined ? module : module[member];
  }
  const instance = instantiate(cores(url), given);
  return Object.fromEntries(exports.map((name) => [name, instance[name]]));
}
