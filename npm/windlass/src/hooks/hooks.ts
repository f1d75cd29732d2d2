/**
 * The hooks themselves, in the form that is common to `module.registerHooks` and
 * `module.register`: what to do before Node resolves and loads, if anything.
 */
import { type Import, parameter } from './component.js';
import { pathOf } from './lift.js';
import { entryOf, glueOf, glueParameter } from './modules.js';
import { kindOfFile } from '../file.js';

/** A module as hooks give it to Node. */
export interface Source {
  format: 'module';
  source: string | Uint8Array;
  shortCircuit: true;
}

/** A resolution as hooks give it to Node. */
export interface Resolved {
  url: string;
  importAttributes?: Record<string, string>;
  format?: 'module';
  shortCircuit: true;
}

/** Answers for what is ours by its specifier alone. */
export function resolveOwn(specifier: string, parent: string | undefined): Resolved | undefined {
  if (isGlue(specifier)) return { url: specifier, format: 'module', shortCircuit: true };
  if (parent === undefined || !parent.startsWith('file:') || !isWasm(parent)) return undefined;
  // The shims are a dependency of this package, whether or not the component's package has them.
  if (!specifier.startsWith('@windlass/wasi')) return undefined;
  return { url: import.meta.resolve(specifier), shortCircuit: true };
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
  const given: Record<string, string> = {};
  for (const [name, text] of Object.entries(attributes)) if (text !== undefined) given[name] = text;
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
  if (isGlue(url)) return { format: 'module', source: glueOf(url), shortCircuit: true };
  if (!isComponent(url)) return undefined;
  return { format: 'module', source: entryOf(url), shortCircuit: true };
}

function isGlue(url: string): boolean {
  return url.startsWith('file:') && url.endsWith(glueParameter) && isWasm(url);
}

function isWasm(url: string): boolean {
  return /^[^?#]*\.wasm(?:[?#]|$)/s.test(url);
}

/** Whether a URL is a file that holds a component. */
function isComponent(url: string): boolean {
  if (!url.startsWith('file:') || !isWasm(url)) return false;
  return kindOfFile(pathOf(url)) === 'component';
}
