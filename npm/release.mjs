/**
 * `node npm/release.mjs OUT [--addons FOLDER]`: makes the tarballs that are published.
 *
 * `FOLDER` holds addons as `node npm/addon.mjs FOLDER` builds them; without it there
 * is the one of this machine. All packages carry one version,
 * that of `npm/windlass/package.json`.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { capture, root } from '../tests/lib/setup.mjs';
import { addons, platforms, thisPlatform } from './addon.mjs';

/** The folder of each package. */
const sources = {
  windlass: 'npm/windlass',
  '@windlass/wasm': 'npm/wasm',
  '@windlass/wasi': 'shims',
  '@windlass/unplugin': 'npm/unplugin',
  '@windlass/parcel-transformer': 'npm/parcel',
  '@windlass/jest': 'npm/jest',
};

/**
 * Packs every package.
 *
 * @param {string} out an empty folder for the tarballs and the folders they are made of
 * @param {Record<string, string | undefined>} built folders with the addons by platform,
 *   nothing for those that `npm run build` has made
 * @returns {Promise<Record<string, { folder: string, tarball: string }>>} by package name
 */
export async function pack(out, built = { [thisPlatform]: undefined }) {
  rmSync(out, { recursive: true, force: true });
  const { version } = manifest(sources.windlass);
  const staged = {};
  const stage = (name, from, extra = {}) => {
    const folder = join(out, 'packages', name);
    mkdirSync(folder, { recursive: true });
    if (from) {
      cpSync(root + from, folder, {
        recursive: true,
        filter: (path) => !skipped.has(basename(path)),
      });
    }
    for (const file of ['LICENSE', 'README.md']) {
      if (!existsSync(join(folder, file))) cpSync(root + file, join(folder, file));
    }
    const own = from ? manifest(from) : {};
    if (from && own.version !== version) {
      throw new Error(`${name} has version ${own.version}, but windlass ${version}`);
    }
    // Scripts are for the workspace.
    const { scripts: _, devDependencies: __, ...published } = { ...own, ...extra };
    const all = { ...published, ...repository(from ?? 'npm/native') };
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(all, undefined, 2)}\n`);
    staged[name] = folder;
  };

  const optional = Object.fromEntries(Object.keys(addons).map((name) => [name, {}]));
  for (const [platform, folder] of Object.entries(built)) {
    for (const [base, { file, description }] of Object.entries(addons)) {
      const name = `${base}-${platform}`;
      const addon = basename(file);
      stage(name, undefined, {
        name,
        version,
        description: `${description}, for ${platform}`,
        license: manifest(sources.windlass).license,
        type: 'commonjs',
        main: `./${addon}`,
        files: [addon],
        engines: { node: '^20.16.0 || >=22.3.0' },
        ...platforms[platform].package,
      });
      cpSync(folder === undefined ? root + file : join(folder, addon), join(staged[name], addon));
      optional[base][name] = version;
    }
  }
  stage('@windlass/wasm', sources['@windlass/wasm']);
  const wasi = { optionalDependencies: optional['@windlass/wasi-native'] };
  stage('@windlass/wasi', sources['@windlass/wasi'], wasi);
  stage('@windlass/unplugin', sources['@windlass/unplugin']);
  stage('@windlass/parcel-transformer', sources['@windlass/parcel-transformer']);
  stage('@windlass/jest', sources['@windlass/jest']);
  stage('windlass', sources.windlass, { optionalDependencies: optional['@windlass/native'] });

  const packed = {};
  for (const [name, folder] of Object.entries(staged)) {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', out];
    const { code, output } = await capture('npm', args, { cwd: folder });
    if (code !== 0) throw new Error(`npm pack failed for ${name}\n${output}`);
    const tarball = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
    packed[name] = { folder, tarball: join(out, tarball) };
  }
  return packed;
}

/** Not copied, whatever `files` says: sources, and what tools leave behind. */
const skipped = new Set([
  'node_modules',
  'target',
  'test',
  'src',
  'build',
  'Cargo.toml',
  'tsconfig.json',
  'tsconfig.tsbuildinfo',
  '.tsbuildinfo',
]);

function manifest(folder) {
  return JSON.parse(readFileSync(`${root}${folder}/package.json`, 'utf8'));
}

/** The repository is named by the release workflow, which knows it. */
function repository(directory) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  if (!server || !name) return {};
  const url = `git+${server}/${name}.git`;
  return { repository: { type: 'git', url, directory }, homepage: `${server}/${name}#readme` };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values, positionals } = parseArgs({
    options: { addons: { type: 'string' } },
    allowPositionals: true,
  });
  const [out] = positionals;
  if (!out) {
    console.error('usage: node npm/release.mjs OUT [--addons FOLDER]');
    process.exit(2);
  }
  const built =
    values.addons &&
    Object.fromEntries(readdirSync(values.addons).map((name) => [name, join(values.addons, name)]));
  for (const [name, { tarball }] of Object.entries(await pack(out, built))) {
    console.log(`${name}  ${tarball}`);
  }
}
