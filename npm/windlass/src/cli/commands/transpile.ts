import { join, relative, sep } from 'node:path';
import { transpileWith } from '../../api.js';
import { binding } from '../../binding.js';
import { mapped } from '../../config.js';
import { importOf, requireOf, urlOf } from '../../hint.js';
import { pairs } from '../../options.js';
import { moduleKind } from '../../scope.js';
import { specifierIn } from '../../specifier.js';
import { readWasm, withName } from '../component.js';
import { stem, writeFiles } from '../files.js';
import { say, sayJson, sayNotice, size, table, widthOfLines } from '../print.js';
import { withProgress } from '../progress.js';
import { settingsOf } from '../settings.js';
import type { Flags } from '../values.js';

/** Options of `windlass transpile`, as the command line has them. */
export interface TranspileFlags extends Flags {
  out?: string;
  name?: string;
  json?: boolean;
}

/** Bytes of a component that takes the addon less time than that after which progress is shown. */
export const soonDone = 64 * 2 ** 20;

/** `windlass transpile`: writes the module, and says what is in it. */
export async function transpileCommand(path: string, flags: TranspileFlags): Promise<void> {
  const name = flags.name ?? stem(path);
  const out = flags.out ?? name;
  const transpiler = binding();
  const { bytes } = await readWasm(path);
  const settings = await settingsOf('transpile', path, flags);
  const said = mapped(settings.options, (specifier) => specifierIn(out, specifier));
  const specifiers = pairs(said.map ?? []).map(([, specifier]) => specifier);
  const { mjs, manifest, inCommonJs } = moduleKind(out, specifiers);
  const options = { mjs, ...said, name };
  const { files, imports, exports, notices } = await withName(path, async () =>
    bytes.length < soonDone && transpiler.kind === 'native'
      ? transpileWith(transpiler, bytes, options, true)
      : withProgress(`transpiling ${path}`, async () =>
          (await import('../../index.js')).transpileAsync(bytes, options),
        ),
  );
  const [entry] = files.keys();
  if (manifest) files.set(...manifest);
  writeFiles(out, files);

  if (flags.json) {
    sayJson({
      out,
      files: [...files].map(([file, contents]) => ({ name: file, size: contents.length })),
      imports: [...imports].map(([importName, specifier]) => ({ name: importName, specifier })),
      exports,
      notices,
    });
    return;
  }
  for (const notice of notices) sayNotice(notice);
  const folder = relative('', out);
  const shown = (file: string) => join(folder, file);
  const rows = [...files].map(([file, contents]) => [shown(file), size(contents.length)]);
  for (const line of table(rows)) say(line);
  if (imports.size > 0) {
    say();
    say('imports');
    const width = widthOfLines();
    const passed = 'passed to instantiate';
    for (const line of table([...imports].map(([from, to = passed]) => [`  ${from}`, to]))) {
      say(line.length > width ? `${line.slice(0, width - 1)}…` : line);
    }
  }
  if (entry === undefined) return;
  say();
  const file = shown(entry).replaceAll(sep, '/');
  const way = file.startsWith('../') ? file : `./${file}`;
  say(importOf(options.instantiateOnly ? ['instantiate'] : exports, urlOf(way)), 'green');
  // One that waits when it is imported cannot be required.
  const isSync = options.target === 'node' || options.tla === false;
  if (inCommonJs && isSync) say(requireOf(exports, way), 'green');
}
