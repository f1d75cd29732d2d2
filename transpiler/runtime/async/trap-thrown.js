import { escaped } from '../trap.js';
import { isThenable } from './lower.js';

/** A function of the glue that runs core code of others, whose exceptions are traps (`call_and_trap_on_throw`). */
export function trapThrown(f) {
  return (...args) => {
    try {
      const result = f(...args);
      return isThenable(result) ? result.catch(escaped) : result;
    } catch (error) {
      escaped(error);
    }
  };
}
