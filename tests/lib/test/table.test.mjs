import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withRows } from '../table.mjs';

const body = '| Vite 5 to 8 | servers, pages |\n| Vitest 2 to 5 | Node |\n';
const versions = { vite: { label: 'Vite', oldest: 5, newest: 9 } };

test('rows are those of what ran', () => {
  const made = withRows(body, versions, { vite: ['servers'] });
  assert.equal(made, '| Vite 5 to 9 | servers |\n| Vitest 2 to 5 | Node |\n');
});

test('a tool that is new has its row at the end', () => {
  const jest = { jest: { label: 'Jest', oldest: 30, newest: 30 } };
  assert.equal(withRows(body, jest, { jest: ['Node'] }), `${body}| Jest 30 | Node |\n`);
});

test('a tool of which nothing ran has no row', () => {
  assert.equal(withRows(body, versions, {}), '| Vitest 2 to 5 | Node |\n');
});
