/** What `inspect` tells of a component. */
export interface Inspection {
  kind: 'component';
  /** Bytes of the whole file. */
  size: number;
  /** How deep components are in components; 0 for a component without any. */
  nesting: number;
  imports: InspectedItem[];
  exports: InspectedItem[];
  /** The core modules, in order of appearance. */
  modules: InspectedModule[];
  /** All sections but custom ones, in order, those of nested components and modules included. */
  sections: InspectedSection[];
  customSections: InspectedSection[];
  /** Who made it, by `language`, `processed-by` and `sdk`. */
  producers: Record<string, { name: string; version: string }[]>;
  /** What is used, for an engine to have. */
  features: { component: string[]; core: string[] };
}

/** An import or an export. */
export interface InspectedItem {
  name: string;
  kind: 'func' | 'instance' | 'resource' | 'type' | 'module' | 'component' | 'value';
  /** The WIT spelling of a function's or value type. */
  signature?: string;
  /** Whether the emitted function returns a promise. */
  returns?: 'value' | 'promise';
  /** That JSPI suspends an exported function, whether it cannot do without, and what it does. */
  jspi?: { need: 'certain' | 'possible'; reason: string };
  implements?: string;
  externalId?: string;
  /** What an instance exports. */
  items?: InspectedItem[];
}

/** A core module inside a component. */
export interface InspectedModule {
  name?: string;
  /** Where it begins in the file. */
  offset: number;
  size: number;
  /** How many imports and exports it has. */
  imports: number;
  exports: number;
}

/** A section. */
export interface InspectedSection {
  name: string;
  /** How many components and modules are around it. */
  depth: number;
  /** Where its contents begin in the file. */
  offset: number;
  size: number;
}
