/** Options of services and servers are checked, so that no typing error lifts a bound. */
import { invalidOption } from '../error.js';
import { checkKeys } from '../options.js';

/** Whether a value is what an option takes, and how that is said. */
export type Kind = readonly [is: (value: unknown) => boolean, what: string];

const isNumber = (value: unknown): value is number => typeof value === 'number';

export const WHOLE: Kind = [
  (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  'a whole number from 1 on',
];
/** `NaN` would be no bound. */
export const BOUND: Kind = [(value) => isNumber(value) && value >= 0, 'a number from 0 on'];
export const OBJECT: Kind = [(value) => typeof value === 'object' && value !== null, 'an object'];
export const FUNCTION: Kind = [(value) => typeof value === 'function', 'a function'];
export const TEXTS: Kind = [
  (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  'a list of strings',
];

/**
 * Refuses unknown options, and values of another kind.
 *
 * @throws {@link WindlassError} `invalid-option`
 */
export function checkOptions(options: unknown, kinds: Readonly<Record<string, Kind>>): void {
  checkKeys(options, Object.keys(kinds));
  for (const [key, value] of Object.entries(options as object)) {
    const [is, what] = kinds[key] as Kind;
    if (value !== undefined && !is(value)) throw invalidOption(`\`${key}\` must be ${what}`);
  }
}
