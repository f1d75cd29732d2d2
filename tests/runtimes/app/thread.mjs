/** A program in a worker of a page, where it may block; bundled, since a worker has no import map. */
import { createWasi, ExitError, memoryDirectory, readTree } from '@windlass/wasi';
import { compile, init } from 'windlass';
import { check } from './check.mjs';

const uses = [
  ['worker: arguments', ({ run }) => run(['args', 'one', 'ü']), '["one", "ü"]\n'],
  [
    'worker: files',
    ({ run, work }) => {
      const lines = run(['files', '/work']).trimEnd().split('\n');
      return [lines[0], lines.at(-1), Object.keys(readTree(work))];
    },
    ['read "one\\ntwo\\ndrei ü\\n"', 'left 1', ['renamed.txt']],
  ],
  [
    'worker: time passes',
    ({ run }) => {
      const [now, elapsed] = run(['time']).split(' ').map(Number);
      return [Math.abs(Date.now() - now) < 10_000, elapsed >= 39_000, elapsed < 5_000_000];
    },
    [true, true, true],
  ],
  ['worker: chance', ({ run }) => run(['random']) !== run(['random']), true],
  ['worker: failure', ({ run }) => run(['exit', '1']), 'exit 1'],
  ['worker: standard input', ({ run }) => run(['upper'], 'one\nzwei ü\n'), 'ONE\nZWEI Ü\n'],
];

async function use() {
  await init(await fetch('./node_modules/@windlass/wasm/pkg/windlass_bg.wasm'));
  const response = await fetch('./rust-command.wasm');
  const program = await compile(await response.arrayBuffer());
  const work = memoryDirectory({});
  const run = (args, text = '') => {
    const decoder = new TextDecoder();
    let output = '';
    const wasi = createWasi({
      args: ['program', ...args],
      stdin: { text },
      stdout: (chunk) => (output += decoder.decode(chunk, { stream: true })),
      stderr: (chunk) => (output += decoder.decode(chunk, { stream: true })),
      preopens: [{ guest: '/work', files: work }],
    });
    try {
      program.instantiate(wasi).run.run();
    } catch (error) {
      if (!(error instanceof ExitError)) throw error;
      return `${output}exit ${error.code}`;
    }
    return output;
  };
  return check(uses, { run, work });
}

use().then(
  (results) => postMessage(results),
  (error) => postMessage([{ name: 'worker', error: `${error}\n${error.stack}` }]),
);
