/** `--capabilities` and `--grant`, which grant any capability on the command line. */
import { dirname, resolve } from 'node:path';
import type { Capabilities } from '@windlass/wasi';
import type * as CapabilityModule from '@windlass/wasi/capabilities';
import { withPathsFrom } from '../config.js';
import { invalidOption, WindlassError } from '../error.js';
import { importModule } from '../import.js';
import { readInput } from './files.js';

/**
 * Reads capabilities from a JSON file. Paths in it begin at its folder.
 *
 * @throws {@link WindlassError} `unreadable`, or `invalid-config` with the file
 */
export async function capabilitiesIn(path: string): Promise<Capabilities> {
  const bytes = readInput(path);
  let capabilities: Capabilities;
  try {
    capabilities = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const message = `the file is not JSON: ${(error as Error).message}`;
    throw new WindlassError({ code: 'invalid-config', message, at: path });
  }
  const { checkCapabilities } = (await importModule(
    '@windlass/wasi/capabilities',
  )) as typeof CapabilityModule;
  try {
    checkCapabilities(capabilities);
  } catch (error) {
    const { message, help } = error as WindlassError;
    throw new WindlassError({ code: 'invalid-config', message, at: path, help });
  }
  return withPathsFrom(dirname(resolve(path)), capabilities);
}

/**
 * Reads `name=value`. A value that is not JSON is text. `createWasi` checks names and values.
 *
 * @throws {@link WindlassError} `invalid-option`
 */
export function grantsIn(texts: readonly string[]): Capabilities {
  const granted = new Map<string, unknown>();
  for (const text of texts) {
    const at = text.indexOf('=');
    const name = text.slice(0, Math.max(at, 0));
    if (name === '') {
      const help = 'write `--grant clocks=coarse`, with JSON or text after the `=`';
      throw invalidOption(`\`--grant ${text}\` has no name and value`, help);
    }
    if (granted.has(name)) {
      const help = `a list is JSON: \`--grant '${name}=["one", "other"]'\``;
      throw invalidOption(`\`--grant ${name}=…\` is said twice`, help);
    }
    granted.set(name, valueOf(text.slice(at + 1)));
  }
  // `fromEntries` defines own properties, also for a name such as `__proto__`.
  return withPathsFrom(process.cwd(), Object.fromEntries(granted) as Capabilities);
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
