import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, instantiate } from '../lib/guest.mjs';

const int = (val) => ({ tag: 'integer', val });
const real = (val) => ({ tag: 'real', val });
const text = (val) => ({ tag: 'text', val });
const blob = (...bytes) => ({ tag: 'blob', val: Uint8Array.from(bytes) });
const nothing = { tag: 'null' };

test('a version', async () => {
  const { database } = await instantiate('sqlite');
  assert.match(database.version(), /^3\.\d+\.\d+$/);
});

test('every kind of value', async () => {
  const { database } = await instantiate('sqlite');
  const db = database.Connection.open(':memory:', false);
  db.execute('create table t (a, b, c, d, e)');
  const row = [int(-(2n ** 63n)), real(0.1), text('Grüße 👋'), blob(0, 255), nothing];
  db.query('insert into t values (?, ?, ?, ?, ?)', row);
  assert.equal(db.lastRow(), 1n);
  db.query('insert into t values (?, ?, ?, ?, ?)', [int(2n ** 63n - 1n), text(''), blob()]);
  assert.deepEqual(db.query('select a, b, c, d, e from t order by rowid', []), {
    columns: ['a', 'b', 'c', 'd', 'e'],
    values: [row, [int(2n ** 63n - 1n), text(''), blob(), nothing, nothing]],
  });
});

test('errors', async () => {
  const { database } = await instantiate('sqlite');
  const db = database.Connection.open(':memory:', false);
  const failing = (sql, code, message) =>
    assert.throws(
      () => db.query(sql, []),
      (error) => {
        assert.deepEqual(error.payload, { code, message });
        return true;
      },
    );
  failing('selekt', 1, 'near "selekt": syntax error');
  failing('select * from missing', 1, 'no such table: missing');
  db.execute('create table u (n integer primary key, v unique); insert into u values (1, 1)');
  failing('insert into u values (2, 1)', 2067, 'UNIQUE constraint failed: u.v');
  assert.throws(
    () => database.Connection.open('/data/none.db', false),
    (error) => error.payload.code % 256 === 14,
  );
});

test('a file that other instances read', async (t) => {
  const host = folder(t);
  const capabilities = { preopens: [{ guest: '/data', host }] };
  const { database } = await instantiate('sqlite', {}, capabilities);
  const db = database.Connection.open('/data/book.db', false);
  const changed = db.execute(`
    create table person (name text, born integer);
    begin;
    insert into person values ('Ada', 1815), ('Grace', 1906), ('Alan', 1912);
    commit;
  `);
  assert.equal(changed, 3n);
  db.execute('begin; delete from person; rollback');
  db[Symbol.dispose]();
  assert.deepEqual(readdirSync(host), ['book.db'], 'no journal and no lock is left');
  assert.equal(readFileSync(join(host, 'book.db'), 'latin1').slice(0, 15), 'SQLite format 3');

  const second = await instantiate(
    'sqlite',
    {},
    { preopens: [{ guest: '/data', host, readOnly: true }] },
  );
  const { Connection } = second.database;
  assert.throws(() => Connection.open('/data/other.db', false));
  assert.deepEqual(readdirSync(host), ['book.db']);

  const third = await instantiate('sqlite', {}, capabilities);
  const again = third.database.Connection.open('/data/book.db', true);
  assert.deepEqual(
    again.query('select name from person where born > ? order by name', [int(1900n)]).values,
    [[text('Alan')], [text('Grace')]],
  );
  assert.throws(
    () => again.execute('delete from person'),
    (error) => error.payload.code === 8,
  );
});

test('a large table, an index, a search through text', async (t) => {
  const host = folder(t);
  const { database } = await instantiate('sqlite', {}, { preopens: [{ guest: '/data', host }] });
  const db = database.Connection.open('/data/large.db', false);
  db.execute(`
    create table n as
      with recursive c(x) as (select 1 union all select x + 1 from c where x < 20000)
      select x, x * x as square, hex(x) as h from c;
    create index by_square on n(square);
    create virtual table docs using fts5(body);
    insert into docs select 'document ' || x || case x % 100 when 0 then ' needle' else ' hay' end from n;
  `);
  const one = (sql, ...parameters) => db.query(sql, parameters).values[0][0];
  assert.deepEqual(one('select count(*) from n'), int(20_000n));
  assert.deepEqual(one('select x from n where square = ?', int(12_345n ** 2n)), int(12_345n));
  assert.deepEqual(one("select count(*) from docs where docs match 'needle'"), int(200n));
  assert.deepEqual(one('pragma integrity_check'), text('ok'));
  db.execute('update n set h = null where x % 2 = 0; vacuum');
  assert.deepEqual(one('select count(h) from n'), int(10_000n));
  assert.equal(db.query('select * from n', []).values.length, 20_000);
  assert.deepEqual(one('select cast(round(sqrt(2), 6) as text)'), text('1.414214'));
});
