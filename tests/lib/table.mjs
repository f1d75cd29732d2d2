/** Rows of the table "where it runs" in the README, which tests make. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { root } from './setup.mjs';

const readme = `${root}README.md`;
const head = /^\| tool \| imports of components run in \|\n\| --- \| --- \|\n/m;

/**
 * Compares the rows of tools with what ran; `UPDATE=1` writes them.
 *
 * @param {Record<string, { label: string, oldest: number, newest: number }>} versions of the tools that ran
 * @param {Record<string, Iterable<string>>} places what passed, by tool
 */
export function checkRows(versions, places) {
  const text = readFileSync(readme, 'utf8');
  const begin = head.exec(text);
  assert.ok(begin, 'README.md has no table of tools');
  const at = begin.index + begin[0].length;
  const [body] = /^(?:\|.*\n)*/.exec(text.slice(at));
  const updated = withRows(body, versions, places);
  if (updated === body) return;
  if (process.env.UPDATE) {
    writeFileSync(readme, text.slice(0, at) + updated + text.slice(at + body.length));
    return;
  }
  assert.equal(body, updated, 'the table in README.md is not what ran; UPDATE=1 writes it');
}

/**
 * The rows of a table with those of some tools made again, each where it was.
 *
 * @param {string} body
 */
export function withRows(body, versions, places) {
  const rows = body.split(/(?<=\n)/);
  for (const [name, { label, oldest, newest }] of Object.entries(versions)) {
    const ran = [...(places[name] ?? [])];
    const majors = oldest === newest ? newest : `${oldest} to ${newest}`;
    const row = `| ${label} ${majors} | ${ran.join(', ')} |\n`;
    const own = new RegExp(`^\\| ${escaped(label)} \\d`);
    const index = rows.findIndex((line) => own.test(line));
    const made = ran.length > 0 ? [row] : [];
    if (index < 0) rows.push(...made);
    else rows.splice(index, 1, ...made);
  }
  return rows.join('');
}

function escaped(text) {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
