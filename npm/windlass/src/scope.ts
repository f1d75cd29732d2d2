/** The kind that Node gives to the `.js` files of a folder. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** The nearest `package.json` of a folder. */
interface Scope {
  readonly name: unknown;
  readonly type: unknown;
}

/** The conditions under which Node takes an emitted file for a module. */
export interface ModuleKind {
  /** Its files end in `.mjs`, since its folder is somebody else's and says that `.js` is CommonJS. */
  readonly mjs: boolean;
  /** A file to write beside it, in a folder that it has for itself. */
  readonly manifest?: readonly [name: string, contents: Uint8Array];
  /** Whether what is around the folder is CommonJS, and so requires more often than it imports. */
  readonly inCommonJs: boolean;
}

/** The `package.json` of a folder that windlass made. */
const ours = new TextEncoder().encode('{\n  "type": "module"\n}\n');

/**
 * The form in which a module has to be written into a folder so that it is one there.
 *
 * A `package.json` is written only into a folder that is not there yet, or was made so
 * before. A module that imports by the names of the `package.json` around it, subpaths
 * (`#internal/log`) or the package's own, cannot have one of its own.
 *
 * @param specifiers the modules that its imports are mapped to
 */
export function moduleKind(folder: string, specifiers: Iterable<string>): ModuleKind {
  const path = resolve(folder);
  const own = join(path, 'package.json');
  const isOurs = existsSync(own) && readFileSync(own).equals(ours);
  const around = scopeOf(dirname(path));
  const inCommonJs = around?.type !== 'module';
  if (isOurs) return { mjs: false, manifest: ['package.json', ours], inCommonJs };
  if (existsSync(path)) {
    const scope = scopeOf(path);
    return { mjs: scope?.type === 'commonjs', inCommonJs: scope?.type !== 'module' };
  }
  if (!inCommonJs) return { mjs: false, inCommonJs };
  const needsScope = [...specifiers].some(
    (specifier) =>
      specifier.startsWith('#') ||
      (typeof around?.name === 'string' &&
        (specifier === around.name || specifier.startsWith(`${around.name}/`))),
  );
  return needsScope
    ? { mjs: true, inCommonJs }
    : { mjs: false, manifest: ['package.json', ours], inCommonJs };
}

/** The nearest `package.json`, as Node looks for it. */
function scopeOf(folder: string): Scope | undefined {
  for (let at = folder; basename(at) !== 'node_modules'; at = dirname(at)) {
    const path = join(at, 'package.json');
    if (existsSync(path)) {
      try {
        const { name, type } = JSON.parse(readFileSync(path, 'utf8')) as Scope;
        return { name, type };
      } catch {
        // Node itself will say what is wrong with it.
        return undefined;
      }
    }
    if (at === dirname(at)) break;
  }
  return undefined;
}
