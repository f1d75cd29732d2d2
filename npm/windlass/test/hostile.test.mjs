/** Grants and texts that were made to do harm: each ends in an error, and grants nothing. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { capabilitiesIn, grantsIn } from '../dist/cli/grants.js';
import { readWasm } from '../dist/cli/component.js';
import { createWasi } from '../../../shims/dist/index.js';
import { command, scratch, windlass } from './support.mjs';

const folder = join(scratch, 'hostile');
mkdirSync(join(folder, 'inner'), { recursive: true });

function file(name, contents) {
  writeFileSync(join(folder, name), contents);
  return join(folder, name);
}

const deep = (depth, open, close) => open.repeat(depth) + close.repeat(depth);

describe('capabilities from a file', () => {
  const refused = {
    'a prototype': '{"__proto__":{"env":"inherit"}}',
    'a constructor': '{"constructor":{"prototype":{"env":"inherit"}}}',
    'a prototype of limits': '{"limits":{"__proto__":{"openFiles":1e9}}}',
    'a prototype of a directory': '{"preopens":[{"guest":"/","__proto__":{"host":"/"}}]}',
    'a method of objects': '{"toString":1}',
    'a bucket with a prototype': '{"keyvalue":{"b":{"__proto__":{"file":"x"}}}}',
    null: 'null',
    'a text': '"inherit"',
    'a list': '[{"env":"inherit"}]',
    'lists in lists': deep(100_000, '[', ']'),
    'objects in objects': `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
    nothing: '',
    'two values': '{}{}',
    'a comment': '{} // env',
    'variables that are no text': '{"env":{"A":1}}',
    'variables in a list': '{"env":["A=1"]}',
    'another word for all variables': '{"env":"Inherit"}',
    'arguments as a text': '{"args":"a b"}',
    'an argument that is no text': '{"args":["a",null]}',
    'a directory as a text': '{"preopens":["/"]}',
    'directories as an object': '{"preopens":{"0":{"guest":"/","host":"/"},"length":1}}',
    'a directory without a name': '{"preopens":[{"host":"/"}]}',
    'a directory with an empty path': '{"preopens":[{"guest":"/","host":""}]}',
    'a directory whose `readOnly` is a text':
      '{"preopens":[{"guest":"/","host":"/","readOnly":"true"}]}',
    'a directory with two sources': '{"preopens":[{"guest":"/","host":"/","files":{}}]}',
    'two directories of one name':
      '{"preopens":[{"guest":"/a","host":"/"},{"guest":"/a/","host":"/"}]}',
    'an unknown key of a directory': '{"preopens":[{"guest":"/","host":"/","readonly":true}]}',
    'a path that is no text': '{"preopens":[{"guest":"/","host":["/"]}]}',
    'a limit below zero': '{"limits":{"openFiles":-1}}',
    'a limit that is a text': '{"limits":{"openFiles":"Infinity"}}',
    'a limit that is null': '{"limits":{"openFiles":null}}',
    'a bucket with no source': '{"keyvalue":{"b":{}}}',
    'a bucket with two sources': '{"keyvalue":{"b":{"file":"f","entries":{}}}}',
    'a bucket with an empty path': '{"keyvalue":{"b":{"file":""}}}',
    'a bucket whose size is a text': '{"keyvalue":{"b":{"entries":{},"maxBytes":"1"}}}',
    'a bucket with values that are no text': '{"keyvalue":{"b":{"entries":{"a":{}}}}}',
    'a seed with a fraction': '{"random":{"seed":1.5}}',
    'a seed beside another key': '{"random":{"seed":1,"is":true}}',
    'a time that is none': '{"clocks":{"fixed":"yesterday"}}',
    'another word for clocks': '{"clocks":"Coarse"}',
    'a level of messages': '{"logging":"info"}',
    'configuration that is no text': '{"config":{"a":1}}',
    'a function as a text': '{"stdout":"() => {}"}',
  };
  for (const [what, text] of Object.entries(refused)) {
    test(`refused: ${what}`, async () => {
      await assert.rejects(capabilitiesIn(file('grants.json', text)), {
        code: 'invalid-config',
        at: join(folder, 'grants.json'),
      });
      assert.equal({}.env, undefined);
      assert.equal({}.host, undefined);
    });
  }

  test('refused: bytes that are no UTF-8', async () => {
    const bytes = Buffer.from('{"cwd":"/\xff"}', 'latin1');
    await assert.rejects(capabilitiesIn(file('grants.json', bytes)), { code: 'invalid-config' });
  });

  test('a mark of the byte order is no text', async () => {
    const granted = await capabilitiesIn(file('grants.json', '\ufeff{"cwd":"/a"}'));
    assert.equal(granted.cwd, '/a');
  });

  test('paths begin at the folder of the file, whatever they are called', async () => {
    const grants = { preopens: [{ guest: '/', host: 'inner' }], keyvalue: {} };
    Object.defineProperty(grants.keyvalue, '__proto__', {
      value: { file: 'pairs' },
      enumerable: true,
    });
    const granted = await capabilitiesIn(file('grants.json', JSON.stringify(grants)));
    assert.equal(granted.preopens[0].host, join(folder, 'inner'));
    assert.equal(
      Object.getOwnPropertyDescriptor(granted.keyvalue, '__proto__').value.file,
      join(folder, 'pairs'),
    );
    assert.equal(Object.getPrototypeOf(granted.keyvalue), Object.prototype);
  });
});

describe('capabilities by name', () => {
  const refused = [
    '__proto__={"env":"inherit"}',
    'constructor=1',
    'hasOwnProperty=1',
    'env=inherited',
    'env=["A"]',
    'preopens=/',
    'preopens=[]x',
    'limits=1',
    'limits={"openFiles":"1"}',
    'keyvalue={"b":1}',
    'clocks=0',
    'random=seed',
    'Env=inherit',
    'env =inherit',
    ' env=inherit',
  ];
  for (const text of refused) {
    test(`refused: ${text}`, () => {
      assert.throws(() => createWasi(grantsIn([text])), { code: 'invalid-capability' });
    });
  }

  test('a name without a value, and a value without a name', () => {
    for (const text of ['env', '', '=', '=inherit']) {
      assert.throws(() => grantsIn([text]), { code: 'invalid-option' });
    }
  });

  test('a later grant takes nothing of an earlier one', () => {
    const grants = ['--env', 'A=1', '--grant', 'env={"B":"2"}'];
    const granted = windlass(['run', command, ...grants, '--', 'env']);
    assert.equal(granted.stdout, 'B=2\n');
    const taken = windlass([
      'run',
      command,
      '--dir',
      `${folder}::/d`,
      '--grant',
      'preopens=[]',
      '--',
      'ls',
      '/d',
    ]);
    assert.notEqual(taken.code, 0);
  });
});

describe('text that is no module', () => {
  const refused = {
    'parentheses without end': '('.repeat(1_000_000),
    'a million that are closed': deep(1_000_000, '(', ')'),
    'a deep type': `(component (type ${deep(100_000, '(list ', ')')}))`,
    'deep components': deep(100_000, '(component ', ')'),
    'a comment without end': `(${';'.repeat(2)}`,
    'nested comments without end': '(;'.repeat(500_000),
    'a string without end': '(module (data "',
    'a string with a wrong escape': '(module (data "\\xzz"))',
    'a number too large': '(module (memory 99999999999999999999))',
    NUL: '(module \0)',
    'a character that turns text': '(module \u202e)',
    'an escape of terminals': '(module \u001b[31m)',
    'a quoted module': '(module quote "(func")',
    'two modules': '(module)(module)',
    'a script': '(module) (assert_return (invoke "f"))',
    'a name twice': '(module (func $f) (func $f))',
  };
  for (const [what, text] of Object.entries(refused)) {
    test(`refused: ${what}`, async () => {
      const path = file('text.wat', text);
      const error = await readWasm(path).then(
        () => assert.fail('it was read'),
        (error) => error,
      );
      assert.match(error.code, /^(invalid-text|not-wasm)$/, error.stack);
      assert.doesNotMatch(`${error.message}${error.help ?? ''}`, /panic|unreachable|internal/i);
    });
  }

  test('bytes that are no UTF-8 are neither', async () => {
    const path = file('text.wat', Buffer.from('(module $\xff)', 'latin1'));
    await assert.rejects(readWasm(path), { code: 'not-wasm' });
  });

  test('a binary module that is none is refused behind the text', () => {
    const { code, stderr } = windlass(['inspect', '-'], {
      input: '(module binary "\\00asm\\ff\\ff\\ff\\ff")',
    });
    assert.equal(code, 1);
    assert.match(stderr, /^error\[(not-wasm|invalid-component)\]: /);
  });

  test('a message shows no controls', () => {
    for (const text of ['(module \u001b[31m)', '(module \u202e)', '(module $\u001b]0;x\u0007)']) {
      const { code, stderr } = windlass(['inspect', '-'], { input: text });
      assert.equal(code, 1, stderr);
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(stderr, /[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/);
    }
  });

  test('a mark of the byte order before the text', async () => {
    const { bytes } = await readWasm(file('text.wat', '\ufeff(module)'));
    assert.deepEqual([...bytes.subarray(0, 4)], [0, 97, 115, 109]);
  });
});
