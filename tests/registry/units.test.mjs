/** The parts of the registry commands that need no server. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isLocal, parseChallenges, printable } from '../../npm/windlass/dist/registry/client.js';
import { newestOf } from '../../npm/windlass/dist/registry/packages.js';
import { formatReference, parseReference } from '../../npm/windlass/dist/registry/reference.js';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('references', () => {
  const cases = {
    'ghcr.io/acme/thing:1.2.0': 'ghcr.io/acme/thing:1.2.0',
    'GHCR.io/acme/thing': 'ghcr.io/acme/thing:latest',
    'localhost:5000/thing': 'localhost:5000/thing:latest',
    'localhost/thing:a': 'localhost/thing:a',
    '[::1]:5000/thing': '[::1]:5000/thing:latest',
    thing: 'docker.io/library/thing:latest',
    'thing:1': 'docker.io/library/thing:1',
    'acme/thing': 'docker.io/acme/thing:latest',
    'index.docker.io/acme/thing': 'docker.io/acme/thing:latest',
    [`ghcr.io/acme/thing@${digest}`]: `ghcr.io/acme/thing@${digest}`,
    [`ghcr.io/acme/thing:1.0@${digest}`]: `ghcr.io/acme/thing:1.0@${digest}`,
    'a.b/c__d/e-f/g.h:_': 'a.b/c__d/e-f/g.h:_',
  };
  for (const [text, expected] of Object.entries(cases)) {
    test(text, () => {
      const reference = parseReference(text);
      assert.equal(formatReference(reference), expected);
      assert.deepEqual(parseReference(expected), reference);
    });
  }

  const refused = [
    '',
    '/',
    'ghcr.io/',
    'ghcr.io//thing',
    'https://ghcr.io/acme/thing',
    'oci://ghcr.io/acme/thing',
    'ghcr.io/Acme/thing',
    'ghcr.io/acme/thing:',
    'ghcr.io/acme/thing:1.0+build',
    'ghcr.io/acme/thing:a b',
    'ghcr.io/acme/thing@1.0.0',
    'ghcr.io/acme/thing@sha256:0',
    'ghcr.io/acme/../thing',
    'ghcr.io/acme/thing?x=y',
    'ghcr.io/acme/thing#x',
    'user:pass@ghcr.io/acme/thing',
    'ghcr.io:port/acme/thing',
    '-.io/acme/thing',
    `ghcr.io/${'a'.repeat(256)}`,
    `ghcr.io/a:${'a'.repeat(129)}`,
  ];
  for (const text of refused) {
    test(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.throws(() => parseReference(text), { code: 'invalid-option' });
    });
  }
});

test('challenges', () => {
  const plain = (header) =>
    parseChallenges(header).map(({ scheme, parameters }) => [
      scheme,
      Object.fromEntries(parameters),
    ]);
  assert.deepEqual(plain('Basic realm="a, b"'), [['basic', { realm: 'a, b' }]]);
  assert.deepEqual(plain('Bearer realm="https://x/y?z=1",service=x, scope="a:b:c,d"'), [
    ['bearer', { realm: 'https://x/y?z=1', service: 'x', scope: 'a:b:c,d' }],
  ]);
  assert.deepEqual(plain('Negotiate, Basic realm="a\\"b",  BEARER realm=c'), [
    ['negotiate', {}],
    ['basic', { realm: 'a"b' }],
    ['bearer', { realm: 'c' }],
  ]);
  assert.deepEqual(plain(''), []);
  // Nothing that a header can have takes minutes, which would end the suite.
  for (const text of ['"', '\\"', 'a=', ', ', 'a="', '=']) parseChallenges(text.repeat(20_000));
});

test('this machine', () => {
  for (const host of ['localhost', 'localhost:5000', '127.0.0.1:80', '127.1.2.3', '[::1]:5000']) {
    assert.ok(isLocal(host), host);
  }
  for (const host of [
    'localhost.example.com',
    '127.0.0.1.example.com',
    '0.0.0.0',
    '10.0.0.1:5000',
  ]) {
    assert.ok(!isLocal(host), host);
  }
});

test('the newest version', () => {
  const tags = ['latest', '1.0.0', '1.10.0', '1.9.0', '2.0.0-rc.1', 'v3.0.0', '0.2.3'];
  assert.equal(newestOf(tags), '1.10.0');
  assert.equal(newestOf(tags, '1.9'), '1.9.0');
  assert.equal(newestOf(tags, '0'), '0.2.3');
  assert.equal(newestOf(tags, '2'), undefined);
  assert.equal(newestOf([]), undefined);
});

test('text of servers', () => {
  assert.equal(printable('a\u001b[31mb\nc\u202ed'), 'a\\u{1b}[31mb\\u{a}c\\u{202e}d');
  assert.equal(printable('x'.repeat(1000)).length, 301);
});
