import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createWasi, memoryDirectory, readTree } from '@windlass/wasi';
import { folder, instantiate, run as runGuest, transpile } from '../lib/guest.mjs';
import { guest } from '../lib/steps.mjs';

const run = (args, options) => runGuest('rust-p3', args, options);
const said = (stdout, rest = {}) => ({ code: 0, stdout, stderr: '', ...rest });
const cli = fileURLToPath(new URL('../../../npm/windlass/bin/windlass.cjs', import.meta.url));

/** A program that is given `args`, not run yet. */
async function program(args, capabilities = {}) {
  const text = [];
  const stdout = (chunk) => text.push(Buffer.from(chunk).toString());
  const granted = { args: ['rust-p3', ...args], stdout, ...capabilities };
  const exports = await instantiate('rust-p3', {}, granted);
  return { exports, run: () => exports.run.run(), output: () => text.join('') };
}

test('arguments, variables, terminals', async () => {
  const { stdout } = await run(['environment', 'a', 'ü'], { flags: ['--env', 'K=v=w'] });
  assert.equal(
    stdout,
    '["rust-p3.wasm", "environment", "a", "ü"] [("K", "v=w")] None (false, false)\n',
  );
  const { run: call, output } = await program(['environment'], { cwd: '/work' });
  await call();
  assert.equal(output(), '["rust-p3", "environment"] [] Some("/work") (false, false)\n');
});

test('standard input and output, whole and as they come', async () => {
  assert.deepEqual(await run(['upper'], { stdin: 'one\nzwö' }), said('ONE\nZWö'));
  assert.deepEqual(await run(['upper']), said(''));
  const large = 'windlass '.repeat(300_000);
  for (const args of [['copy'], ['upper']]) {
    const { code, stdout } = await run(args, { stdin: large });
    assert.equal(code, 0);
    assert.ok(stdout === (args[0] === 'copy' ? large : large.toUpperCase()));
  }
  async function* slowly() {
    for (const word of ['a', 'b\nc', 'd']) {
      yield word;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  assert.deepEqual(await run(['upper'], { stdin: slowly() }), said('AB\nCD'));
  assert.deepEqual(await run(['both']), said('by 0.3\nby 0.2\n'));
});

test('nobody reads its output any more', async () => {
  const { code, stderr } = await run(['spew', '10000000'], { enough: 1000 });
  assert.deepEqual([code, stderr], [141, 'ErrorCode::Pipe\n']);
});

test('the code that it ends with', async () => {
  assert.deepEqual(await run(['error']), { code: 1, stdout: '', stderr: 'an error\n' });
  assert.deepEqual(await run(['exit', '0']), said(''));
  assert.deepEqual(await run(['exit', '7']), said('', { code: 7 }));
  assert.deepEqual(await run(['exit-later']), said('', { code: 1 }));
  const panicked = await run(['panic']);
  assert.equal(panicked.code, 134);
  assert.match(panicked.stderr, /oh no/);
});

test('waits at one time, while input is waited for', async () => {
  async function* late() {
    await new Promise((resolve) => setTimeout(resolve, 300));
    yield 'x';
  }
  assert.deepEqual(
    await run(['wait'], { stdin: late() }),
    said('[10, 200, 400] true\nSome(120)\n'),
  );
});

test('waits that are given up count no more, and keep no process', async () => {
  assert.deepEqual(await run(['first']), said('first\n'));
  const child = spawn(process.execPath, [cli, 'run', guest('rust-p3'), '--', 'leave']);
  // Its input stays open.
  const code = await new Promise((resolve) => child.on('close', resolve));
  child.stdin.destroy();
  assert.equal(code, 0);
});

test('input that a stream did not take stays for the next one', async () => {
  const child = spawn(process.execPath, [cli, 'run', guest('rust-p3'), '--', 'again']);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    if (text === 'ready\n') child.stdin.end('first and second');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.deepEqual([code, text], [0, 'ready\nfirst Ok(())  and second\n']);
});

test('streams that a guest drops are let go of', async () => {
  const files = memoryDirectory({ f: 'text', g: '' });
  const { run: call, output } = await program(['drop'], {
    preopens: [{ guest: '/', files }],
    stdin: { text: 'unread' },
    limits: { openFiles: 5, directoryEntries: 4, pollables: 2, bodyBytes: 4 },
  });
  await call();
  assert.equal(output(), 'newt\n');
});

test('clocks', async () => {
  const flags = ['--grant', 'clocks={"fixed":"2024-02-29T12:00:00.5Z"}'];
  assert.deepEqual(await run(['time'], { flags }), said('true 1709208000 500000000 (1000, 1)\n'));
  const now = await run(['time']);
  assert.match(now.stdout, /^true \d{10} \d{1,9} \(\d+, \d+\)\n$/);
  for (const command of ['time', 'wait', 'exit-later']) {
    const { code, stdout, stderr } = await run([command], { flags: ['--grant', 'clocks=false'] });
    assert.deepEqual([code, stdout], [134, '']);
    assert.match(stderr, /clocks are not granted/);
    assert.match(stderr, /`--grant clocks=true` grants/);
  }
});

test('random numbers', async () => {
  const flags = ['--grant', 'random={"seed":1}'];
  const seeded = await run(['random'], { flags });
  assert.match(seeded.stdout, /^\[(\d+, ){7}\d+\] \d+ \(\[(\d+, ){3}\d+\], \d+\) \(.*\) true\n$/);
  assert.deepEqual(await run(['random'], { flags }), seeded);
  assert.notEqual((await run(['random'])).stdout, seeded.stdout);
  const denied = await run(['random'], { flags: ['--grant', 'random=false'] });
  assert.equal(denied.code, 134);
  assert.match(denied.stderr, /random numbers are not granted/);
});

const filesSaid = `hello, WASId! / WASId!
true 5 1 (Some(100), Some(-100))
Some(200)
f true false true
true DescriptorFlags(READ | WRITE)
["f", "moved", "soft"]
`;

test('files on a disk and in memory', async (t) => {
  const at = folder(t);
  assert.deepEqual(await run(['files'], { flags: ['--dir', `${at}::/`] }), said(filesSaid));
  assert.deepEqual(readdirSync(at), []);
  const files = memoryDirectory({ kept: 'text' });
  const { run: call, output } = await program(['files'], { preopens: [{ guest: '/', files }] });
  await call();
  assert.equal(output(), filesSaid);
  assert.deepEqual(Object.keys(readTree(files)), ['kept']);
});

test('a directory that may only be read', async (t) => {
  const at = folder(t);
  const { code, stdout, stderr } = await run(['files'], { flags: ['--dir', `${at}::/:ro`] });
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^ErrorCode::NotPermitted\n/);
  assert.match(stderr, /asked for `preopens`/);
  assert.deepEqual(readdirSync(at), []);
});

test('no way leads out of a directory', async (t) => {
  const at = folder(t);
  symlinkSync('/etc', join(at, 'link'));
  const { code, stdout } = await run(['attack'], { flags: ['--dir', `${at}::/`] });
  assert.equal(code, 0);
  const denied = 'Some(ErrorCode::NotPermitted)';
  const paths = ['..', '../x', '/etc/passwd', 'link', 'link/passwd', './../..'];
  const lines = paths.map((path) => `${path} ${denied} ${denied}`);
  assert.equal(stdout, [...lines, `${denied} ${denied} ${denied}`, ''].join('\n'));
  assert.equal(existsSync(join(at, '../made')), false);
  // Without a directory there is none.
  assert.equal((await run(['attack'])).code, 134);
});

test('a guest holds no more than it may, and a trap lets go of all', async () => {
  const files = memoryDirectory({ f: 'text' });
  let opened = 0;
  const counting = Object.assign(Object.create(files), {
    reopen: () => counting,
    close() {},
    step: undefined,
    open(...args) {
      const file = files.open(...args);
      opened += 1;
      return Object.assign(Object.create(file), {
        close() {
          opened -= 1;
          file.close();
        },
      });
    },
  });
  const { run: call, output } = await program(['hold'], {
    preopens: [{ guest: '/', files: counting }],
    limits: { openFiles: 12, pollables: 100 },
  });
  await assert.rejects(call(), /`limits\.pollables` allows: 100$/);
  assert.equal(output(), '10 ErrorCode::InsufficientMemory\n');
  assert.equal(opened, 0);
});

test('an instance that is disposed of ends what it waits for', async () => {
  const { exports, run: call } = await program(['wait'], { stdin: () => undefined });
  const running = call();
  exports[Symbol.dispose]();
  await assert.rejects(running, /disposed of/);
});

test('a module that has both versions', async (t) => {
  const url = await transpile(t, 'rust-p3');
  const entry = readFileSync(fileURLToPath(url), 'utf8');
  for (const name of ['cli', 'p3/cli', 'p3/clocks', 'p3/filesystem', 'p3/random']) {
    assert.match(entry, new RegExp(`from ['"]@windlass/wasi/${name}['"]`));
  }
  const at = folder(t);
  writeFileSync(join(at, 'f'), 'text');
  const text = [];
  const { grant } = await import('@windlass/wasi');
  grant({
    args: ['module', 'files'],
    preopens: [{ guest: '/', host: at }],
    stdout: (chunk) => text.push(Buffer.from(chunk).toString()),
  });
  const module = await import(url);
  await module.run.run();
  assert.equal(text.join(''), filesSaid);
  grant({ preopens: [], stdout: 'ignore' });
  assert.deepEqual(readdirSync(at), ['f']);
});

test('one instance after another has its own imports', async () => {
  for (const name of ['a', 'b']) {
    const imports = createWasi({ args: [name] });
    assert.deepEqual(imports['wasi:cli/environment@0.3.2'].getArguments(), [name]);
    imports[Symbol.dispose]();
  }
});
