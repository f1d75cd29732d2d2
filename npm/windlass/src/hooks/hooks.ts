/**
 * The hooks themselves, in the form that is common to `module.registerHooks` and
 * `module.register`: what to do before Node resolves and loads, if anything, and the
 * modules that stand for a component.
 */
import { describe, type Import, moduleOf, parameter, shared } from './component.js';
import { pathOf } from './lift.js';
import { kindOfFile } from '../kind.js';

/** The parameter of a URL that stands for the glue of a component. */
const glueParameter = 'windlass-glue';

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
export function resolveOwn(specifier: string): Resolved | undefined {
  if (!isGlue(specifier)) return undefined;
  return { url: specifier, format: 'module', shortCircuit: true };
}

/**
 * The module that an import counts as one of. The shims are a dependency of this
 * package, whether or not the component's package has them.
 */
export function importerOf(specifier: string, parent: string | undefined): string | undefined {
  const isOurs =
    specifier.startsWith('@windlass/wasi') && parent?.startsWith('file:') && isWasm(parent);
  return isOurs ? import.meta.url : parent;
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

/** The text of the module that stands for a component. */
function entryOf(url: string): string {
  const { needsWasi, imports, exports } = describe(url);
  const text = JSON.stringify;
  const here = text(url);
  const lines = [
    importNamed('instantiate', 'instantiate$', glueUrl(url)),
    `const { capabilities: capabilities$, cores: cores$ } = globalThis[Symbol.for(${text(shared.description)})];`,
  ];
  const given = [];
  if (needsWasi) {
    lines.push(importNamed('createWasi', 'createWasi$', '@windlass/wasi'));
    given.push(`...createWasi$(capabilities$(${here}))`);
  }
  if (new URL(url).searchParams.has('instantiate')) {
    given.push('...imports');
    lines.push(
      `const compiled$ = cores$(${here});`,
      'export function instantiate(imports, options) {',
      `  return instantiate$(compiled$, { ${given.join(', ')} }, options);`,
      '}',
      'export default instantiate;',
    );
    return `${lines.join('\n')}\n`;
  }
  for (const [i, [name, mapped]] of imports.entries()) {
    const { specifier, member } = moduleOf(name, mapped);
    const local = `import${i}$`;
    lines.push(
      member === undefined
        ? `import * as ${local} from ${text(specifier)};`
        : importNamed(member, local, specifier),
    );
    given.push(`${text(name)}: ${local}`);
  }
  lines.push(
    `const imports$ = { ${given.join(', ')} };`,
    `const exports$ = instantiate$(cores$(${here}), imports$);`,
    ...exports.map((name, i) => `const export${i}$ = exports$[${text(name)}];`),
    `export { ${exports.map((name, i) => `export${i}$ as ${name}`).join(', ')} };`,
  );
  return `${lines.join('\n')}\n`;
}

/** The text of the glue of a component. */
function glueOf(url: string): Uint8Array {
  return describe(url.replace(new RegExp(`[?&]${glueParameter}$`), '')).glue;
}

function glueUrl(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${glueParameter}`;
}

function importNamed(name: string, local: string, specifier: string): string {
  return `import { ${name} as ${local} } from ${JSON.stringify(specifier)};`;
}
