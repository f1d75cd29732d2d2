/** One schema of options: what each door takes, and that nothing else is. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compile, instantiate, transpile, types } from 'windlass';
import { ownOptions, checked } from '../../unplugin/dist/options.js';
import { settingsOf } from '../dist/hooks/attributes.js';
import { pack } from '../dist/pack.js';
import { optionsOf } from '../dist/cli/values.js';
import { rulesAt, schema } from '../dist/schema.js';
import { helloBytes, hello, scratch, windlass } from './support.mjs';

/** A value of each kind, and as the command line has it. */
const values = {
  text: ['some-text', ['some-text']],
  choice: ['web', ['web']],
  flag: [true, []],
  count: [65_536, ['64KiB']],
  duration: [1500, ['1.5s']],
  list: [
    ['f', 'a:b/c#d'],
    ['f', 'a:b/c#d'],
  ],
  pairs: [[['a:b/*', './c-*.js']], ['a:b/*=./c-*.js']],
};

const doors = ['transpile', 'types', 'pack', 'run'];

describe('the command line', () => {
  for (const door of doors) {
    test(`\`${door}\` takes what the schema says of it, and says so in its help`, () => {
      const { stdout: help } = windlass([door, '--help']);
      for (const [key, rule] of rulesAt(door)) {
        const budget = key.startsWith('budget.') ? key.slice('budget.'.length) : undefined;
        if (budget) assert.ok(help.includes('--budget <'), help);
        if (!rule.flag) continue;
        assert.ok(help.includes(rule.flag[0]), key);
      }
    });
  }

  test('every flag sets its option', () => {
    for (const [key, rule] of rulesAt('transpile')) {
      if (!rule.flag) continue;
      const [, long] = /--(?:no-)?([a-z-]+)/.exec(rule.flag[0]);
      const attribute = long.replace(/-./g, (it) => it[1].toUpperCase());
      const [value, texts] = values[rule.kind];
      const expected = rule.kind === 'flag' ? !rule.default : value;
      const said = { flag: expected, list: texts, pairs: texts }[rule.kind] ?? texts[0];
      const options = optionsOf('transpile', { [attribute]: said });
      const [group, name] = key.split('.');
      assert.deepEqual(options, { [group]: name ? { [name]: expected } : expected }, key);
    }
    assert.deepEqual(optionsOf('transpile', { types: true }), {});
  });

  test('budgets by name', () => {
    const budget = ['output=16MiB', 'instances=7', 'lift=0'];
    assert.deepEqual(optionsOf('run', { budget }), {
      budget: { output: 2 ** 24, instances: 7, lift: 0 },
    });
    for (const [text, message, help] of [
      ['ouput=1', /no budget `ouput`/, /did you mean `output`\?/],
      ['constructor=1', /no budget `constructor`/, /there are instances, output, lift/],
      ...[
        'output',
        'output=',
        'output=1.5',
        'output=-1',
        'output=1MB',
        'output= 1',
        'output=1e9',
      ].map((one) => [one, /`--budget output` takes a whole number/, /64MiB/]),
    ]) {
      assert.throws(
        () => optionsOf('transpile', { budget: [text] }),
        (error) =>
          error.code === 'invalid-option' && message.test(error.message) && help.test(error.help),
        text,
      );
    }
  });

  test('a budget that is used up names the option, which raises it', () => {
    const { code, stderr } = windlass([
      'transpile',
      hello,
      '-o',
      'small',
      '--budget',
      'output=4KiB',
    ]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error\[budget-exceeded\]: .*\n(?: {2}at .*\n)? {2}help: .*`--budget output=/,
    );
    const raised = ['--budget', 'output=4KiB', '--budget', 'output=4MiB'];
    assert.equal(windlass(['transpile', hello, '-o', 'small', ...raised]).code, 0);
  });

  test('bytes that one call may lift', () => {
    const glue = (...flags) => {
      const { code, stderr } = windlass(['transpile', hello, '-o', 'lift', ...flags]);
      assert.equal(code, 0, stderr);
      return readFileSync(join(scratch, 'lift/hello.instantiate.js'), 'utf8');
    };
    assert.match(glue(), /maxLiftBytes \?\? (?:134217728|0x8000000)\b/);
    assert.match(glue('--max-lift-bytes', '1MiB'), /maxLiftBytes \?\? (?:1048576|0x100000)\b/);
    const { code, stderr } = windlass(['transpile', hello, '--max-lift-bytes', 'much']);
    assert.equal(code, 2);
    assert.match(stderr, /`--max-lift-bytes` takes a whole number, and not `much`/);
  });
});

/** Keys of options that a door does not have, and one that none has. */
function others(door) {
  const own = new Set(rulesAt(door).map(([key]) => key.split('.')[0]));
  return [...Object.keys(schema).filter((key) => !own.has(key.split('.')[0])), 'minfy', '__proto'];
}

const refusal = (key) => (error) => {
  assert.equal(error.code, 'invalid-option', error.stack);
  assert.ok(error.message.includes(`\`${key}\``), error.message);
  assert.match(error.help, /^(?:did you mean|there are) /);
  return true;
};

test('no function takes an option of another', async () => {
  const given = (key) => {
    const value = values[schema[key]?.kind ?? 'flag'][0];
    return { [key]: value };
  };
  for (const key of others('transpile')) {
    assert.throws(() => transpile(helloBytes, given(key)), refusal(key));
  }
  for (const key of others('types')) {
    assert.throws(() => types(helloBytes, given(key)), refusal(key));
  }
  for (const key of others('compile')) {
    await assert.rejects(compile(helloBytes, given(key)), refusal(key));
    await assert.rejects(instantiate(helloBytes, {}, given(key)), refusal(key));
  }
  for (const key of others('pack')) {
    const own = { name: 'x', wasi: '1.0.0' };
    // A package has a name of its own.
    if (key !== 'name')
      assert.throws(() => pack(helloBytes, { ...own, ...given(key) }), refusal(key));
  }
  for (const key of others('plugin')) {
    if (!Object.hasOwn(ownOptions, key)) assert.throws(() => checked(given(key)), refusal(key));
  }
});

test('an instance has options of its own', async () => {
  const component = await compile(helloBytes);
  for (const options of [{ maxLiftByte: 1 }, { minify: true }]) {
    const [key] = Object.keys(options);
    assert.throws(() => component.instantiate({}, options), refusal(key));
  }
  await assert.rejects(compile(helloBytes, { maxLiftBytes: 1 }), refusal('maxLiftBytes'));
});

test('what was meant, at every depth', () => {
  for (const [options, key, meant] of [
    [{ minfy: true }, 'minfy', 'minify'],
    [{ sourcemap: true }, 'sourcemap', 'sourceMap'],
    [{ asyncExport: [] }, 'asyncExport', 'asyncExports'],
    [{ budget: { ouptut: 1 } }, 'budget.ouptut', 'output'],
    [{ 'budget.lift': 1 }, 'budget.lift'],
  ]) {
    for (const refuse of [() => transpile(helloBytes, options), () => checked(options)]) {
      assert.throws(refuse, (error) => refusal(key)(error));
    }
    const help = meant ? `did you mean \`${meant}\`?` : /^there are name, target, /;
    assert.throws(() => transpile(helloBytes, options), { help });
  }
  assert.throws(() => transpile(helloBytes, { target: 'wokerd' }), {
    message: 'there is no target `wokerd`',
    help: 'did you mean `workerd`?',
  });
  // For `windlass/register`, and nobody else.
  assert.throws(() => transpile(helloBytes, { target: 'hooks' }), { code: 'invalid-option' });
});

test('options of plugins', () => {
  for (const [options, key, meant] of [
    [{ inlined: true }, 'inlined', 'inline'],
    [{ target: 'node' }, 'target'],
    [{ Workerd: true }, 'Workerd', 'workerd'],
  ]) {
    assert.throws(
      () => checked(options),
      (error) => {
        if (meant) assert.equal(error.help, `did you mean \`${meant}\`?`);
        return refusal(key)(error);
      },
    );
  }
  for (const options of [
    { inline: '1' },
    { types: 1 },
    { workerd: 1 },
    { root: true },
    { map: 1 },
  ]) {
    assert.throws(() => checked(options), { code: 'invalid-option' }, JSON.stringify(options));
  }
  const { map } = checked({ map: new Map([['a', 'b']]).entries() });
  assert.deepEqual(map, [['a', 'b']]);
});

test('import attributes', () => {
  const read = (attributes) => settingsOf(attributes, '/app/main.js');
  const { options, capabilities } = read({
    map: 'a:b/c=./c.js',
    dir: './d::/d:ro',
    clocks: 'false',
  });
  assert.deepEqual(options.map, [['a:b/c', 'file:///app/c.js']]);
  assert.deepEqual(capabilities, {
    preopens: [{ host: '/app/d', guest: '/d', readOnly: true }],
    clocks: false,
  });
  const varied = { clocks: '{ "fixed": "2024-02-29" }', random: '{ "seed": 42 }' };
  assert.deepEqual(read(varied).capabilities, {
    clocks: { fixed: '2024-02-29' },
    random: { seed: 42 },
  });
  assert.deepEqual(read({ clocks: 'coarse', random: 'true' }).capabilities, {
    clocks: 'coarse',
    random: true,
  });
  const drafts = {
    config: 'a=1,b=2',
    logging: 'inherit',
    keyvalue: '{ "k": { "file": "k.db" }, "m": { "entries": {} } }',
  };
  assert.deepEqual(read(drafts).capabilities, {
    config: { a: '1', b: '2' },
    logging: 'inherit',
    keyvalue: { k: { file: '/app/k.db' }, m: { entries: {} } },
  });
  for (const wrong of [{ config: 'a' }, { logging: 'stderr' }, { keyvalue: 'k' }]) {
    assert.throws(() => read(wrong), { code: 'invalid-option' });
  }
  // `createWasi` refuses values of another type.
  for (const keyvalue of ['1', '"k"', 'null', '[]', '{ "k": 1 }']) {
    assert.deepEqual(read({ keyvalue }).capabilities, { keyvalue: JSON.parse(keyvalue) });
  }
  for (const wrong of [{ clocks: 'corse' }, { random: 'coarse' }, { random: '{' }]) {
    assert.throws(() => read(wrong), { code: 'invalid-option' });
  }
  for (const [key, meant] of [['maps', 'map'], ['dirs', 'dir'], ['stdot', 'stdout'], ['minify']]) {
    assert.throws(
      () => read({ [key]: 'x' }),
      ({ code, message, help }) => {
        assert.ok(message.includes(`\`${key}\``), message);
        assert.equal(help.startsWith('did you mean'), meant !== undefined, help);
        return code === 'invalid-option' && (!meant || help.includes(`\`${meant}\``));
      },
    );
  }
  for (const dir of ['a::/d:rw', '["a::/d:ro "]', 'a::d', '::/d']) {
    assert.throws(() => read({ dir }), { code: 'invalid-option' }, dir);
  }
});
