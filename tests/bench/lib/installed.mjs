/** The packages as users have them after `npm install`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisPlatform } from '../../../npm/addon.mjs';
import { pack } from '../../../npm/release.mjs';
import { capture } from '../../lib/setup.mjs';
import { CACHE } from './paths.mjs';

let packed;
const installs = new Map();

/**
 * Packs the packages as they are published, and installs some in an empty folder, once
 * for each list.
 *
 * @param {string[]} packages names, without that of the addon, which comes with `windlass`
 * @returns {Promise<string>} the folder that has `node_modules`
 */
export function installed(packages = ['windlass']) {
  const key = packages.join();
  if (!installs.has(key)) installs.set(key, install(packages));
  return installs.get(key);
}

/** The folder of `windlass` in one that {@link installed} gives. */
export const windlassIn = (folder) => `${folder}node_modules/windlass/`;

async function install(packages) {
  packed ??= pack(`${CACHE}packed`);
  const tarballs = await packed;
  const folder = `${CACHE}installed/${packages.join('+').replaceAll('/', '-')}/`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}package.json`, '{ "private": true, "type": "module" }\n');
  // Packages that are on no registry yet are named, to be found among the dependencies.
  const own = [`@windlass/native-${thisPlatform}`, '@windlass/wasm', '@windlass/wasi'];
  const files = [...new Set([...packages, ...own])].map((name) => tarballs[name].tarball);
  const args = ['install', '--no-audit', '--no-fund', '--no-save', '--prefer-offline', ...files];
  const { code, output } = await capture('npm', args, { cwd: folder });
  if (code !== 0) throw new Error(`npm install failed\n${output}`);
  return folder;
}

/**
 * The packages in a `node_modules` folder and below.
 *
 * @returns {string[]} their folders
 */
export function packagesIn(modules) {
  if (!existsSync(modules)) return [];
  const folders = readdirSync(modules).flatMap((name) => {
    if (name.startsWith('.')) return [];
    if (!name.startsWith('@')) return [join(modules, name)];
    return readdirSync(join(modules, name)).map((one) => join(modules, name, one));
  });
  return folders.flatMap((folder) => {
    const manifest = join(folder, 'package.json');
    const isPackage = existsSync(manifest) && 'name' in JSON.parse(readFileSync(manifest, 'utf8'));
    return [...(isPackage ? [folder] : []), ...packagesIn(join(folder, 'node_modules'))];
  });
}
