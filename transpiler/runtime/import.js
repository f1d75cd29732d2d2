/**
 * What the host passes for an import: under its name, under its name without
 * the version, or under the newest compatible version.
 * @param {Record<string, unknown>} imports
 * @param {string} name
 */
export function findImport(imports, name) {
  const own = (key) => (Object.hasOwn(imports, key) ? imports[key] : undefined);
  const found = own(name) ?? own(unversioned(name)) ?? newestCompatible(imports, name);
  if (found === undefined) throw new WebAssembly.LinkError(`the import \`${name}\` is missing`);
  return found;
}

/**
 * The same where an incompatible version is imported too: a key without a version could be meant
 * for either.
 * @param {Record<string, unknown>} imports
 * @param {string} name
 */
export function findVersion(imports, name) {
  const found = Object.hasOwn(imports, name) ? imports[name] : newestCompatible(imports, name);
  if (found !== undefined) return found;
  throw new WebAssembly.LinkError(
    `the import \`${name}\` is missing; it is one of several versions, so its key has a version`,
  );
}

const unversioned = (name) => name.replace(/@.*$/, '');

function newestCompatible(imports, name) {
  const wanted = versionOf(name);
  let best;
  for (const key of Object.keys(imports)) {
    const version = versionOf(key);
    if (unversioned(key) !== unversioned(name) || !isCompatible(wanted, version)) continue;
    if (best === undefined || isNewer(version, best.version)) best = { key, version };
  }
  return best && imports[best.key];
}

function versionOf(name) {
  const match = /@(\d+)\.(\d+)\.(\d+)$/.exec(name);
  return match && match.slice(1).map(Number);
}

// As in Semantic Versioning: below 1.0 the minor version is the breaking one.
function isCompatible(wanted, version) {
  if (!wanted || !version || wanted[0] !== version[0]) return false;
  return wanted[0] > 0
    ? version[1] >= wanted[1]
    : wanted[1] === version[1] && (wanted[1] > 0 || wanted[2] === version[2]);
}

function isNewer(a, b) {
  const i = a.findIndex((n, k) => n !== b[k]);
  return i >= 0 && a[i] > b[i];
}

/** An import at the root that is no instance: the value, or the default export of a module with it. */
export function findDefault(imports, name) {
  const found = findImport(imports, name);
  return typeof found === 'object' && found !== null && 'default' in found ? found.default : found;
}

/** An import at the root that is a function. */
export function findFunction(imports, name) {
  return checkFunction(findDefault(imports, name), name);
}

/** Checks at instantiation that an import is a function, or a class, which is called later. */
export function checkFunction(value, name) {
  if (typeof value === 'function') return value;
  throw new WebAssembly.LinkError(`the import \`${name}\` is no function`);
}

/**
 * Checks at instantiation that an imported instance has the functions that are
 * called later.
 * @param {any} instance
 * @param {string} name for messages
 * @param {string[]} functions keys of functions and classes, `Class.key` for a static one
 */
export function checkFunctions(instance, name, functions) {
  for (const path of functions) {
    const value = path.split('.').reduce((holder, key) => holder?.[key], instance);
    if (typeof value !== 'function') {
      throw new WebAssembly.LinkError(`the import \`${name}\` has no function \`${path}\``);
    }
  }
}

/**
 * The same for names that objects and functions have from the language, as `toString`
 * and `call`, which is no function of the host.
 * @param {any} instance
 * @param {string} name for messages
 * @param {string[]} functions
 */
export function checkOwnFunctions(instance, name, functions) {
  const ends = [undefined, null, Function.prototype, Object.prototype];
  for (const path of functions) {
    const keys = path.split('.');
    const key = keys.at(-1) ?? path;
    let holder = keys.slice(0, -1).reduce((value, part) => value?.[part], instance);
    // Not read before it is found: reading `caller` of a class throws.
    while (!ends.includes(holder) && !Object.hasOwn(holder, key)) {
      holder = Object.getPrototypeOf(holder);
    }
    if (ends.includes(holder) || typeof holder[key] !== 'function') {
      throw new WebAssembly.LinkError(`the import \`${name}\` has no function \`${path}\``);
    }
  }
}
