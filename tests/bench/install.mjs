/** The size of `npm install` on the disk. */
import { sizeOf } from './lib/files.mjs';
import { installed, packagesIn } from './lib/installed.mjs';
import { PEER } from './lib/paths.mjs';
import { formatBytes, formatRatio, table } from './lib/stats.mjs';

export const title = 'Installed in an empty folder';
export const components = [];

export async function run() {
  const peer = measure(PEER);
  const rows = [];
  for (const packages of [['windlass'], ['windlass', '@windlass/unplugin']]) {
    const ours = measure(await installed(packages));
    rows.push([
      packages.join(' '),
      formatBytes(ours.bytes),
      String(ours.packages),
      formatRatio(peer.bytes / ours.bytes),
      formatRatio(peer.packages / ours.packages),
    ]);
  }
  const name = '@bytecodealliance/jco';
  rows.push([`${name} (peer)`, formatBytes(peer.bytes), String(peer.packages), '', '']);
  console.log(
    table(['npm install', 'bytes', 'packages', 'peer ÷ this', 'packages, peer ÷ this'], rows),
  );
}

function measure(folder) {
  const modules = `${folder}node_modules`;
  return { bytes: sizeOf(modules), packages: packagesIn(modules).length };
}
