import { inspect } from '../../index.js';
import type { InspectedItem, InspectedSection } from '../../inspection.js';
import { asksOf } from '../asks.js';
import { readWasm, withName } from '../component.js';
import { say, sayJson, size, table, widthOfLines } from '../print.js';

/** Options of `windlass inspect`, as the command line has them. */
export interface InspectFlags {
  sections?: boolean;
  json?: boolean;
}

/** `windlass inspect`: prints what is in a component. */
export async function inspectCommand(path: string, flags: InspectFlags): Promise<void> {
  const { bytes } = await readWasm(path);
  const found = withName(path, () => inspect(bytes));
  const asks = asksOf(found.imports.map(({ name }) => name));
  if (flags.json) {
    sayJson({ ...found, capabilities: asks });
    return;
  }
  const nested = found.nesting > 0 ? `, components ${found.nesting} deep` : '';
  say(`${path}  ${size(found.size)}${nested}`);
  list('imports', found.imports.flatMap(itemRows));
  list('exports', found.exports.flatMap(itemRows));
  list(
    'capabilities',
    asks.map(({ name, grant, isGranted }) => [name, isGranted ? 'run has it' : grant]),
  );
  list(
    'core modules',
    found.modules.map(({ name, size: bytes, imports, exports }) => [
      name ?? '(no name)',
      size(bytes),
      `${imports} imports, ${exports} exports`,
    ]),
  );
  const { sections, customSections } = found;
  if (flags.sections) {
    list('sections', [...sections, ...customSections].toSorted(byOffset).map(sectionRow));
  } else {
    list('sections', sums([...sections, ...customSections].filter(({ depth }) => depth === 0)));
  }
  list(
    'made by',
    Object.values(found.producers).flatMap((all) =>
      all.map(({ name, version }) => [`${name} ${version}`.trim()]),
    ),
  );
  const { component, core } = found.features;
  list('features', [
    ...(component.length > 0 ? [['component', component.join(', ')]] : []),
    ...(core.length > 0 ? [['core', core.join(', ')]] : []),
  ]);
}

function list(title: string, rows: string[][]): void {
  if (rows.length === 0) return;
  say();
  say(title, 'bold');
  const width = widthOfLines();
  for (const line of table(rows.map(([first = '', ...rest]) => [`  ${first}`, ...rest]))) {
    say(line.length > width ? `${line.slice(0, width - 1)}…` : line.trimEnd());
  }
}

/** An item, and below it what is in it, but for types, which signatures name. */
function itemRows(item: InspectedItem): string[][] {
  const inside = (item.items ?? [])
    .filter(({ kind }) => kind !== 'type')
    .map((item) => [`  ${item.name}`, described(item)]);
  return [[item.name, item.kind === 'instance' ? '' : described(item)], ...inside];
}

/** A signature, and how an exported function is called where the type does not say it. */
function described({ kind, signature, returns, jspi }: InspectedItem): string {
  const parts = [signature ?? kind];
  if (returns === 'promise' && !signature?.startsWith('async ')) parts.push('returns a promise');
  if (jspi) parts.push(`${jspi.need === 'certain' ? 'needs' : 'may need'} JSPI (${jspi.reason})`);
  return parts.join('; ');
}

function sectionRow({ name, depth, offset, size: bytes }: InspectedSection): string[] {
  return [`${'  '.repeat(depth)}${name}`, `0x${offset.toString(16)}`, size(bytes)];
}

/** Sections of one name together. */
function sums(sections: InspectedSection[]): string[][] {
  const byName = new Map<string, { count: number; bytes: number }>();
  for (const { name, size: bytes } of sections) {
    const sum = byName.get(name) ?? { count: 0, bytes: 0 };
    byName.set(name, { count: sum.count + 1, bytes: sum.bytes + bytes });
  }
  return [...byName].map(([name, { count, bytes }]) => [
    count > 1 ? `${name} × ${count}` : name,
    size(bytes),
  ]);
}

function byOffset(a: InspectedSection, b: InspectedSection): number {
  return a.offset - b.offset;
}
