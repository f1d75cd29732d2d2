/** Farm, by a script: it ends the process when a build fails. */
import { byScript, watchByScript } from './script.mjs';

/** @type {import('../bundlers.mjs').Bundler} */
export default {
  // It would copy what is asked for by a URL.
  files: {
    'spawn.js': "export const spawn = () => new Worker('worker.js', { type: 'module' });\n",
  },
  build: (build) => byScript(process.execPath, 'farm.script.mjs', build),
  watch: (build, built) =>
    watchByScript(process.execPath, 'farm.script.mjs', build, (text) => {
      if (text === 'built') built();
      else if (text.includes('Error')) built(text);
    }),
};
