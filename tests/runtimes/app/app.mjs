/** The application's uses of its components, the same in every runtime. */
import { grant } from '@windlass/wasi';
import { check } from './check.mjs';

grant({
  env: { VISITOR: 'Ada' },
  preopens: [{ guest: '/data', files: { 'a.txt': 'short\nlonger line\n' }, readOnly: true }],
});

/** Uses of components, with the expected results. */
const uses = [
  ['plain: numbers', ({ plain }) => plain.add(2, 40), 42],
  ['WASI: text', ({ wasi }) => wasi.shout('über'), 'ÜBER'],
  ['WASI: a record', ({ wasi }) => wasi.summarize([3, 1, 5]), { count: 3, mean: 3, range: [1, 5] }],
  ['WASI: the environment', ({ wasi }) => wasi.visitor(), 'Ada'],
  ['WASI: a file', ({ wasi }) => wasi.longestLine('/data/a.txt'), [2, 'longer line']],
  [
    'WASI: what is not granted',
    ({ wasi }) => caught(() => wasi.longestLine('/etc/passwd')).name,
    'ComponentError',
  ],
  ['WASI: a resource', ({ wasi }) => sign(wasi.guests), [1, { tag: 'full', val: 1 }]],
  ['async: completes at once', ({ asynchronous }) => asynchronous.add(2, 40), 42],
  ['async: waits for the host', ({ asynchronous }) => asynchronous.greet('k'), 'Hello, 楓!'],
  [
    'async: an error',
    ({ asynchronous }) => asynchronous.greet('x').catch(({ name, payload }) => [name, payload]),
    ['ComponentError', 'no x'],
  ],
  [
    'async: calls at one time',
    ({ asynchronous: { all, greet, race } }) =>
      Promise.all([all(['a', 'z']), greet('g'), race(['a', 'k', 'g'])]),
    [['Ada', '(no z)'], 'Hello, Grace!', '楓'],
  ],
  ['async: futures', ({ asynchronous }) => asynchronous.shout(Promise.resolve('später')), 'SPÄTER'],
  [
    'async: a stream of bytes',
    async ({ asynchronous: { streams } }) =>
      new Response(await streams.upper(new Blob(['some ', 'text']).stream())).text(),
    'SOME TEXT',
  ],
  [
    'async: a stream of records',
    async ({ asynchronous: { streams } }) => gather(await streams.items(['a', 'missing', 'k'])),
    [
      { name: 'a', size: '3n' },
      { name: 'k', size: '3n' },
    ],
  ],
  ['async: a synchronous call', ({ asynchronous }) => asynchronous.plain(7), 49],
];

/**
 * @param {typeof import('./components.mjs')} components
 * @returns {Promise<{ name: string, error?: string }[]>} what was done, and what was wrong
 */
export function use(components) {
  return check(uses, components);
}

function sign({ GuestBook }) {
  const ada = { name: 'Ada', languages: ['en'] };
  const book = new GuestBook(1);
  const number = book.sign(ada, 'here');
  const { payload } = caught(() => book.sign({ name: 'Grace', languages: [] }, 'too'));
  book[Symbol.dispose]();
  return [number, payload];
}

function caught(call) {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

async function gather(stream) {
  const items = [];
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return items;
    items.push(value);
  }
}
