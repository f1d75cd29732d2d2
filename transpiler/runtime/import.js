/**
 * The value that the host passes for an import: under its name, under its name without
 * the version, or under the newest compatible version.
 * @param {string[]} problems what the host passes that does not fit, to tell all of it at once
 * @param {Record<string, unknown>} imports
 * @param {string} name
 * @returns {any} `undefined` for what is missing
 */
export function findImport(problems, imports, name) {
  const own = (key) => (Object.hasOwn(imports, key) ? imports[key] : undefined);
  const found = own(name) ?? own(unversioned(name)) ?? newestCompatible(imports, name);
  if (found === undefined) problems.push(`the import \`${name}\` is missing`);
  return found;
}

/**
 * An instance, of which an incompatible version is imported too: a key without a version could be
 * meant for either.
 * @param {string[]} problems
 * @param {Record<string, unknown>} imports
 * @param {string} name
 * @param {string} [functions] as of `checkFunctions`
 */
export function findVersion(problems, imports, name, functions) {
  const found = Object.hasOwn(imports, name) ? imports[name] : newestCompatible(imports, name);
  if (found !== undefined) checkInstance(problems, found, name, functions);
  else {
    problems.push(
      `the import \`${name}\` is missing; it is one of several versions, so its key has a version`,
    );
  }
  return found;
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
export function findDefault(problems, imports, name) {
  const found = findImport(problems, imports, name);
  if (typeof found !== 'object' || found === null || !('default' in found)) return found;
  try {
    return found.default;
  } catch (error) {
    problems.push(`the import \`${name}\` has no value${cycleOf(found, error)}`);
  }
}

/** How a problem ends for a module that is not evaluated yet; other errors are the host's own. */
function cycleOf(holder, error) {
  if (!(error instanceof ReferenceError) || holder[Symbol.toStringTag] !== 'Module') throw error;
  return ' yet: its module imports this one, in a cycle';
}

/**
 * An import at the root that is a function, or another `kind` that JavaScript has as one.
 * @param {string[]} problems
 * @param {Record<string, unknown>} imports
 * @param {string} name
 * @param {string} [kind]
 * @param {string} [functions] as of `checkFunctions`
 */
export function findFunction(problems, imports, name, kind = 'function', functions) {
  const found = findDefault(problems, imports, name);
  if (typeof found === 'function') {
    if (functions) checkFunctions(problems, found, name, functions);
  } else if (found !== undefined) problems.push(`the import \`${name}\` is not a ${kind}`);
  return found;
}

/**
 * An import that is an instance.
 * @param {string[]} problems
 * @param {Record<string, unknown>} imports
 * @param {string} name
 * @param {string} [functions] as of `checkFunctions`
 */
export function findInstance(problems, imports, name, functions) {
  const found = findImport(problems, imports, name);
  if (found !== undefined) checkInstance(problems, found, name, functions);
  return found;
}

/** Checks that something is an instance with these functions, see `checkFunctions`. */
export function checkInstance(problems, value, name, functions) {
  if (typeof value !== 'object' || value === null) {
    problems.push(`the import \`${name}\` is not an instance`);
  } else if (functions) checkFunctions(problems, value, name, functions);
}

/**
 * Checks that an instance or a class has the functions of its type, whether they are called or not.
 * @param {string[]} problems
 * @param {any} holder
 * @param {string} name for messages
 * @param {string} functions keys of functions and classes, `Class.key` for a static one, `inner.key` for
 *   one of an instance in it
 */
function checkFunctions(problems, holder, name, functions) {
  for (const path of functions.split(' ')) {
    const keys = path.split('.');
    let end = '';
    try {
      if (typeof keys.reduce(ownOf, holder) === 'function') continue;
    } catch (error) {
      end = cycleOf(holder, error);
    }
    const kind = keys[keys.length - 1] < 'a' ? 'class' : 'function';
    problems.push(`the import \`${name}\` has no ${kind} \`${path}\`${end}`);
  }
}

/** A member of the host's, which is none that all objects and functions have, as `toString` and `call`. */
function ownOf(value, key) {
  let holder = value;
  // Not read before it is found: reading `caller` of a class throws.
  while (holder != null && !Object.hasOwn(holder, key)) holder = Object.getPrototypeOf(holder);
  // A proxy may give a member that no object in its chain has.
  return holder === Object.prototype || holder === Function.prototype ? undefined : value?.[key];
}

/** An import at the root that is a component. */
export function findComponent(problems, imports, name) {
  const found = findDefault(problems, imports, name);
  if (found !== undefined && typeof found?.instantiate !== 'function')
    problems.push(`the import \`${name}\` is not a component`);
  return found;
}

/**
 * An import at the root that is a core module.
 * @param {string[]} problems
 * @param {Record<string, unknown>} imports
 * @param {string} name
 * @param {string[][]} exportTypes name and kind
 * @param {string[][]} importTypes module, name and kind
 */
export function findModule(problems, imports, name, exportTypes, importTypes) {
  const found = findDefault(problems, imports, name);
  if (found !== undefined) checkModule(problems, found, name, exportTypes, importTypes);
  return found;
}

/** Checks a core module in an instance, see `checkModule`. */
export function checkInnerModule(problems, instance, path, name, exportTypes, importTypes) {
  if (instance === undefined) return;
  const module = path.split('.').reduce(ownOf, instance);
  checkModule(problems, module, `${name}#${path}`, exportTypes, importTypes);
}

/** Checks that a core module has the exports of its type, and imports no more than that says. */
export function checkModule(problems, module, name, exportTypes, importTypes) {
  const say = (text) => problems.push(`the import \`${name}\` ${text}`);
  let has;
  try {
    has = WebAssembly.Module.exports(module);
  } catch {
    say('is not a core module');
    return;
  }
  for (const [item, kind] of exportTypes) {
    if (!has.some((one) => one.name === item && one.kind === kind))
      say(`is a core module without the ${kind} \`${item}\``);
  }
  for (const { module: from, name: item, kind } of WebAssembly.Module.imports(module)) {
    if (!importTypes.some((one) => one[0] === from && one[1] === item && one[2] === kind))
      say(
        `is a core module that imports the ${kind} \`${item}\` of \`${from}\`, which its type does not`,
      );
  }
}

/**
 * Refuses what does not fit.
 * @param {string[]} problems
 */
export function checkLinked(problems) {
  if (problems.length > 0) throw new WebAssembly.LinkError(problems.join('; '));
}

/** The same, where imports are WASI. */
export function checkLinkedWasi(problems) {
  if (problems.some((text) => text.startsWith('the import `wasi:') && text.endsWith('missing')))
    problems.push('pass `createWasi()` of `@windlass/wasi` for WASI');
  checkLinked(problems);
}
