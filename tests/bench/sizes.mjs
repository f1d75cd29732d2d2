/** The JavaScript that is emitted. */
import { rmSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { javascriptIn } from './lib/files.mjs';
import { CACHE, COMPONENTS, PEER_CACHE } from './lib/paths.mjs';
import { formatBytes, table } from './lib/stats.mjs';
import { BOTH } from './lib/compare.mjs';
import { transpile } from './lib/transpile.mjs';

export const title = 'JavaScript emitted, all files together';
export const components = Object.keys(COMPONENTS);

export async function run() {
  const rows = [];
  for (const [name, { what }] of Object.entries(COMPONENTS)) {
    for (const which of BOTH) {
      const dir = which === 'peer' ? `${PEER_CACHE}${name}` : `${CACHE}windlass/${name}`;
      const small = `${dir}-min`;
      rmSync(small, { recursive: true, force: true });
      await transpile(which, name, small, ['--minify']);
      const minified = javascriptIn(small);
      rows.push([
        `${name}: ${what}`,
        which,
        ...[
          javascriptIn(dir),
          minified,
          gzipSync(minified, { level: 9 }),
          brotliCompressSync(minified),
        ].map(({ length }) => formatBytes(length)),
      ]);
    }
  }
  console.log(table(['component', 'by', 'raw', 'minified', 'min + gzip', 'min + brotli'], rows));
}
