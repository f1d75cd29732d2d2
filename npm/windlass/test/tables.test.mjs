/** Tables of options in documents are those of the schema; `UPDATE=1` writes them. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { ownOptions } from '../../unplugin/dist/options.js';
import { rulesAt, schema } from '../dist/schema.js';
import { root } from './support.mjs';

/** A Markdown table. */
function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function check(path, expected) {
  const text = readFileSync(`${root}${path}`, 'utf8');
  const parts = /^([^]*<!-- options -->\n)([^]*)(<!-- \/options -->[^]*)$/.exec(text);
  assert.ok(parts, path);
  const [, before, actual, after] = parts;
  if (process.env.UPDATE) writeFileSync(`${root}${path}`, `${before}\n${expected}\n\n${after}`);
  else assert.equal(actual.trim(), expected, `${path}: UPDATE=1 writes it`);
}

const nothing = { pairs: 'mapping', count: 'bound', duration: 'bound' };

const absent = ({ kind, default: fallback }) =>
  fallback === undefined ? `no ${nothing[kind] ?? 'name'}` : `\`${fallback}\``;

const commandLine = (key, { flag, kind }) => {
  if (flag) return `\`${flag[0]}\``;
  return kind === 'count' ? `\`--budget ${key.replace('budget.', '')}=<size>\`` : 'none';
};

test('the table of all options', () => {
  const rows = Object.entries(schema).map(([key, rule]) => [
    `\`${key}\``,
    rule.doc,
    absent(rule),
    commandLine(key, rule),
    rule.doors.join(', '),
  ]);
  check('docs/options.md', table(['option', 'says', 'if absent', 'command line', 'where'], rows));
});

test('the table of the options of plugins', () => {
  const rows = [
    ...Object.entries(ownOptions).map(([key, [, doc]]) => [`\`${key}\``, doc]),
    ...rulesAt('plugin').map(([key, rule]) => [`\`${key}\``, rule.doc]),
  ];
  check('npm/unplugin/README.md', table(['option', 'says'], rows));
});
