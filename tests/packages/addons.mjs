/**
 * `node tests/packages/addons.mjs FOLDER`: addons that `node npm/addon.mjs FOLDER …`
 * built, as packages and loaded by Nodes of their platforms, where each has to emit
 * the bytes that the addon of this machine emits.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { pack } from '../../npm/release.mjs';
import { finish, skip, test } from '../lib/report.mjs';
import { capture, root } from '../lib/setup.mjs';
import { nodeFor } from './foreign.mjs';

const [folder] = process.argv.slice(2);
if (!folder || !existsSync(folder)) {
  console.error('usage: node tests/packages/addons.mjs FOLDER');
  process.exit(2);
}
const built = Object.fromEntries(
  readdirSync(folder).map((name) => [name, join(resolve(folder), name)]),
);
const digests = fileURLToPath(new URL('addon-digests.cjs', import.meta.url));
const components = join(root, 'tests/runtimes/components');
const scratch = mkdtempSync(join(tmpdir(), 'windlass-addons-'));

const guests = ['hello', 'rust-async'];
const made = await capture(process.execPath, ['tests/guests/build.mjs', ...guests]);
if (made.code !== 0) throw new Error(made.output);
const refused = join(scratch, 'refused.wasm');
writeFileSync(refused, Buffer.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 9, 9, 9]));
const inputs = [
  ...readdirSync(components)
    .filter((name) => name.endsWith('.wasm'))
    .map((name) => join(components, name)),
  ...guests.map((name) => join(root, 'tests/guests/build', `${name}.wasm`)),
  refused,
];
const expected = await emitted([process.execPath], join(root, 'npm/native/windlass.node'));
assert.ok(expected.digests.length === 2 * inputs.length);

const packed = await pack(join(scratch, 'packed'), built);
for (const [platform, files] of Object.entries(built)) {
  const addon = join(files, 'windlass.node');
  const name = `@windlass/native-${platform}`;
  const { tarball, folder: staged } = packed[name];
  await test(`${name}: publint`, async () => {
    const { buffer, byteOffset, length } = readFileSync(tarball);
    const { messages } = await publint({
      pack: { tarball: buffer.slice(byteOffset, byteOffset + length) },
      strict: true,
    });
    const pkg = JSON.parse(readFileSync(join(staged, 'package.json'), 'utf8'));
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
    );
    const [os, cpu] = platform.split('-');
    assert.deepEqual([pkg.os, pkg.cpu], [[os], [cpu]]);
  });
  await test(`${name}: nothing but the addon, below its budget`, async () => {
    const { output } = await capture('tar', ['-tzf', tarball]);
    assert.deepEqual(output.trim().split('\n').toSorted(), [
      'package/LICENSE',
      'package/README.md',
      'package/package.json',
      'package/windlass.node',
    ]);
    const { length } = readFileSync(addon);
    console.log(`     ${Math.round(length / 1000)} kB`);
    assert.ok(length < 7_500_000);
  });
  const loads = `${name}: emits the same bytes in a Node of its platform`;
  const node = await nodeFor(platform);
  if ('missing' in node) skip(loads, node.missing);
  else {
    await test(loads, async () => {
      const { arch, digests: own } = await emitted(node.argv, addon, node.env);
      assert.equal(arch, platform.split('-')[1]);
      assert.deepEqual(own, expected.digests);
    });
  }
}
rmSync(scratch, { recursive: true });
finish();

/** Digests of an addon's output for every component. */
async function emitted(argv, addon, env) {
  const [program, ...args] = argv;
  const { code, output } = await capture(program, [...args, digests, addon, ...inputs], { env });
  assert.equal(code, 0, output);
  return JSON.parse(output);
}
