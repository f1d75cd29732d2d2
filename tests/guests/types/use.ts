/** A strict program over the declarations of guests, which is only compiled. */
import { guests, longestLine, shout, summarize, visitor } from '../build/types/hello/hello.js';
import { headings, render } from '../build/types/rust-markdown/rust-markdown.js';
import { database } from '../build/types/sqlite/sqlite.js';

const ada: guests.Person = { name: 'Ada', languages: ['en'] };
{
  using book = new guests.GuestBook(2);
  const signed: number = book.sign(ada, shout('hello'));
  const texts: string[] = book.entries().map(({ who, text }) => who.name + text);
  console.log(
    signed,
    texts,
    guests.GuestBook.merge(book, new guests.GuestBook(1)) satisfies guests.GuestBook,
  );
}
const refusal = (why: guests.Refusal): string =>
  why.tag === 'full' ? why.val.toFixed() : (why.tag satisfies 'signed-before');
const [line, text]: [number, string] = longestLine('/poem');
const name: string | undefined = visitor();
console.log(refusal({ tag: 'signed-before' }), line, text, name?.length);
console.log(summarize([1, 2]).mean + summarize(new Float64Array(1)).range[1]);

console.log(render('*text*', { tables: true }), headings('# x')[0]?.range[0]);

using db = database.Connection.open(':memory:', false);
const rows = db.query('select ?', [{ tag: 'blob', val: Uint8Array.of(1) }, { tag: 'null' }]);
for (const value of rows.values.flat()) {
  if (value.tag === 'integer') console.log(value.val + 1n);
}

// @ts-expect-error: a number is no text
shout(7);
// @ts-expect-error: a field is missing
guests.greet({ name: 'x' });
// @ts-expect-error: there is no such case
refusal({ tag: 'late' });
// @ts-expect-error: 64-bit integers are bigint
db.query('select ?', [{ tag: 'integer', val: 1 }]);
// @ts-expect-error: it may be absent
console.log(name.length);
