/**
 * `node --import windlass/register app.js`: components can be imported like
 * modules, `import { render } from './markdown.wasm'`, and required.
 *
 * Core modules are left to Node. What components are granted and where their
 * imports come from is said in `windlass.config.{json,js,ts}` (see
 * `windlass/config`), looked for in the working directory and above, and by
 * import attributes: `with { dir: './data::/data:ro', env: 'LANG=de' }`.
 * `./thing.wasm?instantiate` is a module whose `instantiate(imports, options)`
 * makes instances out of the imports it is given, and WASI as it is granted.
 *
 * Node before 22.15 imports components but cannot require them. Node 20 asks once for
 * what a module imports by one specifier, so that the attributes of the last such import
 * count for all. In Bun it is `bun --preload windlass/register app.js`, without
 * attributes and queries.
 *
 * This and all that it imports is one file as it is published, `bundle.js`, since each
 * module more delays every start.
 *
 * @module
 */
import '../node.js';
import { addonBeside, addonPackages, hasAddon, provide } from '../binding.js';
import { configure, cores, type Registered, shared, wasi } from './component.js';
import { loadComponent, resolvable, resolvedComponent, resolveOwn } from './hooks.js';
import { kindOfFile } from '../kind.js';

const nodeModule = process.getBuiltinModule('node:module');

const once = globalThis as { [shared]?: Registered };

if (!once[shared]) {
  once[shared] = { cores, wasi };
  await configure(process.cwd());
  // An addon can be loaded when something is transpiled, the modules of the Wasm build
  // only now: they cannot be required while the application imports them. Deno loads no
  // addon while there are hooks.
  const { registerHooks: hooksHere } = nodeModule;
  const isLate =
    typeof hooksHere === 'function' && !('Deno' in globalThis) && (isBeside() || hasAddon());
  if (!isLate) provide(await import('@windlass/wasm'));
  if ('Bun' in globalThis) (await import('./bun.js')).registerBun();
  else if (typeof nodeModule.registerHooks === 'function') registerHooks();
  else if (typeof nodeModule.register === 'function') registerThread();
  else throw new Error(`windlass/register: ${missing('import')}`);
}

/** Whether there is an addon where npm puts it. */
function isBeside(): boolean {
  return process.env['WINDLASS_BINDING'] !== 'wasm' && addonPackages().some(addonBeside);
}

function registerHooks(): void {
  nodeModule.registerHooks({
    resolve(specifier, context, nextResolve) {
      const own = resolveOwn(specifier, context.parentURL);
      if (own) return own;
      const meant = resolvable(specifier, context.parentURL);
      const next = nextResolve(meant.specifier, { ...context, parentURL: meant.parentURL });
      return resolvedComponent(next.url, context.importAttributes, context.parentURL) ?? next;
    },
    load: (url, context, nextLoad) => loadComponent(url) ?? nextLoad(url, context),
  });
}

/** Hooks on another thread, which see `import` only. */
function registerThread(): void {
  nodeModule.register('./thread.js', import.meta.url, { data: { folder: process.cwd() } });
  const { _extensions: extensions } = nodeModule as unknown as {
    _extensions: Record<string, (module: unknown, path: string) => void>;
  };
  const before = extensions['.wasm'] ?? extensions['.js'];
  extensions['.wasm'] = (module, path) => {
    if (kindOfFile(path) === 'component') throw new Error(`${path}: ${missing('require')}`);
    before?.(module, path);
  };
}

function missing(verb: string): string {
  return (
    `cannot ${verb} a component on ${process.release.name} ${process.versions.node}, ` +
    'which lacks `module.registerHooks`; use Node 22.15 or later' +
    (verb === 'require' ? ', or `import` it' : '')
  );
}
