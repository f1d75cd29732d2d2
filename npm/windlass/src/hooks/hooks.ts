/**
 * The hooks themselves, in the form that is common to `module.registerHooks` and
 * `module.register`: what to do before Node resolves and loads, if anything, and the
 * modules that stand for a component.
 */
import { type Import, isInstantiate, lifted, parameter } from './component.js';
import { glueSpecifier, pathOf, wasiSpecifier } from './lift.js';
import { kindOfFile } from '../kind.js';

const { readFileSync } = process.getBuiltinModule('node:fs');

/** The parameter of a URL that stands for the glue of a component. */
const glueParameter = 'windlass-glue';
const glueEnd = new RegExp(`[?&]${glueParameter}$`);

/** A module as hooks give it to Node. */
export interface Source {
  format: 'module';
  source: Uint8Array;
  shortCircuit: true;
}

/** A resolution as hooks give it to Node. */
export interface Resolved {
  url: string;
  importAttributes?: Record<string, string>;
  format?: 'module';
  shortCircuit: true;
}

/** Answers for the glue, which only the entry of a component imports. */
export function resolveOwn(specifier: string, parent: string | undefined): Resolved | undefined {
  if (specifier !== glueSpecifier || parent === undefined || !isComponent(parent)) return undefined;
  const url = `${parent}${parent.includes('?') ? '&' : '?'}${glueParameter}`;
  return { url, format: 'module', shortCircuit: true };
}

/**
 * The specifier to resolve for an import, and the module that imports it. The shims are a
 * dependency of this package, whether or not the component's package has them.
 */
export function resolvable(
  specifier: string,
  parent: string | undefined,
): { specifier: string; parentURL: string | undefined } {
  if (parent?.startsWith('file:') && isWasm(parent)) {
    const meant = specifier === wasiSpecifier ? '@windlass/wasi' : specifier;
    if (meant.startsWith('@windlass/wasi')) {
      return { specifier: meant, parentURL: import.meta.url };
    }
  }
  return { specifier, parentURL: parent };
}

/** Marks the URL of a component with what the import says; nothing if it is no component. */
export function resolvedComponent(
  url: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  parent: string | undefined,
): Resolved | undefined {
  if (!isComponent(url)) return undefined;
  // Node would refuse attributes that it does not know.
  const resolved: Resolved = { url, importAttributes: {}, format: 'module', shortCircuit: true };
  const said = Object.entries(attributes).filter(([, text]) => text !== undefined);
  const given = Object.fromEntries(said) as Record<string, string>;
  if (Object.keys(given).length > 0) {
    const about: Import = { with: given };
    if (parent?.startsWith('file:')) about.from = pathOf(parent);
    const marked = new URL(url);
    marked.searchParams.set(parameter, JSON.stringify(about));
    resolved.url = marked.href;
  }
  return resolved;
}

/** The module for a URL, when it is one of a component. */
export function loadComponent(url: string): Source | undefined {
  let source: Uint8Array;
  if (isGlue(url)) source = lifted(url.replace(glueEnd, '')).glue;
  else if (isComponent(url)) source = entryOf(url);
  else return undefined;
  return { format: 'module', source, shortCircuit: true };
}

function isGlue(url: string): boolean {
  return url.startsWith('file:') && glueEnd.test(url) && isWasm(url);
}

function isWasm(url: string): boolean {
  return /^[^?#]*\.wasm(?:[?#]|$)/s.test(url);
}

/** Whether a URL is a file that holds a component. */
function isComponent(url: string): boolean {
  if (!url.startsWith('file:') || !isWasm(url)) return false;
  return kindOfFile(pathOf(url)) === 'component';
}

/** The text of the module that stands for a component. */
function entryOf(url: string): Uint8Array {
  const { entryModule, imports } = lifted(url);
  if (!isInstantiate(url)) return entryModule;
  const needsWasi = imports.some(([, specifier]) => specifier === wasiSpecifier);
  const name = needsWasi ? 'instantiate-wasi' : 'instantiate';
  return readFileSync(new URL(`./entry/${name}.js`, import.meta.url));
}
