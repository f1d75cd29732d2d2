/** An import map, by which a page without a bundler finds packages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} folder with `node_modules`, which is the root of what is served
 * @param {string[]} packages
 * @returns {{ imports: Record<string, string> }} an import map of what the packages export to browsers
 */
export function importMap(folder, packages = ['windlass', '@windlass/wasi', '@windlass/wasm']) {
  const imports = {};
  for (const name of packages) {
    const at = `node_modules/${name}`;
    const manifest = JSON.parse(readFileSync(join(folder, at, 'package.json'), 'utf8'));
    for (const [key, value] of Object.entries(manifest.exports)) {
      imports[name + key.slice(1)] = `/${join(at, resolve(value))}`;
    }
    for (const [key, value] of Object.entries(manifest.imports ?? {})) {
      imports[key] = `/${join(at, resolve(value))}`;
    }
  }
  return { imports };
}

/** The choice of a browser by its conditions; `types` are for nobody who runs. */
function resolve(value) {
  if (typeof value === 'string') return value;
  const key = Object.keys(value).find((condition) => ['browser', 'default'].includes(condition));
  return key === undefined ? '' : resolve(value[key]);
}
