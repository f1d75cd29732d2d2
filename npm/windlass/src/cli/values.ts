/** Values of the command line's options, which {@link schemaOptions} declares to Commander. */
import { invalidOption } from '../error.js';
import { meant } from '../nearest.js';
import { type Door, type Key, type Rule, rulesAt, type TranspileOptions } from '../schema.js';

/** A command line as Commander parses it. */
export type Flags = Readonly<Record<string, unknown>>;

/**
 * Options out of what the command line says, without those that it does not name.
 *
 * @throws {@link WindlassError} `invalid-option`
 */
export function optionsOf(door: Door, flags: Flags): TranspileOptions {
  const rules = rulesAt(door);
  const result: Record<string, unknown> = {};
  const budget: Record<string, unknown> = {};
  const bounds = boundsOf(rules, (flags['budget'] ?? []) as string[]);
  for (const [key, rule] of rules) {
    const [group, name] = key.split('.');
    const into = name === undefined ? result : budget;
    const value = (rule.flag && valueOf(rule, rule.flag[0], flags)) ?? bounds.get(key);
    if (value !== undefined) into[name ?? group!] = value;
  }
  if (Object.keys(budget).length > 0) result['budget'] = budget;
  return result;
}

function valueOf({ kind, default: fallback }: Rule, flag: string, flags: Flags): unknown {
  const [, long = ''] = /--(?:no-)?([a-z-]+)/.exec(flag) ?? [];
  const value = flags[long.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
  // Commander has `true` for an option that nobody said and that begins with `no`.
  if (value === undefined || (kind === 'flag' && value === fallback)) return undefined;
  switch (kind) {
    case 'pairs':
      return (value as string[]).map(mapping);
    case 'count':
      return sizeOf(`--${long}`, value as string);
    case 'duration':
      return millisecondsOf(`--${long}`, value as string);
    case 'text':
    case 'choice':
    case 'flag':
    case 'list':
      return value;
  }
}

/** The bounds in `--budget`, by key. */
function boundsOf(rules: readonly [Key, Rule][], texts: readonly string[]): Map<Key, number> {
  const bounds = new Map<Key, number>();
  for (const text of texts) {
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    const found = rules.find(([key]) => key === `budget.${name}`);
    if (found === undefined) {
      const names = rules.flatMap(([key]) => (key.startsWith('budget.') ? key.slice(7) : []));
      throw invalidOption(`there is no budget \`${name}\``, meant(name, names));
    }
    bounds.set(found[0], sizeOf(`--budget ${name}`, at < 0 ? '' : text.slice(at + 1)));
  }
  return bounds;
}

const units = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** A number, perhaps of a unit: `4096`, `64MiB`. */
export function sizeOf(what: string, text: string): number {
  const [, digits, unit = ''] = /^(\d{1,15})(KiB|MiB|GiB)?$/.exec(text) ?? [];
  if (digits === undefined) {
    throw invalidOption(
      `\`${what}\` takes a whole number, and not \`${text}\``,
      'write `4096`, `512KiB` or `64MiB`',
    );
  }
  return Number(digits) * units[unit as keyof typeof units];
}

const times = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration: `500ms`, `1.5s`, `2m`; seconds without a unit. */
function millisecondsOf(what: string, text: string): number {
  const [, digits, unit = 's'] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)?$/.exec(text) ?? [];
  const milliseconds = Number(digits) * times[unit as keyof typeof times];
  if (milliseconds >= 1) return Math.round(milliseconds);
  throw invalidOption(
    `\`${what}\` takes a duration, and not \`${text}\``,
    'write `500ms`, `10s` or `2m`',
  );
}

/** `pattern=specifier`; neither a name nor a version has `=` in it. */
function mapping(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw invalidOption(
    `\`--map ${text}\` says nothing about where an import comes from`,
    "write the import and the module: `--map 'my:pkg/*=./my-*.js'`",
  );
}
