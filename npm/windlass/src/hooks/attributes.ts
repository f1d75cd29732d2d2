/**
 * Import attributes that grant: `with { dir: './data::/data:ro', env: 'LANG=de' }`.
 *
 * They are strings by the language: lists are separated by commas, or are JSON.
 */
import type { Capabilities, Clocks, Random } from '@windlass/wasi';
import { mapped, type Settings, withPathsFrom } from '../config.js';
import { preopens } from '../preopen.js';
import { type Rule, rulesAt } from '../schema.js';
import { specifierFrom } from '../specifier.js';
import { invalidOption } from '../error.js';
import { meant } from '../nearest.js';

const { dirname } = process.getBuiltinModule('node:path');

/** The attributes of grants; `type: 'component'` says nothing that the bytes do not. */
const grants =
  'type args env dir network stdin stdout stderr clocks random config logging keyvalue'.split(' ');

/** The values of a standard stream: that of the process, or nothing. */
const streams = ['inherit', 'ignore'] as const;

/**
 * Reads import attributes.
 *
 * @param importer the path of the module that has them, where relative paths begin
 * @throws {@link WindlassError} `invalid-option`
 */
export function settingsOf(
  attributes: Readonly<Record<string, string>>,
  importer: string,
): Settings {
  const folder = dirname(importer);
  const capabilities: Capabilities = {};
  const options: Record<string, unknown> = {};
  const rules = new Map<string, Rule>(rulesAt('attribute'));
  for (const [name, text] of Object.entries(attributes)) {
    switch (name) {
      case 'type':
        oneOf(name, text, ['component']);
        break;
      case 'args':
      case 'network':
        capabilities[name] = list(name, text);
        break;
      case 'env':
        capabilities.env = text === 'inherit' ? text : Object.fromEntries(pairs(name, text));
        break;
      case 'config':
        capabilities.config = Object.fromEntries(pairs(name, text));
        break;
      case 'keyvalue':
        capabilities.keyvalue = json(name, text) as NonNullable<Capabilities['keyvalue']>;
        break;
      case 'dir':
        capabilities.preopens = preopens(list(name, text));
        break;
      case 'stdin':
        capabilities.stdin = oneOf(name, text, streams);
        break;
      case 'stdout':
      case 'stderr':
      case 'logging':
        capabilities[name] = oneOf(name, text, streams);
        break;
      case 'clocks':
        capabilities.clocks = text === 'coarse' ? text : (flagOrObject(name, text) as Clocks);
        break;
      case 'random':
        capabilities.random = flagOrObject(name, text) as Random;
        break;
      default: {
        const rule = rules.get(name);
        if (rule !== undefined) {
          options[name] = valueOf(name, rule, text);
          break;
        }
        throw invalidOption(
          `a component has no import attribute \`${name}\``,
          meant(name, [...grants, ...rules.keys()]),
        );
      }
    }
  }
  return {
    options: mapped(options, (specifier) => specifierFrom(folder, specifier)),
    capabilities: withPathsFrom(folder, capabilities),
  };
}

/** The value of an attribute for an option of `transpile`. */
function valueOf(name: string, { kind, choices = [] }: Rule, text: string): unknown {
  switch (kind) {
    case 'text':
      return text;
    case 'choice':
      return oneOf(name, text, choices);
    case 'flag':
      return oneOf(name, text, ['true', 'false']) === 'true';
    case 'count':
    case 'duration':
      if (/^\d{1,15}$/.test(text)) return Number(text);
      throw invalidOption(`the import attribute \`${name}\` is no whole number`);
    case 'list':
      return list(name, text);
    case 'pairs':
      return pairs(name, text);
  }
}

function list(name: string, text: string): string[] {
  if (!text.startsWith('[')) return text === '' ? [] : text.split(',').map((item) => item.trim());
  const value = json(name, text);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalidOption(`the import attribute \`${name}\` is no list of strings`);
}

function pairs(name: string, text: string): [string, string][] {
  if (text.startsWith('{')) {
    const entries = Object.entries(json(name, text) as Record<string, unknown>);
    if (entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
      return entries;
    }
    throw invalidOption(`the import attribute \`${name}\` has a value that is no string`);
  }
  return list(name, text).map((item) => {
    const at = item.indexOf('=');
    if (at > 0) return [item.slice(0, at), item.slice(at + 1)];
    throw invalidOption(`the import attribute \`${name}\` has no \`=\` in \`${item}\``);
  });
}

function json(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidOption(`the import attribute \`${name}\` is no JSON: ${(error as Error).message}`);
  }
}

/** A flag, or a JSON object. `createWasi` checks the object. */
function flagOrObject(name: string, text: string): unknown {
  return text.startsWith('{') ? json(name, text) : oneOf(name, text, ['true', 'false']) === 'true';
}

function oneOf<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw invalidOption(
    `the import attribute \`${name}\` is \`${text}\``,
    `there are ${choices.map((choice) => `\`${choice}\``).join(', ')}`,
  );
}
