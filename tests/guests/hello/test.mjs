import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { grant } from '@windlass/wasi';
import { folder, instantiate, transpile } from '../lib/guest.mjs';

const ada = { name: 'Ada', languages: ['en', 'fr'] };
const kaede = { name: '楓', languages: ['ja'] };

test('strings and lists', async () => {
  const hello = await instantiate('hello');
  assert.equal(hello.shout('straße, ǆ, 👋'), 'STRASSE, Ǆ, 👋');
  assert.deepEqual(hello.summarize([3, 1, 2]), { count: 3, mean: 2, range: [1, 3] });
  assert.deepEqual(hello.summarize(new Float64Array([0.5])), {
    count: 1,
    mean: 0.5,
    range: [0.5, 0.5],
  });
});

test('a function that says err throws its payload', async () => {
  const hello = await instantiate('hello');
  assert.throws(
    () => hello.summarize([]),
    (error) => error.name === 'ComponentError' && error.payload === 'there is nothing to sum up',
  );
});

test('records, under both names of the interface', async () => {
  const { guests, ...rest } = await instantiate('hello');
  assert.equal(guests, rest['example:hello/guests@0.1.0']);
  assert.equal(guests.greet(ada), 'Hello, Ada!');
  assert.equal(guests.greet(kaede), 'こんにちは, 楓!');
});

test('a resource', async () => {
  const { guests } = await instantiate('hello');
  const { GuestBook } = guests;
  const book = new GuestBook(2);
  assert.ok(book instanceof GuestBook);
  assert.equal(book.sign(ada, 'first!'), 1);
  assert.throws(
    () => book.sign(ada, 'again'),
    (error) => {
      assert.deepEqual(error.payload, { tag: 'signed-before' });
      return true;
    },
  );
  assert.equal(book.sign(kaede, '二番'), 2);
  assert.throws(
    () => book.sign({ name: 'Eve', languages: [] }, ''),
    (error) => {
      assert.deepEqual(error.payload, { tag: 'full', val: 2 });
      return true;
    },
  );
  const lines = [
    { number: 1, who: ada, text: 'first!' },
    { number: 2, who: kaede, text: '二番' },
  ];
  assert.deepEqual(book.entries(), lines);

  const other = new GuestBook(1);
  other.sign({ name: 'Eve', languages: [] }, 'third');
  const both = GuestBook.merge(book, other);
  assert.deepEqual(
    both.entries().map(({ number, who }) => [number, who.name]),
    [
      [1, 'Ada'],
      [2, '楓'],
      [3, 'Eve'],
    ],
  );
  assert.throws(() => book.entries(), TypeError, 'it was given away');
  both[Symbol.dispose]();
  assert.throws(() => both.entries(), TypeError);
});

test('environment and files are there when granted', async (t) => {
  const data = folder(t);
  writeFileSync(join(data, 'poem.txt'), 'short\nthe lóngest line\nthe longest line\n');
  const denied = await instantiate('hello');
  assert.equal(denied.visitor(), undefined);
  assert.throws(
    () => denied.longestLine('/data/poem.txt'),
    (error) => error.name === 'ComponentError' && error.payload.startsWith('/data/poem.txt: '),
  );
  const granted = await instantiate(
    'hello',
    {},
    { env: { VISITOR: 'Grace' }, preopens: [{ guest: '/data', host: data, readOnly: true }] },
  );
  assert.equal(granted.visitor(), 'Grace');
  assert.deepEqual(granted.longestLine('/data/poem.txt'), [2, 'the lóngest line']);
});

test('a wrong argument names the function and the parameter', async () => {
  const { guests, summarize } = await instantiate('hello');
  assert.throws(() => summarize(7), { name: 'TypeError', message: /summarize.*numbers/s });
  assert.throws(() => guests.greet({ name: 'x', languages: 'en' }), {
    name: 'TypeError',
    message: /greet.*who.*languages/s,
  });
});

test('as a module, which is granted something', async (t) => {
  const data = folder(t);
  writeFileSync(join(data, 'poem.txt'), 'short\nlonger\n');
  const { visitor, longestLine, guests } = await import(await transpile(t, 'hello'));
  // Before the first call: the guest's C library asks once and remembers.
  grant({ env: { VISITOR: 'Emmy' }, preopens: [{ guest: '/poems', host: data }] });
  const book = new guests.GuestBook(1);
  assert.equal(book.sign(ada, ''), 1);
  assert.equal(visitor(), 'Emmy');
  assert.deepEqual(longestLine('/poems/poem.txt'), [2, 'longer']);
});
