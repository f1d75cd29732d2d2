/** `wasi:config`: values that the host gives to the guest, by name. */

import type { Context } from './context.js';
import { WasiError } from './errors.js';

/** The WIT `error`. */
export type ConfigError = { tag: 'upstream'; val: string } | { tag: 'io'; val: string };

/** The interfaces of `wasi:config` for the guest of `cx`. */
export function createConfig(cx: Context) {
  const granted = (): ReadonlyMap<string, string> => {
    if (cx.config !== undefined) return cx.config;
    cx.refuse('config');
    const message = 'no configuration is granted (capability `config`)';
    throw new WasiError<ConfigError>({ tag: 'upstream', val: message }, message);
  };
  return {
    store: {
      get: (key: string): string | undefined => granted().get(key),
      getAll: (): [string, string][] => [...granted()],
    },
  };
}
