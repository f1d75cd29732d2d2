import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantiate } from '../lib/guest.mjs';

const host = {
  decorate(text) {
    if (text === 'plain') throw { payload: 'plain stays plain' };
    return text.toUpperCase();
  },
  numbers: () => [1n, -2n, 2n ** 60n],
};
const fresh = (capabilities) => instantiate('js', { 'guest:js/host': host }, capabilities);
const js = await fresh();

test('strings', () => {
  assert.equal(js.slug('Hello, World! 2'), 'hello-world-2');
  assert.deepEqual(js.codePoints('a👋ü'), Uint32Array.of(0x61, 0x1f44b, 0xfc));
});

test('numbers', () => {
  assert.equal(js.sum([0.1, 0.2, 0.3]), 0.1 + 0.2 + 0.3);
  assert.equal(js.sum(new Float64Array(1000).fill(2)), 2000);
  assert.equal(js.fibonacci(90), 2880067194370816120n);
  assert.deepEqual(js.reverseBytes(Uint8Array.of(1, 2, 255)), Uint8Array.of(255, 2, 1));
  assert.deepEqual(js.swap(['x', 2n ** 64n - 1n]), [2n ** 64n - 1n, 'x']);
});

test('calls of the host', () => {
  assert.equal(js.decorated('fancy'), '<FANCY>');
  assert.throws(
    () => js.decorated('plain'),
    (error) => error.payload === 'refused: plain stays plain',
  );
  assert.equal(js.sumHost(), 2n ** 60n - 1n);
});

test('a resource', () => {
  const { Notebook } = js.notes;
  const book = new Notebook('mine');
  assert.equal(book.add('Bread', ['food'], 4), 1);
  assert.equal(book.add('apples', ['food', 'fruit'], undefined), 2);
  assert.equal(book.add('Chairs', [], 0), 3);
  const titles = (query, order) => book.find(query, order).map(({ title }) => title);
  assert.deepEqual(titles({ tag: 'all' }, 'newest-first'), ['Chairs', 'apples', 'Bread']);
  assert.deepEqual(titles({ tag: 'tagged', val: 'food' }, 'newest-first'), ['apples', 'Bread']);
  assert.deepEqual(titles({ tag: 'matching', val: '^[a-c]' }, 'by-title').length, 3);
  assert.deepEqual(book.remove(2), {
    id: 2,
    title: 'apples',
    tags: ['food', 'fruit'],
    stars: undefined,
  });
  assert.throws(
    () => book.remove(2),
    (error) => error.payload === 'mine has no note 2',
  );
  assert.deepEqual(JSON.parse(book.dump()), {
    name: 'mine',
    notes: [
      { id: 1, title: 'Bread', tags: ['food'], stars: 4 },
      { id: 3, title: 'Chairs', tags: [], stars: 0 },
    ],
  });
  book[Symbol.dispose]();
  assert.throws(() => book.dump(), TypeError);
});

test('instances share nothing', async () => {
  const [one, two] = [await fresh(), await fresh()];
  const [a, b] = [new one.notes.Notebook('a'), new two.notes.Notebook('b')];
  a.add('only here', [], undefined);
  assert.deepEqual(b.find({ tag: 'all' }, 'by-title'), []);
  assert.throws(() => one.notes.Notebook.prototype.dump.call(b), TypeError);
});

test('many calls', () => {
  const book = new js.notes.Notebook('many');
  for (let i = 0; i < 2000; i++) book.add(`note ${i}`, [`${i % 7}`], i % 5);
  assert.equal(book.find({ tag: 'tagged', val: '3' }, 'newest-first').length, 286);
});
