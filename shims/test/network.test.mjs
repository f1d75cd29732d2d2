import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWasi } from '../dist/index.js';
import { isNamed, mayReach, parseNetworkRule } from '../dist/network/rules.js';

/** What becomes of a request to `host:port` whose name leads to `address`. */
function attempt(rules, host, port, address = host.replace(/^\[|\]$/g, '')) {
  const parsed = rules.map(parseNetworkRule);
  const peer = { host, port };
  if (!isNamed(parsed, peer)) return 'denied';
  return mayReach(parsed, peer, address) ? 'reached' : 'prohibited';
}

/** Addresses that no name opens. */
const SPECIAL = (
  '127.0.0.1 127.255.255.254 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 ' +
  '100.64.0.1 0.0.0.0 0.1.2.3 192.0.0.8 198.18.0.1 224.0.0.1 239.255.255.255 240.0.0.1 ' +
  '255.255.255.255 192.88.99.1 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:8.8.8.8 ' +
  '::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b:1::1 64:ff9b::8.8.8.8 2002:7f00:1:: ' +
  '2002:808:808:: 2001::1 2001:db8::1 fe80::1 febf::1 fec0::1 fc00::1 fd00:ec2::254 ff02::1 ff0e::1 ' +
  '100::1 0:0:0:0:0:0:0:1 0000:0000:0000:0000:0000:0000:0000:0001 0:0:0:0:0:ffff:127.0.0.1'
).split(' ');

test('a name leads to no address that is not of the internet', () => {
  assert.ok(SPECIAL.length > 40);
  for (const address of SPECIAL) {
    for (const rules of [['*:*'], ['evil.example:80'], ['*.example:*'], ['*:80', 'localhost:80']]) {
      assert.equal(attempt(rules, 'evil.example', 80, address), 'prohibited', address);
    }
  }
  for (const address of [
    '93.184.216.34',
    '8.8.8.8',
    '2606:4700::1111',
    '172.32.0.1',
    '100.128.0.1',
  ]) {
    assert.equal(attempt(['evil.example:80'], 'evil.example', 80, address), 'reached', address);
  }
});

test('an address is read in one form only', () => {
  const texts =
    '127.1 2130706433 0x7f.0.0.1 0177.0.0.1 127.0.0.01 8.8.8.8. 8.8.8 8.8.8.8.8 256.1.1.1'
      .split(' ')
      .concat(':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8', '12345::')
      .concat(
        'fe80::1%lo',
        '2606:4700::1%eth0',
        '1.2.3.4::',
        '',
        ' ',
        '８.８.８.８',
        '2606:4700::g',
      );
  for (const text of texts)
    assert.equal(attempt(['*:*'], 'evil.example', 80, text), 'prohibited', text);
});

test('an address of its own rule is reached, also by a name', () => {
  assert.equal(attempt(['127.0.0.1:80'], '127.0.0.1', 80), 'reached');
  assert.equal(attempt(['127.0.0.1:80'], '127.0.0.1', 81), 'denied');
  assert.equal(attempt(['127.0.0.1:80'], '127.0.0.2', 80), 'denied');
  assert.equal(attempt(['[::1]:80'], '[0:0:0:0:0:0:0:1]', 80), 'reached');
  assert.equal(attempt(['[::1]:80'], '127.0.0.1', 80), 'denied');
  assert.equal(attempt(['127.0.0.1:80'], '[::ffff:127.0.0.1]', 80), 'denied');
  assert.equal(attempt(['10.0.0.1:80', '*:*'], 'a.example', 80, '10.0.0.1'), 'reached');
  assert.equal(attempt(['10.0.0.1:80', '*:*'], 'a.example', 81, '10.0.0.1'), 'prohibited');
  assert.equal(attempt(['10.0.0.1:80'], 'a.example', 80, '10.0.0.1'), 'denied');
});

test('a range of addresses is what its bits say', () => {
  const reached = (rule, ...hosts) => hosts.map((host) => attempt([rule], host, 80) === 'reached');
  assert.deepEqual(
    reached('10.0.0.0/8:*', '10.0.0.0', '10.255.255.255', '11.0.0.0', '9.255.255.255', '[::a00:1]'),
    [true, true, false, false, false],
  );
  assert.deepEqual(reached('[fd00::/8]:80', '[fd12::1]', '[fc00::1]', '[fe00::1]'), [
    true,
    false,
    false,
  ]);
  assert.deepEqual(reached('0.0.0.0/0:80', '127.0.0.1', '8.8.8.8', '[::1]'), [true, true, false]);
  assert.equal(attempt(['10.0.0.0/8:80'], 'a.example', 80, '10.0.0.1'), 'denied');
});

test('`local` is this machine, its links and private networks', () => {
  for (const host of [
    '127.0.0.1',
    '10.1.2.3',
    '172.20.0.1',
    '192.168.0.9',
    '169.254.1.1',
    '[::1]',
  ]) {
    assert.equal(attempt(['local'], host, 8080), 'reached', host);
    assert.equal(attempt(['local:80'], host, 8080), 'denied', host);
    assert.equal(attempt(['*:*'], host, 8080), 'prohibited', host);
  }
  assert.equal(attempt(['local'], 'localhost', 1, '127.0.0.1'), 'reached');
  for (const host of [
    '8.8.8.8',
    '0.0.0.0',
    '[::]',
    '224.0.0.1',
    '[ff02::1]',
    '100.64.0.1',
    'local',
  ]) {
    assert.equal(attempt(['local'], host, 80), 'denied', host);
  }
  assert.equal(attempt(['local'], '[::ffff:127.0.0.1]', 80), 'denied');
  assert.equal(attempt(['local'], 'a.example', 80, '127.0.0.1'), 'denied');
  assert.equal(attempt(['local', '*:*'], 'a.example', 80, '127.0.0.1'), 'reached');
});

test('a rule of `localhost` leads to this machine only', () => {
  assert.equal(attempt(['localhost:80'], 'localhost', 80, '127.0.0.1'), 'reached');
  assert.equal(attempt(['localhost:80'], 'localhost', 80, '::1'), 'reached');
  assert.equal(attempt(['localhost:80'], 'localhost', 80, '10.0.0.1'), 'prohibited');
  assert.equal(attempt(['localhost:80', '*:*'], 'a.example', 80, '127.0.0.1'), 'prohibited');
  assert.equal(attempt(['*:*'], 'localhost', 80, '127.0.0.1'), 'prohibited');
});

test('a name is the whole name, and `*.` stands for labels before it', () => {
  const named = (rule, host) => isNamed([parseNetworkRule(rule)], { host, port: 443 });
  for (const [rule, host] of [
    ['example.com:443', 'example.com'],
    ['EXAMPLE.com:443', 'example.com'],
    ['*.example.com:443', 'a.example.com'],
    ['*.example.com:443', 'a.b.example.com'],
    ['*:443', 'anything.example'],
  ]) {
    assert.ok(named(rule, host), `${rule} ${host}`);
  }
  for (const [rule, host] of [
    ['example.com:443', 'badexample.com'],
    ['example.com:443', 'example.com.evil.example'],
    ['example.com:443', 'a.example.com'],
    ['example.com:443', 'example.com.'],
    ['example.com:443', 'exаmple.com'],
    ['example.com:443', 'exampleXcom'],
    ['example.com:80', 'example.com'],
    ['*.example.com:443', 'badexample.com'],
    ['*.example.com:443', 'example.com'],
    ['*.example.com:443', '.example.com'],
    ['*.example.com:443', 'a.example.com.'],
    ['*.example.com:443', 'a.example.com.evil.example'],
    ['*.8.8:443', '8.8.8.8'],
    ['*.0.0.1:443', '127.0.0.1'],
  ]) {
    assert.ok(!named(rule, host), `${rule} ${host}`);
  }
});

test('rules that say less than they seem to are refused', () => {
  const bad = ['10.0.0.1/8:*', '10.0.0.0/33:*', '10.0.0.0/08:*', '[fd00::]/8:*', '[fd00::/129]:*']
    .concat(
      '[10.0.0.1]:80',
      '[example.com]:80',
      'fd00::/8:80',
      '[::1%lo]:80',
      '127.1:80',
      '0x7f.1:80',
    )
    .concat('2130706433:80', '010.0.0.1:80', '10.0.0.1.:80', 'a.*.example:80', '**:80', 'a*:80')
    .concat('example.com/8:80', 'example.com', 'example.com:', 'local:', 'local:x', 'local:70000');
  for (const rule of bad) {
    const check = { name: 'CapabilityError', message: /is not `host:port`/ };
    assert.throws(() => createWasi({ network: [rule] }), check, rule);
  }
  createWasi({
    network: ['local', 'local:80', '10.0.0.0/8:*', '[fd00::/8]:443', '*.example.com:1'],
  });
});
