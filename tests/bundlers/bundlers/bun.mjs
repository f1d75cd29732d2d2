/** Bun, by a script that it runs. */
import { bun } from '../../runtimes/programs.mjs';
import { byScript, watchByScript } from './script.mjs';

/** @type {import('../bundlers.mjs').Bundler} */
export default {
  // It takes no source map of a plugin's module.
  glueSource: /\/\w+\.instantiate\.js$/,
  build: (build) => byScript(bun, 'bun.script.mjs', build),
  runAgain: (build, built) => watchByScript(bun, 'bun.script.mjs', build, built, ['--watch']),
};
