/** The example of `npm start`: a Node script that uses the component as any other module. */
import { fileURLToPath } from 'node:url';
import { grant } from '@windlass/wasi';
import { guests, longestLine, shout, summarize, visitor } from '../../target/start/hello/hello.js';

// A component sees nothing of the machine until it is granted.
grant({
  env: { VISITOR: process.env.USER ?? 'somebody' },
  stderr: 'inherit',
  preopens: [
    { guest: '/', host: fileURLToPath(new URL('../..', import.meta.url)), readOnly: true },
  ],
});

show(
  'a string in, a string out',
  `shout('components are modules')`,
  shout('components are modules'),
);

const ada = { name: 'Ada', languages: ['en'] };
const grace = { name: 'Grace', languages: ['ja', 'en'] };
show('a record', `guests.greet(grace)`, guests.greet(grace));

show('numbers, and a record back', `summarize([3, 1, 4, 1, 5])`, summarize([3, 1, 4, 1, 5]));

const book = new guests.GuestBook(1);
show('an object that lives in Rust', `book.sign(ada, 'first!')`, book.sign(ada, 'first!'));
show(
  'an error of Rust is an exception',
  `book.sign(grace, 'me too')`,
  caught(() => book.sign(grace, 'me too')),
);

show('std::env, as far as granted', `visitor()`, visitor());
show('std::fs, as far as granted', `longestLine('/README.md')`, longestLine('/README.md'));

function show(what, code, value) {
  console.log(`  ${`// ${what}`}\n  ${code}`);
  console.log(
    `    → ${shorten(JSON.stringify(value, (_, v) => (ArrayBuffer.isView(v) ? [...v] : v)))}\n`,
  );
}

function caught(call) {
  try {
    return call();
  } catch (error) {
    return { thrown: error.name, payload: error.payload };
  }
}

function shorten(text) {
  return text.length > 90 ? `${text.slice(0, 89)}…` : text;
}
