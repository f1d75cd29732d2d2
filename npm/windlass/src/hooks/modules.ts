/** The modules that stand for a component: what Node evaluates when it is imported. */
import { describe, moduleOf } from './component.js';

/** The parameter of a URL that stands for the glue of a component. */
export const glueParameter = 'windlass-glue';

/** The text of the module that stands for a component. */
export function entryOf(url: string): string {
  const { needsWasi, imports, exports } = describe(url);
  const text = JSON.stringify;
  const here = text(url);
  const lines = [
    importNamed('instantiate', 'instantiate$', glueUrl(url)),
    importNamed('cores', 'cores$', new URL('component.js', import.meta.url).href),
  ];
  const given = [];
  if (needsWasi) {
    lines.push(importNamed('wasi', 'wasi$', new URL('wasi.js', import.meta.url).href));
    given.push(`...wasi$(${here})`);
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
export function glueOf(url: string): Uint8Array {
  return describe(url.replace(new RegExp(`[?&]${glueParameter}$`), '')).glue;
}

function glueUrl(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${glueParameter}`;
}

function importNamed(name: string, local: string, specifier: string): string {
  return `import { ${name} as ${local} } from ${JSON.stringify(specifier)};`;
}
