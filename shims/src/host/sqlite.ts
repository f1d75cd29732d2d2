/** Key-value pairs in a SQLite file. Needs `node:sqlite`: Node 22.13 and later, and Deno. */

import type { DatabaseSync, StatementSync } from 'node:sqlite';

import { HostError } from '../preview2/errors.js';
import type { HostBucket } from './host.js';

/** The wait for another process that locks the file, in milliseconds. */
const PATIENCE = 5000;

/** Errnos by the primary result code of SQLite; others are `EIO`. No message names the file. */
const ERRNOS: Readonly<Record<number, string>> = {
  5: 'EBUSY',
  6: 'EBUSY',
  7: 'ENOMEM',
  8: 'EROFS',
  13: 'ENOSPC',
  14: 'ENOENT',
  18: 'EFBIG',
  26: 'EINVAL',
};

const SCHEMA = `CREATE TABLE IF NOT EXISTS entries (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  value BLOB NOT NULL
) STRICT`;

/** The statements, compiled once. */
const STATEMENTS = {
  get: 'SELECT value FROM entries WHERE key = ?',
  has: 'SELECT 1 FROM entries WHERE key = ?',
  set: 'INSERT INTO entries (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  delete: 'DELETE FROM entries WHERE key = ?',
  list: 'SELECT number, key FROM entries WHERE number > ? ORDER BY number LIMIT ?',
} as const;

class SqliteBucket implements HostBucket {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<keyof typeof STATEMENTS, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(key: string): Uint8Array | undefined {
    const row = said(() => this.#statement('get').get(key));
    if (row === undefined) return undefined;
    const { value } = row;
    // Another program may have made the table.
    if (!(value instanceof Uint8Array)) throw new HostError('EINVAL', 'the value is not bytes');
    return value;
  }

  has(key: string): boolean {
    return said(() => this.#statement('has').get(key)) !== undefined;
  }

  set(key: string, value: Uint8Array): void {
    said(() => this.#statement('set').run(key, value));
  }

  delete(key: string): void {
    said(() => this.#statement('delete').run(key));
  }

  list(after: bigint, limit: number): [number: bigint, key: string][] {
    const rows = said(() => this.#statement('list').all(after, limit));
    return rows.map(({ number, key }) => {
      if (typeof number === 'bigint' && typeof key === 'string') return [number, key];
      throw new HostError('EINVAL', 'the key is not text');
    });
  }

  atomically<T>(change: () => T): T {
    said(() => this.#database.exec('BEGIN IMMEDIATE'));
    try {
      const result = change();
      said(() => this.#database.exec('COMMIT'));
      return result;
    } catch (error) {
      // SQLite rolls back by itself when the disk is full.
      if (this.#database.isTransaction !== false) rollBack(this.#database);
      throw error;
    }
  }

  close(): void {
    if (this.#database.isOpen !== false) this.#database.close();
  }

  #statement(name: keyof typeof STATEMENTS): StatementSync {
    let statement = this.#statements.get(name);
    if (statement === undefined) {
      statement = this.#database.prepare(STATEMENTS[name]);
      statement.setReadBigInts(true);
      this.#statements.set(name, statement);
    }
    return statement;
  }
}

function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // There is nothing left to roll back.
  }
}

/** Opens a file; creates it unless `readOnly`. */
export function openSqlite(path: string, readOnly: boolean, maxBytes: number): HostBucket {
  const sqlite = process.getBuiltinModule('node:sqlite') as
    | typeof import('node:sqlite')
    | undefined;
  if (sqlite === undefined) {
    throw new HostError(
      'ENOTSUP',
      'a bucket in a file needs `node:sqlite`, of Node 22.13 or later',
    );
  }
  return said(() => {
    const database = new sqlite.DatabaseSync(path, { readOnly });
    try {
      database.exec(`PRAGMA trusted_schema = OFF; PRAGMA busy_timeout = ${PATIENCE}`);
      if (!readOnly) database.exec(SCHEMA);
      limitSize(database, maxBytes);
      // Fails unless the file has this table.
      database.prepare(STATEMENTS.list);
      return new SqliteBucket(database);
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Stops the file from growing past `maxBytes`. */
function limitSize(database: DatabaseSync, maxBytes: number): void {
  if (maxBytes === Number.POSITIVE_INFINITY) return;
  const row = database.prepare('PRAGMA page_size').get();
  const pages = Math.max(1, Math.floor(maxBytes / Number(row?.['page_size'])));
  database.exec(`PRAGMA max_page_count = ${Math.min(pages, 2 ** 32 - 2)}`);
}

/** Runs `action`; failures of SQLite become a {@link HostError} with an errno. */
function said<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code, errcode } = error as { code?: unknown; errcode?: unknown };
    if (code === 'ERR_INVALID_STATE') throw new HostError('EBADF', 'the bucket is closed');
    if (code !== 'ERR_SQLITE_ERROR') throw error;
    // The low byte of an extended result code is the primary one.
    const { message } = error as Error;
    throw new HostError(ERRNOS[Number(errcode) & 0xff] ?? 'EIO', message);
  }
}
