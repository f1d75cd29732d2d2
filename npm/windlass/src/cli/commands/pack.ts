import { join, relative } from 'node:path';
import { mapped } from '../../config.js';
import { pack } from '../../pack.js';
import { specifierIn } from '../../specifier.js';
import { readWasm, withName } from '../component.js';
import { stem, writeFiles } from '../files.js';
import { say, sayJson, size, table } from '../print.js';
import { manifest } from '../manifest.js';
import { withProgress } from '../progress.js';
import { settingsOf } from '../settings.js';
import type { Flags } from '../values.js';

/** Options of `windlass pack`, as the command line has them. */
export interface PackFlags extends Flags {
  out?: string;
  name?: string;
  packageVersion?: string;
  description?: string;
  license?: string;
  json?: boolean;
}

/** `windlass pack`: writes an npm package. */
export async function packCommand(path: string, flags: PackFlags): Promise<void> {
  const name = flags.name ?? stem(path).toLowerCase();
  const out = flags.out ?? `${name.replace(/^@/, '').replace('/', '-')}-package`;
  const { bytes } = await readWasm(path);
  const { options } = await settingsOf('pack', path, flags);
  const files = await withProgress(`transpiling ${path}`, async () =>
    withName(path, () =>
      pack(bytes, {
        name,
        wasi: manifest.dependencies['@windlass/wasi'] ?? '*',
        ...mapped(options, (specifier) => specifierIn('.', specifier)),
        ...(flags.packageVersion !== undefined && { version: flags.packageVersion }),
        ...(flags.description !== undefined && { description: flags.description }),
        ...(flags.license !== undefined && { license: flags.license }),
      }),
    ),
  );
  writeFiles(out, files);
  if (flags.json) {
    sayJson({
      out,
      files: [...files].map(([file, contents]) => ({ name: file, size: contents.length })),
    });
    return;
  }
  const shown = (file: string) => join(relative('', out) || '.', file);
  for (const line of table(
    [...files].map(([file, contents]) => [shown(file), size(contents.length)]),
  )) {
    say(line);
  }
  say();
  say(`npm publish ./${relative('', out) || '.'}`, 'green');
}
