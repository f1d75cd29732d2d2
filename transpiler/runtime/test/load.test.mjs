/** An engine that refuses its input is not reported as lacking a feature. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  compileAnywhere,
  compileFetched,
  compileFile,
  compileSmall,
  compileText,
  refused,
} from '../load.js';

const folder = mkdtempSync(join(tmpdir(), 'windlass-load-'));
const HTML = '<!doctype html><title>Not found</title>';
// (module (func (export "f")))
const whole = Buffer.from(
  '0061736d010000000104016000000302010007050101660000 0a040102000b'.replace(' ', ''),
  'hex',
);
const cut = whole.subarray(0, whole.length - 2);
// (module (func (export "f") (unknown opcode 0xff)))
const unknown = Buffer.from(whole.toString('hex').replace('0a040102000b', '0a05010300ff0b'), 'hex');

const answers = {
  '/whole.wasm': [200, 'application/wasm', whole],
  '/whole.bin': [200, 'application/octet-stream', whole],
  '/page.wasm': [200, 'text/html; charset=utf-8', HTML],
  '/page-as.wasm': [200, 'application/wasm', HTML],
  '/page-as.bin': [200, 'application/octet-stream', HTML],
  '/empty.wasm': [200, 'application/wasm', ''],
  '/cut.wasm': [200, 'application/wasm', cut],
  '/cut.bin': [200, 'application/octet-stream', cut],
  '/unknown.wasm': [200, 'application/wasm', unknown],
  '/unknown.bin': [200, 'application/octet-stream', unknown],
};
const server = createServer((request, response) => {
  const [status, type, body] = answers[request.url] ?? [404, 'text/html', HTML];
  response.writeHead(status, { 'content-type': type }).end(body);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
const file = (name, contents) => {
  writeFileSync(join(folder, name), contents);
  return pathToFileURL(join(folder, name));
};
const url = (path) => new URL(path, `http://127.0.0.1:${server.address().port}`);

const lacks = /this engine lacks what the component needs: .*; Node 22 has it/;
/** The message for each, which names no feature. */
const given = {
  '/page.wasm': /^cannot load http:.*\/page\.wasm: /,
  '/page-as.wasm': /^cannot load http:.*\/page-as\.wasm: /,
  '/page-as.bin': /^cannot load http:.*\/page-as\.bin: /,
  '/empty.wasm': /empty\.wasm: /,
  '/cut.wasm': /^cannot load http:.*\/cut\.wasm: /,
  '/cut.bin': /^cannot load http:.*\/cut\.bin: /,
  '/nowhere.wasm': /^cannot fetch http:.*\/nowhere\.wasm: HTTP status 404$/,
};

test('what is fetched', async () => {
  for (const path of ['/whole.wasm', '/whole.bin']) {
    assert.ok((await compileAnywhere(url(path))) instanceof WebAssembly.Module);
  }
  for (const [path, text] of Object.entries(given)) {
    await assert.rejects(compileFetched(url(path)), ({ message }) => {
      assert.match(message, text);
      assert.doesNotMatch(message, /lacks/);
      return true;
    });
  }
  for (const path of ['/unknown.wasm', '/unknown.bin']) {
    await assert.rejects(compileFetched(url(path)), lacks);
  }
});

test('what is small, of which no engine lacks anything', async () => {
  assert.ok((await compileSmall(url('/whole.bin'))) instanceof WebAssembly.Module);
  assert.ok(compileSmall(file('small.wasm', whole)) instanceof WebAssembly.Module);
  for (const path of ['/page.wasm', '/empty.wasm', '/cut.wasm', '/nowhere.wasm'])
    await assert.rejects(compileSmall(url(path)), { message: given[path] });
  assert.throws(() => compileSmall(file('small.wasm', HTML)), /cannot load file:.*small\.wasm: /);
});

test('what is a file, or a text', () => {
  assert.ok(compileFile(file('whole.wasm', whole)) instanceof WebAssembly.Module);
  assert.throws(
    () => compileFile(file('page.wasm', HTML)),
    /^CompileError: cannot load file:.*page\.wasm: /,
  );
  assert.throws(() => compileFile(file('cut.wasm', cut)), /cannot load file:.*cut\.wasm: /);
  assert.throws(() => compileFile(file('unknown.wasm', unknown)), lacks);
  assert.throws(
    () => compileFile(pathToFileURL(join(folder, 'nowhere.wasm'))),
    /ENOENT.*nowhere\.wasm/,
  );
  const text = (bytes) => String.fromCharCode(...bytes);
  assert.ok(compileText(text(whole)) instanceof WebAssembly.Module);
  assert.throws(() => compileText(HTML), /cannot load a core module: /);
  assert.throws(() => compileText(text(unknown)), lacks);
});

test('the words of engines', () => {
  const { CompileError } = WebAssembly;
  const words = [
    // V8, SpiderMonkey, JavaScriptCore
    [
      new CompileError('expected magic word 00 61 73 6d, found 3c 21 64 6f @+0'),
      /^cannot load a core module/,
    ],
    [new CompileError('at offset 4: failed to match magic number'), /^cannot load a core module/],
    [
      new CompileError("WebAssembly.Module doesn't parse at byte 0: expected a magic header"),
      /^cannot load a core module/,
    ],
    [
      new CompileError('size 7654322 > maximum function size 7654321 @+33'),
      /^cannot load a core module/,
    ],
    [
      new CompileError('section (code 10, "Code") extends past end of the module'),
      /^cannot load a core module/,
    ],
    [
      new RangeError('WebAssembly.Module(): Array buffer allocation failed'),
      /^cannot load a core module/,
    ],
    [
      new RangeError('WebAssembly.Compile is disallowed on the main thread'),
      /^cannot load a core module/,
    ],
    [new CompileError('invalid memory limits flags 0x4'), lacks],
    [new CompileError('opcode i32.add is not allowed in constant expressions @+20'), lacks],
    [
      new CompileError("invalid value type 'exnref', enable with --experimental-wasm-exnref"),
      lacks,
    ],
  ];
  for (const [error, text] of words)
    assert.throws(
      () => refused(error),
      (thrown) => thrown === error && text.test(error.message),
    );
});
