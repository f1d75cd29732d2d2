import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as nodeTest } from 'node:test';
import { folder, instantiate } from '../lib/guest.mjs';

const lines = [];
const log = {
  line: (text) => lines.push(text),
  limit: () => 100,
};
const fresh = (capabilities, replaced = {}) =>
  instantiate('python', { 'guest:python/log': { ...log, ...replaced } }, capabilities);
const refusal = (payload) => (error) => {
  assert.equal(error.name, 'ComponentError');
  assert.deepEqual(error.payload, payload);
  return true;
};

// (module (global i32 (i32.add (i32.const 1) (i32.const 1))))
const extendedConst = '0061736d010000000609017f00410141016a0b';
// CPython is position-independent code, which needs it; Node has it from 21 on.
const able = WebAssembly.validate(Buffer.from(extendedConst, 'hex'));
const python = able ? await fresh() : undefined;
const test = able ? nodeTest : () => {};

if (!able)
  nodeTest('an engine that is too old is told so', async () => {
    await assert.rejects(fresh(), {
      name: 'WindlassError',
      code: 'unsupported',
      message: /^this engine lacks what the component needs: /,
    });
  });

test('a version of today', () => {
  const [major, minor] = python.version();
  assert.equal(major, 3);
  assert.ok(minor >= 12);
});

test('strings, and a call of the host', () => {
  assert.equal(python.greet('Ŵorld 👋'), 'Hello, Ŵorld 👋!');
  assert.deepEqual(lines, ['greeting Ŵorld 👋']);
});

test('records and enums', () => {
  const source = 'the cat and the dog and the bird';
  assert.deepEqual(python.text.words(source, 'by-count').slice(0, 3), [
    { text: 'the', count: 3 },
    { text: 'and', count: 2 },
    { text: 'cat', count: 1 },
  ]);
  assert.deepEqual(
    python.text.words(source, 'by-text').map(({ text }) => text),
    ['and', 'bird', 'cat', 'dog', 'the'],
  );
});

test('large numbers', () => {
  assert.equal(python.text.factorial(25), '15511210043330985984000000');
  assert.equal(python.text.factorial(2000).length, 5736);
});

test('variants and results', () => {
  const { parseJson } = python.text;
  assert.deepEqual(parseJson('null'), { tag: 'null' });
  assert.deepEqual(parseJson('true'), { tag: 'boolean', val: true });
  assert.deepEqual(parseJson('1e3'), { tag: 'number', val: 1000 });
  assert.deepEqual(parseJson('"\\u00fc"'), { tag: 'text', val: 'ü' });
  assert.deepEqual(parseJson('["a", "b"]'), { tag: 'list', val: ['a', 'b'] });
  assert.throws(
    () => parseJson('{'),
    refusal('Expecting property name enclosed in double quotes at 1'),
  );
});

test('flags, options, bytes', () => {
  assert.equal(python.text.change('abc', { upper: true, reversed: true }), 'CBA');
  assert.equal(python.text.change('abc', {}), 'abc');
  assert.deepEqual(python.text.firstMatch('[0-9]+', 'ab 123'), [3, '123']);
  assert.equal(python.text.firstMatch('x', 'ab'), undefined);
  assert.equal(python.text.sumBytes(new Uint8Array(10_000).fill(255)), 2_550_000n);
});

test('a resource', () => {
  const { Template } = python.text;
  const template = new Template('Dear $name, ');
  assert.deepEqual(template.names(), ['name']);
  assert.equal(template.complete([['name', 'Ada']]), 'Dear Ada, ');
  assert.throws(() => template.complete([]), refusal('no value for name'));
  const other = new Template('bye $when');
  const joined = Template.join(template, other);
  assert.deepEqual(joined.names(), ['name', 'when']);
  template[Symbol.dispose]();
  assert.throws(() => template.names(), TypeError);
  assert.equal(other.complete([['when', 'now']]), 'bye now');
});

test('files are read and written', async (t) => {
  const host = folder(t);
  writeFileSync(join(host, 'in.txt'), 'a\nb\nc\n');
  const granted = await fresh({ preopens: [{ guest: '/data', host }] });
  assert.equal(granted.countLines('/data/in.txt'), 3);
  granted.writeFile('/data/out.txt', 'grüße');
  assert.equal(readFileSync(join(host, 'out.txt'), 'utf8'), 'grüße');
  granted.writeFile('/data/out.txt', 'less');
  assert.equal(readFileSync(join(host, 'out.txt'), 'utf8'), 'less');
  assert.throws(
    () => granted.countLines('/data/no'),
    refusal('No such file or directory: /data/no'),
  );
});

test('the host says err', async (t) => {
  const host = folder(t);
  writeFileSync(join(host, 'in.txt'), 'a\nb\nc\n');
  const preopens = [{ guest: '/data', host, readOnly: true }];
  const low = await fresh({ preopens }, { limit: () => 2 });
  assert.throws(() => low.countLines('/data/in.txt'), refusal('more than 2 lines'));
  const none = await fresh(
    { preopens },
    {
      limit() {
        throw { payload: 'no limit known' };
      },
    },
  );
  assert.throws(() => none.countLines('/data/in.txt'), refusal('no limit known'));
});

test('the environment', async () => {
  const granted = await fresh({ env: { A: '1', B: 'zwei' } });
  const environment = new Map(granted.environment());
  assert.equal(environment.get('A'), '1');
  assert.equal(environment.get('B'), 'zwei');
});
