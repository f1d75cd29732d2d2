/** The result of `inspect` for a component. */
export interface Inspection {
  kind: 'component';
  /** Bytes of the whole file. */
  size: number;
  /** The depth to which components are nested; 0 for a component without any. */
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
  /** Features that an engine must have. */
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
  /** The exports of an instance. */
  items?: InspectedItem[];
}

/** A core module inside a component. */
export interface InspectedModule {
  name?: string;
  /** Offset in the file. */
  offset: number;
  size: number;
  /** The number of imports and exports. */
  imports: number;
  exports: number;
}

/** A section. */
export interface InspectedSection {
  name: string;
  /** The number of components and modules around it. */
  depth: number;
  /** Offset of its contents in the file. */
  offset: number;
  size: number;
}
