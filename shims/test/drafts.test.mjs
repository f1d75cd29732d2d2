// `wasi:config`, `wasi:logging` and `wasi:keyvalue`: grants, refusals and bounds.

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';

import { createWasi as versioned, grant, memoryBucket } from '@windlass/wasi';
import { store as grantedConfig } from '@windlass/wasi/config';
import { store as grantedStore } from '@windlass/wasi/keyvalue';
import { logging as grantedLogging } from '@windlass/wasi/logging';

import { createWasi } from './lib.mjs';

const scratch = fs.mkdtempSync(join(tmpdir(), 'windlass-wasi-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const STORE = 'wasi:keyvalue/store@0.2.0-draft';
const encoder = new TextEncoder();
const bytes = (text) => encoder.encode(text);
const text = (value) => value && new TextDecoder().decode(value);
const sqlite = process.getBuiltinModule('node:sqlite');

/** WASI for a guest, and the capabilities that it asked for and lacks. */
function watched(capabilities = {}) {
  const refused = [];
  const host = { refused: (name) => refused.push(name) };
  return { wasi: createWasi(capabilities, host), refused };
}

test('without a grant there are no values and no buckets', () => {
  const { wasi, refused } = watched();
  const upstream = { tag: 'upstream', val: 'no configuration is granted (capability `config`)' };
  assert.throws(() => wasi['wasi:config/store'].get('a'), { payload: upstream });
  assert.throws(() => wasi['wasi:config/store'].getAll(), { payload: upstream });
  for (const name of ['', 'default']) {
    const open = () => wasi['wasi:keyvalue/store'].open(name);
    assert.throws(open, { payload: { tag: 'access-denied' } });
  }
  wasi['wasi:logging/logging'].log('critical', 'context', 'dropped');
  assert.deepEqual([...new Set(refused)], ['config', 'keyvalue']);
});

test('configuration has the granted names and no inherited ones', () => {
  const config = { a: '1', '': 'empty', __proto__: null };
  const store = createWasi({ config })['wasi:config/store'];
  config.later = 'x';
  assert.equal(store.get('a'), '1');
  assert.equal(store.get(''), 'empty');
  for (const name of ['later', 'constructor', '__proto__', 'A']) {
    assert.equal(store.get(name), undefined);
  }
  assert.deepEqual(store.getAll(), [
    ['a', '1'],
    ['', 'empty'],
  ]);
  const odd = createWasi({ config: JSON.parse('{"__proto__": "own"}') })['wasi:config/store'];
  assert.equal(odd.get('__proto__'), 'own');
});

test('messages become lines, or calls of a function', () => {
  const lines = [];
  const stderr = () => ({ isTerminal: false, write: (chunk) => lines.push(text(chunk)) });
  const { log } = createWasi({ logging: 'inherit' }, { stderr })['wasi:logging/logging'];
  log('warn', 'main', 'grüße');
  log('info', '', 'no context');
  log('error', 'a\nb', 'one\ninfo: forged\r\u001b[2J\u202e\u0085');
  assert.deepEqual(lines, [
    'warn main: grüße\n',
    'info: no context\n',
    'error a\\u{a}b: one\\u{a}info: forged\\u{d}\\u{1b}[2J\\u{202e}\\u{85}\n',
  ]);
  const entries = [];
  const called = createWasi({ logging: (entry) => entries.push(entry) })['wasi:logging/logging'];
  called.log('trace', 'c', 'raw\n');
  assert.deepEqual(entries, [{ level: 'trace', context: 'c', message: 'raw\n' }]);
  createWasi({ logging: 'ignore' })['wasi:logging/logging'].log('trace', 'c', 'm');
});

test('messages count as output, and failed writes are ignored', () => {
  const stderr = () => ({ isTerminal: false, write() {} });
  const limits = { outputBytes: 20 };
  const { log } = createWasi({ logging: 'inherit', limits }, { stderr })['wasi:logging/logging'];
  log('info', '', 'twelve');
  assert.throws(() => log('info', '', 'twelve'), /^RuntimeError: .*`?limits\.outputBytes/);
  const gone = () => ({
    isTerminal: false,
    write() {
      throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    },
  });
  createWasi({ logging: 'inherit' }, { stderr: gone })['wasi:logging/logging'].log('info', '', 'x');
});

test('values of another type are refused', () => {
  for (const [capabilities, message] of [
    [{ config: ['a'] }, '`config` must be an object of strings'],
    [{ config: { a: 1 } }, '`config` must be an object of strings'],
    [{ logging: 'stderr' }, /^`logging` must be `'inherit'`/],
    [{ keyvalue: 'memory' }, '`keyvalue` must be an object'],
    [{ keyvalue: { a: 'memory' } }, '`keyvalue["a"]` must be an object'],
    [{ keyvalue: { a: {} } }, '`keyvalue["a"]` has neither `entries` nor `file`'],
    [{ keyvalue: { a: { entries: {}, file: 'f' } } }, /^`keyvalue\["a"\]` has both `entries` and/],
    [{ keyvalue: { a: { entries: {}, readonly: true } } }, /`keyvalue\["a"\]\.readonly`$/],
    [{ keyvalue: { a: { entries: {}, maxBytes: -1 } } }, /maxBytes` must be a number from 0 on$/],
    [{ keyvalue: { a: { entries: { k: 1 } } } }, /entries` must be a bucket, or an object/],
    [{ keyvalue: { a: { entries: [] } } }, /entries` must be a bucket, or an object/],
    [{ keyvalue: { a: { file: '' } } }, /file` is not a file$/],
    [{ keyvalue: { a: { file: ':memory:' } } }, /file` is not a file$/],
    [{ keyvalue: { a: { entries: { k: 'long' }, maxBytes: 3 } } }, /^cannot grant the bucket `a`/],
  ]) {
    assert.throws(() => createWasi(capabilities), { code: 'invalid-capability', message });
  }
  const openBucket = undefined;
  const keyvalue = { a: { file: join(scratch, 'no-disk') } };
  assert.throws(
    () => createWasi({ keyvalue }, { openBucket }),
    /there is no disk: grant `entries`/,
  );
});

let files = 0;
const kinds = [['memory', (rest) => ({ entries: {}, ...rest })]];
if (sqlite) {
  kinds.push(['SQLite', (rest) => ({ file: join(scratch, `${(files += 1)}.db`), ...rest })]);
}

const isOther = (message) => (error) => {
  assert.equal(error.payload?.tag, 'other');
  assert.match(error.payload.val, message);
  assert.ok(!error.payload.val.includes(scratch));
  return true;
};

for (const [name, make] of kinds) {
  const open = (rest) => {
    const wasi = createWasi({ keyvalue: { default: make(rest) } });
    const bucket = wasi['wasi:keyvalue/store'].open('default');
    return { wasi, bucket, ...wasi['wasi:keyvalue/atomics'], ...wasi['wasi:keyvalue/batch'] };
  };

  test(`${name}: pairs are set, read and deleted`, () => {
    const { wasi, bucket } = open();
    assert.equal(bucket.get('a'), undefined);
    assert.equal(bucket.exists('a'), false);
    const value = bytes('one');
    bucket.set('a', value);
    // The bucket copied the guest's bytes.
    value.fill(0);
    assert.equal(text(bucket.get('a')), 'one');
    bucket.get('a').fill(0);
    assert.equal(text(bucket.get('a')), 'one');
    bucket.set('a', bytes('two'));
    bucket.set('', new Uint8Array(0));
    for (const key of ['a\0b', 'a\0c', '__proto__', "'; DROP TABLE entries; --", '🚀', '%', 'A']) {
      bucket.set(key, bytes(key));
    }
    for (const key of ['a\0b', 'a\0c', '__proto__', "'; DROP TABLE entries; --", '🚀', '%', 'A']) {
      assert.equal(text(bucket.get(key)), key);
    }
    assert.equal(text(bucket.get('a')), 'two');
    assert.deepEqual([...bucket.get('')], []);
    assert.equal(bucket.exists(''), true);
    bucket.delete('a');
    bucket.delete('a');
    assert.equal(bucket.exists('a'), false);
    assert.equal(text(bucket.get('a\0b')), 'a\0b');
    assert.throws(() => wasi['wasi:keyvalue/store'].open('other'), {
      payload: { tag: 'no-such-store' },
    });
    assert.throws(() => wasi['wasi:keyvalue/store'].open('toString'), {
      payload: { tag: 'no-such-store' },
    });
    const again = wasi['wasi:keyvalue/store'].open('default');
    bucket[Symbol.dispose]();
    assert.equal(text(again.get('A')), 'A');
  });

  test(`${name}: keys are listed in pages, and changes skip none`, () => {
    const { bucket, setMany } = open();
    assert.deepEqual(bucket.listKeys(undefined), { keys: [], cursor: undefined });
    const expected = Array.from({ length: 2500 }, (_, index) => `k${index}`);
    setMany(
      bucket,
      expected.map((key) => [key, bytes(key)]),
    );
    const found = [];
    let cursor;
    do {
      const page = bucket.listKeys(cursor);
      found.push(...page.keys);
      ({ cursor } = page);
      for (const key of page.keys) bucket.delete(key);
    } while (cursor !== undefined);
    assert.deepEqual(found, expected);
    for (const odd of [0n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n]) {
      assert.deepEqual(bucket.listKeys(odd), { keys: [], cursor: undefined });
    }
  });

  test(`${name}: increment`, () => {
    const { bucket, increment } = open();
    assert.equal(increment(bucket, 'n', 5n), 5n);
    assert.equal(increment(bucket, 'n', 2n), 7n);
    assert.equal(text(bucket.get('n')), '7');
    bucket.set('n', bytes('18446744073709551614'));
    assert.equal(increment(bucket, 'n', 1n), 2n ** 64n - 1n);
    assert.throws(() => increment(bucket, 'n', 1n), isOther(/64 bits/));
    assert.equal(text(bucket.get('n')), '18446744073709551615');
    for (const odd of ['', ' 1', '-1', '1.5', '0x1', '٣', '1'.repeat(100)]) {
      bucket.set('odd', bytes(odd));
      assert.throws(() => increment(bucket, 'odd', 1n), isOther(/not a number/), odd);
      assert.equal(text(bucket.get('odd')), odd);
    }
  });

  test(`${name}: many pairs at once`, () => {
    const { bucket, getMany, setMany, deleteMany } = open();
    setMany(bucket, [
      ['a', bytes('1')],
      ['b', bytes('2')],
      ['a', bytes('3')],
    ]);
    const read = () => getMany(bucket, ['b', 'x', 'a']).map((pair) => pair && text(pair[1]));
    assert.deepEqual(read(), ['2', undefined, '3']);
    deleteMany(bucket, ['x', 'b', 'b']);
    assert.deepEqual(read(), [undefined, undefined, '3']);
    setMany(bucket, []);
    assert.deepEqual(getMany(bucket, []), []);
  });

  test(`${name}: size and length are bounded`, () => {
    const { bucket, getMany, setMany } = open({ maxBytes: 1 << 20 });
    bucket.set('a', new Uint8Array(500_000));
    const full = isOther(/full/);
    assert.throws(() => bucket.set('b', new Uint8Array(1_000_000)), full);
    assert.throws(
      () =>
        setMany(
          bucket,
          [...Array(100_000).keys()].map((key) => [`key ${key}`, bytes('x')]),
        ),
      full,
    );
    assert.equal(bucket.exists('b'), false);
    bucket.set('a', bytes('small again'));
    bucket.set('b', new Uint8Array(1000));
    bucket.set('c', new Uint8Array(300_000));
    assert.throws(() => getMany(bucket, new Array(1000).fill('c')), isOther(/more than/));
    const long = 'k'.repeat(4097);
    const tooLong = isOther(/longer than 4096/);
    assert.throws(() => bucket.get(long), tooLong);
    assert.throws(() => bucket.set(long, bytes('')), tooLong);
    assert.throws(() => bucket.exists(long), tooLong);
    assert.throws(
      () =>
        setMany(bucket, [
          ['d', bytes('')],
          [long, bytes('')],
        ]),
      tooLong,
    );
    assert.equal(bucket.exists('d'), false);
  });
}

test('a read-only bucket refuses writes', () => {
  const entries = memoryBucket({ a: '1' });
  const wasi = createWasi({ keyvalue: { '': { entries, readOnly: true } } });
  const bucket = wasi['wasi:keyvalue/store'].open('');
  const { increment } = wasi['wasi:keyvalue/atomics'];
  const { setMany, deleteMany } = wasi['wasi:keyvalue/batch'];
  for (const change of [
    () => bucket.set('a', bytes('2')),
    () => bucket.delete('a'),
    () => increment(bucket, 'a', 1n),
    () => setMany(bucket, []),
    () => deleteMany(bucket, ['a']),
  ]) {
    assert.throws(change, { payload: { tag: 'access-denied' } });
  }
  assert.equal(text(bucket.get('a')), '1');
});

test('guests that get the same bucket in memory share its pairs', () => {
  const entries = memoryBucket();
  const open = (granted) => {
    const wasi = versioned({ keyvalue: { b: { entries: granted } } });
    return [wasi[STORE].open('b'), () => wasi[Symbol.dispose]()];
  };
  const [first, dispose] = open(entries);
  first.set('a', bytes('kept'));
  dispose();
  assert.equal(text(open(entries)[0].get('a')), 'kept');
  // Pairs are copied, so these guests share nothing.
  const pairs = { a: '1' };
  const [one] = open(pairs);
  one.set('a', bytes('2'));
  assert.equal(text(open(pairs)[0].get('a')), '1');
  assert.throws(() => memoryBucket({ a: 'long' }, 100), { code: 'ENOSPC' });
});

test('`grant` sets the grants of the default instance', () => {
  assert.throws(() => grantedConfig.get('a'), { name: 'WasiError' });
  const entries = [];
  grant({ config: { a: '1' }, keyvalue: { b: { entries: {} } } });
  grant({ logging: (entry) => entries.push(entry) });
  assert.equal(grantedConfig.get('a'), '1');
  grantedStore.open('b').set('k', bytes('v'));
  assert.equal(text(grantedStore.open('b').get('k')), 'v');
  grantedLogging.log('info', 'c', 'm');
  assert.equal(entries.length, 1);
  const before = grantedStore.open('b');
  assert.throws(() => grant({ keyvalue: { b: {} } }), { code: 'invalid-capability' });
  assert.equal(text(before.get('k')), 'v');
});

test('without `node:sqlite` a file is refused', { skip: sqlite !== undefined }, () => {
  const keyvalue = { a: { file: join(scratch, 'f.db') } };
  assert.throws(() => createWasi({ keyvalue }), /needs `node:sqlite`, of Node 22.13 or later/);
});

if (sqlite) {
  test('SQLite: a file is kept and shared', () => {
    const file = join(scratch, 'kept.db');
    const open = (rest) => {
      const wasi = createWasi({ keyvalue: { f: { file, ...rest } } });
      return { bucket: wasi['wasi:keyvalue/store'].open('f'), ...wasi['wasi:keyvalue/atomics'] };
    };
    const one = open();
    const other = open();
    for (let i = 0; i < 10; i += 1) {
      one.increment(one.bucket, 'n', 1n);
      other.increment(other.bucket, 'n', 1n);
    }
    assert.equal(text(open({ readOnly: true }).bucket.get('n')), '20');
  });

  test('SQLite: a file of another format or schema is refused', () => {
    const path = (name) => join(scratch, name);
    fs.writeFileSync(path('text'), 'no database, but long enough to be looked at'.repeat(100));
    fs.mkdirSync(path('folder'));
    const foreign = new sqlite.DatabaseSync(path('foreign.db'));
    foreign.exec('CREATE TABLE entries (other)');
    foreign.close();
    for (const [file, readOnly] of [
      [path('text'), false],
      [path('folder'), false],
      [path('foreign.db'), false],
      [path('foreign.db'), true],
      [path('absent.db'), true],
      [path('no/folder.db'), false],
    ]) {
      assert.throws(() => createWasi({ keyvalue: { a: { file, readOnly } } }), {
        code: 'invalid-capability',
        message: /^cannot grant the bucket `/,
      });
    }
    assert.ok(!fs.existsSync(path('absent.db')));
    // Other programs may have put anything there.
    const odd = new sqlite.DatabaseSync(path('odd.db'));
    odd.exec('CREATE TABLE entries (number INTEGER, key, value)');
    odd.exec("INSERT INTO entries VALUES (1, 'text', 'v'), (2, x'00', 1), (3, 'null', NULL)");
    odd.close();
    const keyvalue = { a: { file: path('odd.db'), readOnly: true } };
    const bucket = createWasi({ keyvalue })['wasi:keyvalue/store'].open('a');
    assert.throws(() => bucket.get('text'), isOther(/not bytes/));
    assert.throws(() => bucket.get('null'), isOther(/not bytes/));
    assert.throws(() => bucket.listKeys(undefined), isOther(/not text/));
  });

  test('SQLite: a bucket closes with its guest', () => {
    const imports = versioned({ keyvalue: { a: { file: join(scratch, 'ended.db') } } });
    const bucket = imports[STORE].open('a');
    bucket.set('k', bytes('v'));
    imports[Symbol.dispose]();
    assert.throws(() => bucket.get('k'), isOther(/closed/));
    assert.throws(() => imports[STORE].open('a'), {
      payload: { tag: 'access-denied' },
    });
    fs.rmSync(join(scratch, 'ended.db'));
  });
}
