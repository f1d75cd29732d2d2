/** The guest that modules importing `@windlass/wasi/<package>` belong to. */

import { host } from '#host';
import type { Capabilities } from './capabilities.js';
import { Context } from './context.js';

/** Nothing is granted until `grant` says so. */
export const defaultContext = /* @__PURE__ */ new Context(host);

/**
 * Grants `capabilities` to the modules that import `@windlass/wasi/<package>`,
 * before or after they are loaded. What is not named stays as it was. Throws a
 * `CapabilityError`, and then changes nothing, as `createWasi` does.
 *
 * ```js
 * import { grant } from '@windlass/wasi';
 *
 * grant({ args: process.argv.slice(1), stdout: 'inherit' });
 * ```
 */
export function grant(capabilities: Capabilities): void {
  defaultContext.grant(capabilities);
}
