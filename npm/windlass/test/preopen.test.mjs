/** Directories and modules as people write them, with paths of any system. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPathsFrom } from '../dist/config.js';
import { preopens } from '../dist/preopen.js';
import { specifierFrom, specifierIn } from '../dist/specifier.js';

const read = (text, flavour) => {
  const [{ host, guest, readOnly }] = preopens([text], flavour);
  return [host, guest, readOnly ? 'ro' : 'rw'].join(' ');
};

test('directories of POSIX systems', () => {
  for (const [text, expected] of [
    ['a::/d', 'a /d rw'],
    ['a::/d:ro', 'a /d ro'],
    ['/a/b::/', '/a/b / rw'],
    ['.::.', '. . rw'],
    ['data', 'data data rw'],
    ['data:ro', 'data data ro'],
    // Names may be so, and the system says whether there is one.
    ['a:b::/d', 'a:b /d rw'],
    ['a:/d', 'a:/d a:/d rw'],
    ['C:\\x::/d', 'C:\\x /d rw'],
    [' a::/d', ' a /d rw'],
  ]) {
    assert.equal(read(text, 'posix'), expected, text);
  }
});

test('directories of Windows', () => {
  for (const [text, expected] of [
    ['C:\\x::/d', 'C:\\x /d rw'],
    ['C:\\x::/d:ro', 'C:\\x /d ro'],
    ['c:/x y::/d', 'c:/x y /d rw'],
    ['C:::/d', 'C: /d rw'],
    ['C:\\::/', 'C:\\ / rw'],
    ['\\\\server\\share::/d', '\\\\server\\share /d rw'],
    ['\\\\server\\share::/d:ro', '\\\\server\\share /d ro'],
    ['\\\\?\\C:\\x::/d', '\\\\?\\C:\\x /d rw'],
    ['.\\x::/d', '.\\x /d rw'],
    ['C:\\x', 'C:\\x C:\\x rw'],
    ['C:\\x:ro', 'C:\\x C:\\x ro'],
  ]) {
    assert.equal(read(text, 'win32'), expected, text);
  }
});

test('what may grant more than was meant is refused', () => {
  const anywhere = [
    '',
    '::',
    ':ro',
    '::/d',
    '::/d:ro',
    'a::',
    'a:: ',
    'a:::ro',
    'a::/d::ro',
    'a::b::/d',
  ];
  const ends = [
    ':ro ',
    ' :ro',
    ' ',
    '\t',
    '\u00a0',
    '\n',
    ':',
    ':rw',
    ':RO',
    ':ro:ro',
    ':ro/',
    ':ro//',
    ':r',
    ':ro,',
  ];
  anywhere.push(...ends.map((end) => `a::/d${end}`));
  anywhere.push('data:ro ', 'data ', ' data');
  // A relative path is no place in the guest, and `a::ro` is probably `a:ro`.
  anywhere.push('a::d', 'ab::ro', 'a::./d', 'a::../d', 'a::d/', 'a::\\d', 'a::C:\\d', 'a::C:/d');
  const onWindows = [
    'C::/d',
    'C:\\x:rw',
    'C:\\x::D:\\y',
    'C:\\x::\\d',
    'C:\\x::/d:rw',
    'C:\\x::/d:ro ',
    'C:\\x :ro ',
  ];
  for (const flavour of ['posix', 'win32']) {
    for (const text of flavour === 'win32' ? [...anywhere, ...onWindows] : anywhere) {
      assert.throws(
        () => preopens([text], flavour),
        ({ code, message, help }) => {
          assert.match(help, /^write `host::guest/);
          return code === 'invalid-option' && message.includes(`\`${text}\``);
        },
        JSON.stringify(text),
      );
    }
  }
  for (const two of [
    ['a::/d', 'b::/d'],
    ['a::/d', 'b::/d/:ro'],
    ['a', 'a:ro'],
  ]) {
    assert.throws(() => preopens(two, 'posix'), { code: 'invalid-option' }, two.join());
  }
});

test('modules that are paths begin at a folder', () => {
  for (const [folder, specifier, expected, flavour = 'posix'] of [
    ['/app', './log.js', 'file:///app/log.js'],
    ['/app', '../log-*.js', 'file:///log-*.js'],
    ['/app', '/log.js', 'file:///log.js'],
    ['/my app', './all.js#log', 'file:///my%20app/all.js#log'],
    ['/app', './a%20b#c.js', 'file:///app/a%2520b#c.js'],
    ['/app', '@acme/log', '@acme/log'],
    ['/app', '#internal/log', '#internal/log'],
    ['/app', 'C:\\x.js', 'C:\\x.js'],
    ['C:\\app', './log.js', 'file:///C:/app/log.js', 'win32'],
    ['C:\\app', '..\\log.js', 'file:///C:/log.js', 'win32'],
    ['C:\\app', 'D:\\x\\log.js#log', 'file:///D:/x/log.js#log', 'win32'],
    ['C:\\app', 'D:/x/log.js', 'file:///D:/x/log.js', 'win32'],
    ['C:\\app', '\\\\server\\share\\log.js', 'file://server/share/log.js', 'win32'],
    ['\\\\server\\share', './log.js', 'file://server/share/log.js', 'win32'],
    ['C:\\app', '@acme/log', '@acme/log', 'win32'],
    ['C:\\app', 'acme:log', 'acme:log', 'win32'],
  ]) {
    assert.equal(specifierFrom(folder, specifier, flavour), expected, specifier);
  }
});

test('modules are found from where output is', () => {
  for (const [folder, url, expected, flavour = 'posix'] of [
    ['/app/out', 'file:///app/log.js', '../log.js'],
    ['/app', 'file:///app/host/log-*.js', './host/log-*.js'],
    ['/app/out', 'file:///app/all.js#log', '../all.js#log'],
    ['/app', 'file:///app/my%20log.js', './my log.js'],
    ['/app', 'file:///app/a%23b%3F%25.js', './a%23b%3F%25.js'],
    ['/app', '@acme/log', '@acme/log'],
    ['C:\\app\\out', 'file:///C:/app/log.js', '../log.js', 'win32'],
    ['C:\\app', 'file:///D:/log.js', 'file:///D:/log.js', 'win32'],
    ['C:\\app', 'file://server/share/log.js', 'file://server/share/log.js', 'win32'],
    ['\\\\server\\share\\out', 'file://server/share/log.js', '../log.js', 'win32'],
  ]) {
    assert.equal(specifierIn(folder, url, flavour), expected, url);
  }
});

test('directories of a configuration begin at its folder', () => {
  const from = (folder, host, flavour) =>
    withPathsFrom(folder, { preopens: [{ guest: '/', host }] }, flavour).preopens[0].host;
  assert.equal(from('/app', 'data', 'posix'), '/app/data');
  assert.equal(from('/app', '/data', 'posix'), '/data');
  assert.equal(from('/app', '', 'posix'), '');
  assert.equal(from('C:\\app', 'data', 'win32'), 'C:\\app\\data');
  assert.equal(from('C:\\app', 'D:\\data', 'win32'), 'D:\\data');
  assert.equal(from('C:\\app', '\\\\server\\share\\data', 'win32'), '\\\\server\\share\\data');
});
