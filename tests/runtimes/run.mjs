/**
 * `node tests/runtimes/run.mjs`: components in every runtime. `hooks.mjs` imports
 * them without a build step, in Node, Bun and Deno; `apps.mjs` runs one application
 * in Node 20 to 26, Deno, Bun, workerd, Chromium and Firefox.
 */
import { finish } from '../lib/report.mjs';

await import('./hooks.mjs');
await import('./apps.mjs');
finish();
