/** Settings of a component on the command line, which reads the configuration as the hooks do. */
import { resolve } from 'node:path';
import { loadConfig, mapped, type Settings, settingsFor } from '../config.js';
import { merged, optionsIn } from '../options.js';
import type { Door } from '../schema.js';
import { specifierFrom } from '../specifier.js';
import { sayNotice } from './print.js';
import { type Flags, optionsOf } from './values.js';

/**
 * Options of the command line, whose paths begin where the person stands, and then those of
 * the nearest `windlass.config`, whose paths begin at its folder.
 *
 * @param path the component, `-` for standard input, of which no block says anything
 * @throws {@link WindlassError} `invalid-option` or `invalid-config`
 */
export async function settingsOf(door: Door, path: string, flags: Flags): Promise<Settings> {
  const here = process.cwd();
  const own = mapped(optionsOf(door, flags), (specifier) => specifierFrom(here, specifier));
  const loaded = await loadConfig(here);
  const { components: _, ...forAll } = loaded.config;
  const { options, capabilities } =
    path === '-'
      ? settingsFor({ ...loaded, config: forAll }, here)
      : settingsFor(loaded, resolve(path), (message) => sayNotice({ code: 'precedence', message }));
  return { options: merged([own, optionsIn(door, options)]), capabilities };
}
