// The shims' types against the declarations that windlass makes from the WIT:
// every parameter, result, record and case of WASI 0.2, and of what there is of 0.3.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const scratch = fs.mkdtempSync(join(tmpdir(), 'windlass-wasi-'));
after(() => fs.rmSync(scratch, { recursive: true }));

function run(path, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, path), ...args], {
    cwd: scratch,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

const world = `
  package test:types;
  world all {
    include wasi:cli/imports@0.2.12;
    include wasi:http/imports@0.2.12;
    include wasi:config/imports@0.2.0-rc.1;
    include wasi:keyvalue/imports@0.2.0-draft;
    include wasi:logging/imports@0.1.0-draft;
    include wasi:filesystem/imports@0.3.2;
    include wasi:clocks/imports@0.3.2;
    include wasi:random/imports@0.3.2;
    ${[
      'environment',
      'exit',
      'stdin',
      'stdout',
      'stderr',
      'terminal-input',
      'terminal-output',
      'terminal-stdin',
      'terminal-stdout',
      'terminal-stderr',
    ]
      .map((name) => `import wasi:cli/${name}@0.3.2;`)
      .join('\n')}
  }
`;
const program = `
  import { createWasi } from '@windlass/wasi';
  import { type Imports, instantiate } from './types/all.instantiate.js';

  instantiate([], createWasi({ args: ['all'] }));
  instantiate([], { ...createWasi<keyof Imports & \`wasi:\${string}\`>() });
  // @ts-expect-error: a name that WASI does not have
  createWasi()['wasi:cli/nothing@0.2.12'];
  // @ts-expect-error: no draft has this version
  createWasi()['wasi:config/store@0.2.12'];
  createWasi()['wasi:config/store@0.2.0-draft'].getAll();
  createWasi()['wasi:cli/environment@0.2.12'].getArguments();
  createWasi()['wasi:cli/environment@0.3.2'].getInitialCwd();
  createWasi<'wasi:random/random@0.3.0'>()['wasi:random/random@0.3.0'].getRandomBytes(1n);
  // @ts-expect-error: what 0.3 does not have any more
  createWasi()['wasi:cli/environment@0.3.2'].initialCwd();
  // @ts-expect-error: a package of 0.3 that there is not
  createWasi()['wasi:http/client@0.3.2'];
  declare function needsMore(imports: Imports & { 'a:b/c': object }): void;
  // @ts-expect-error: an import that is not WASI's
  needsMore(createWasi());
`;

test('the types of the shims are those of the WIT', () => {
  fs.mkdirSync(join(scratch, 'wit'));
  fs.cpSync(join(root, 'wit/wasi-0.2'), join(scratch, 'wit/deps'), { recursive: true });
  for (const file of fs.readdirSync(join(root, 'wit/wasi-0.3'))) {
    fs.copyFileSync(join(root, 'wit/wasi-0.3', file), join(scratch, 'wit/deps', `3-${file}`));
  }
  fs.cpSync(join(root, 'wit/drafts'), join(scratch, 'wit/deps'), { recursive: true });
  fs.writeFileSync(join(scratch, 'wit/all.wit'), world);
  fs.writeFileSync(join(scratch, 'package.json'), '{ "type": "module" }');
  fs.writeFileSync(join(scratch, 'program.ts'), program);
  fs.mkdirSync(join(scratch, 'node_modules/@windlass'), { recursive: true });
  const link = process.platform === 'win32' ? 'junction' : 'dir';
  fs.symlinkSync(join(root, 'shims'), join(scratch, 'node_modules/@windlass/wasi'), link);

  const types = run('npm/windlass/bin/windlass.cjs', ['types', 'wit', '-o', 'types']);
  assert.equal(types.status, 0, types.output);
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--types', ''];
    options.push('--target', 'es2022', '--lib', 'es2023,esnext.disposable,dom');
    options.push('--module', module, '--moduleResolution', resolution, 'program.ts');
    const { status, output } = run('node_modules/typescript/bin/tsc', options);
    assert.equal(status, 0, output.slice(0, 4000));
  }
});
