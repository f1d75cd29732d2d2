/**
 * JavaScript as a syntax tree (ESTree), for what depends on a component. What does not
 * is a file in `runtime/`.
 */
import { generate } from 'astring';

/** A part of a program. */
export interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The text of a module. */
export function print(body: Node[]): string {
  return printed({ type: 'Program', sourceType: 'module', body });
}

/** The text of a tree. */
export function printed(node: Node): string {
  return generate(node as Parameters<typeof generate>[0]);
}

/** A variable. */
export function id(name: string): Node {
  return { type: 'Identifier', name };
}

/** A string; `raw` is how it is written, if that matters. */
export function string(value: string, raw: string = JSON.stringify(value)): Node {
  return { type: 'Literal', value, raw };
}

/** `[a, b]` */
export function array(elements: Node[]): Node {
  return { type: 'ArrayExpression', elements };
}

/** `object.name` */
export function member(object: Node, name: string): Node {
  return { type: 'MemberExpression', object, property: id(name), computed: false, optional: false };
}

/** `callee(…)` */
export function call(callee: Node, ...parameters: Node[]): Node {
  return { type: 'CallExpression', callee, arguments: parameters, optional: false };
}

/** `new URL(…)` */
export function newUrl(...parameters: Node[]): Node {
  return { type: 'NewExpression', callee: id('URL'), arguments: parameters };
}

/** `await argument` */
export function awaited(argument: Node): Node {
  return { type: 'AwaitExpression', argument };
}

/** `import.meta` */
export const meta: Node = { type: 'MetaProperty', meta: id('import'), property: id('meta') };

/** `import local from "source"` */
export function importDefault(local: string, source: string): Node {
  return importOf({ type: 'ImportDefaultSpecifier', local: id(local) }, source);
}

/** `import { name as local } from "source"` */
export function importNamed(name: string, source: string, local = name): Node {
  return importOf({ type: 'ImportSpecifier', imported: id(name), local: id(local) }, source);
}

function importOf(specifier: Node, source: string): Node {
  return { type: 'ImportDeclaration', specifiers: [specifier], source: string(source) };
}

/** `export default declaration` */
export function exportDefault(declaration: Node): Node {
  return { type: 'ExportDefaultDeclaration', declaration };
}

/** `const name = init` */
export function constant(name: string, init: Node): Node {
  const declarations = [{ type: 'VariableDeclarator', id: id(name), init }];
  return { type: 'VariableDeclaration', kind: 'const', declarations };
}

/** `export const name = init` */
export function exportConst(name: string, init: Node): Node {
  const declaration = constant(name, init);
  return { type: 'ExportNamedDeclaration', declaration, specifiers: [], source: null };
}

/** `export * from "source"` */
export function exportAll(source: string): Node {
  return { type: 'ExportAllDeclaration', exported: null, source: string(source) };
}

/** `export { name } from "source"` */
export function exportFrom(name: string, source: string): Node {
  const specifier = { type: 'ExportSpecifier', local: id(name), exported: id(name) };
  return {
    type: 'ExportNamedDeclaration',
    declaration: null,
    specifiers: [specifier],
    source: string(source),
  };
}

/** `target = value;` */
export function assign(left: Node, right: Node): Node {
  const expression = { type: 'AssignmentExpression', operator: '=', left, right };
  return { type: 'ExpressionStatement', expression };
}
