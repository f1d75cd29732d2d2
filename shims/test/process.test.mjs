// Standard streams of a real process: pipes, files, closed ends, terminals.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';

const scratch = fs.mkdtempSync(join(tmpdir(), 'windlass-wasi-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const packageFolder = new URL('..', import.meta.url);

const prelude = `
  import { createWasi } from './test/lib.mjs';
  const wasi = createWasi({ stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' });
  const stdin = wasi['wasi:cli/stdin'].getStdin();
  const stdout = wasi['wasi:cli/stdout'].getStdout();
  const clock = wasi['wasi:clocks/monotonic-clock'];
  const { poll } = wasi['wasi:io/poll'];
  const encoder = new TextEncoder();
  const print = (text) => stdout.blockingWriteAndFlush(encoder.encode(text));
`;
const nodeArgs = (body) => ['--input-type=module', '--eval', prelude + body];
/** Copies its input to its output. */
const copy = nodeArgs(`
  try {
    for (;;) stdout.blockingSplice(stdin, 65536n);
  } catch (error) {
    if (error.payload?.tag !== 'closed') throw error;
  }
`);
/** The shell makes real pipes, where \`spawn\` would make sockets. */
const quote = (args) => args.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(' ');
const node = (body) => `${quote([process.execPath])} ${quote(nodeArgs(body))}`;
const shell = (script, options = {}) =>
  spawnSync('bash', ['-c', script], { cwd: packageFolder, encoding: 'utf8', ...options });
const bash = spawnSync('bash', ['--version']).status === 0 ? {} : { skip: 'bash is missing' };
const linux = process.platform === 'linux' ? bash : { skip: 'needs `/proc/self/fd`' };
const hasScript = spawnSync('script', ['--version']).status === 0;
const script = hasScript ? linux : { skip: '`script` is missing' };

test('input is copied whole from a socket, a pipe and a file', bash, () => {
  const input = Buffer.alloc(3_000_001, 'windlass ');
  const options = { cwd: packageFolder, input, maxBuffer: 1 << 24 };
  const bySocket = spawnSync(process.execPath, copy, options);
  assert.equal(bySocket.stderr.toString(), '');
  assert.ok(bySocket.stdout.equals(input));
  const file = join(scratch, 'input');
  fs.writeFileSync(file, input);
  const command = `${quote([process.execPath])} ${quote(copy)}`;
  for (const line of [`cat ${file} | ${command} | cat`, `${command} < ${file}`]) {
    const { stdout, stderr } = shell(line, { encoding: 'buffer', maxBuffer: 1 << 24 });
    assert.equal(stderr.toString(), '');
    assert.ok(stdout.equals(input), line);
  }
});

test('a variable may have any name', bash, () => {
  const body = `
    const env = createWasi({ env: 'inherit' })['wasi:cli/environment'].getEnvironment();
    print(String(new Map(env).get('__proto__')));
  `;
  const { stdout } = shell(`env __proto__=kept ${node(body)}`);
  assert.equal(stdout, 'kept');
});

test('output is whole when the process ends at once, also to a slow reader', bash, () => {
  const body = `
    for (let i = 0; i < 500; i++) print(String(i).padStart(3, '0').repeat(1365));
    process.exit(0);
  `;
  const { stdout } = shell(`${node(body)} | (sleep 0.3; wc -c)`);
  assert.equal(Number(stdout), 500 * 3 * 1365);
});

test('a pipe that another process made non-blocking is still written whole', bash, () => {
  const body = `
    process.stdout; // makes a pipe non-blocking on some systems
    for (let i = 0; i < 300; i++) print('x'.repeat(4096));
    process.exit(0);
  `;
  const { stdout } = spawnSync(process.execPath, nodeArgs(body), {
    cwd: packageFolder,
    maxBuffer: 1 << 24,
  });
  assert.equal(stdout.length, 300 * 4096);
});

test('a closed pipe closes the stream', bash, () => {
  const body = `
    try {
      for (;;) print('y\\n');
    } catch (error) {
      console.error(error.payload.tag);
      try {
        print('more');
      } catch (again) {
        console.error(again.payload.tag);
      }
    }
  `;
  const { stdout, stderr } = shell(`${node(body)} | head -n 2`, { timeout: 20_000 });
  assert.equal(stdout, 'y\ny\n');
  assert.equal(stderr, 'closed\nclosed\n');
});

const waitForInput = `
  const input = stdin.subscribe();
  const before = stdin.read(10n).length;
  const timeout = clock.subscribeDuration(50_000_000n);
  const first = [...poll([input, timeout])];
  print(JSON.stringify([before, input.ready(), first]) + '\\n');
  input.block();
  print(new TextDecoder().decode(stdin.read(10n)) + '\\n');
`;

test('waiting for input of a pipe does not keep a timer from being ready', linux, () => {
  const { stdout, stderr } = shell(`(sleep 1; printf typed) | ${node(waitForInput)}`);
  assert.equal(stderr, '');
  assert.equal(stdout, '[0,false,[1]]\ntyped\n');
});

test('waiting for input of a socket does not keep a timer from being ready', async () => {
  const child = spawn(process.execPath, nodeArgs(waitForInput), { cwd: packageFolder });
  let output = '';
  for await (const chunk of child.stdout) {
    if (output === '') child.stdin.end('typed');
    output += chunk;
  }
  assert.equal(output, '[0,false,[1]]\ntyped\n');
});

test('a terminal is known as one and can be read', script, () => {
  const body = `
    const has = (name) => wasi['wasi:cli/terminal-' + name];
    print([
      has('stdin').getTerminalStdin() !== undefined,
      has('stdout').getTerminalStdout() !== undefined,
      has('stderr').getTerminalStderr() !== undefined,
    ].join() + '\\n');
    print('read ' + new TextDecoder().decode(stdin.blockingRead(100n)));
    print('again ' + new TextDecoder().decode(stdin.blockingRead(100n)));
    try {
      stdin.blockingRead(100n);
    } catch (error) {
      print(error.payload.tag + '\\n');
    }
  `;
  const file = join(scratch, 'terminal.sh');
  fs.writeFileSync(file, node(body));
  const lines = `(sleep 0.5; echo one; sleep 0.2; echo two; sleep 0.2; printf '\\004'; sleep 0.2)`;
  const { stdout } = shell(`${lines} | script -qec 'bash ${file}' /dev/null`);
  const said = stdout.replaceAll('\r', '').replaceAll('^D\b\b', '');
  assert.match(said, /true,true,true\n/);
  assert.match(said, /read one\n/);
  assert.match(said, /again two\n/);
  assert.match(said, /closed\n/);
});

test('no module of a browser asks for Node', () => {
  const dist = new URL('../dist/', import.meta.url);
  const manifest = JSON.parse(fs.readFileSync(new URL('package.json', packageFolder), 'utf8'));
  const host = new URL(manifest.imports['#host'].browser, packageFolder).href;
  const entries = Object.values(manifest.exports).flatMap((entry) => entry.default ?? []);
  const pending = entries.map((path) => new URL(path, packageFolder).href);
  const seen = new Set();
  for (let url; (url = pending.pop());) {
    if (seen.has(url)) continue;
    seen.add(url);
    const text = fs.readFileSync(new URL(url), 'utf8');
    for (const [, specifier] of text.matchAll(/^(?:import|export)\b.*?from '([^']+)';$/gm)) {
      assert.ok(specifier === '#host' || specifier.startsWith('.'), `${url}: ${specifier}`);
      pending.push(specifier === '#host' ? host : new URL(specifier, url).href);
    }
  }
  assert.ok(seen.has(host) && !seen.has(new URL('host/node.js', dist).href));
});

test('the platform of a browser prints, waits and has no disk', () => {
  const body = `
    print('one\\ntw');
    print('o\\nlast');
    const begin = clock.now();
    clock.subscribeDuration(5_000_000n).block();
    if (clock.now() - begin < 5_000_000n) throw new Error('woke early');
    const { seconds } = wasi['wasi:clocks/wall-clock'].now();
    if (Math.abs(Number(seconds) - Date.now() / 1e3) > 5) throw new Error('wrong time');
    if (wasi['wasi:random/random'].getRandomBytes(70_000n).length !== 70_000) throw new Error();
    try {
      createWasi({ preopens: [{ guest: '/', host: '/' }] });
    } catch (error) {
      console.error(error.message);
    }
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=browser', ...nodeArgs(body)],
    { cwd: packageFolder, encoding: 'utf8' },
  );
  assert.equal(stderr, 'cannot grant the directory `/`: ENOTSUP\n');
  assert.equal(stdout, 'one\ntwo\nlast\n');
});
