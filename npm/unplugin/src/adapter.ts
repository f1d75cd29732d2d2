/** The part of the plugin that differs between bundlers. */
import type { UnpluginOptions } from 'unplugin';
import type { FileLoading } from './generate.js';
import type { Session } from './session.js';

/** The bundlers, as unplugin names them. */
export type Framework =
  | 'bun'
  | 'esbuild'
  | 'farm'
  | 'rolldown'
  | 'rollup'
  | 'rspack'
  | 'vite'
  | 'webpack';

/** The ways in which one bundler differs: a file in `adapters/`, and a line in `adapters.ts`. */
export interface Adapter {
  readonly name: Framework | 'turbopack';
  /** Loading of files that are not inlined, unless `session.filesOf` says otherwise. */
  readonly files: FileLoading;
  /**
   * The hooks: the shared ones, if absent. They tell the session how the bundler
   * resolves, if not as Node does, and how it takes files, if not always in one way.
   */
  hooks?(session: Session, shared: UnpluginOptions): UnpluginOptions;
  /** Whether `emitFile` gives references of files, as Rollup has it. */
  readonly emitsFiles?: boolean;
  /** Whether imports with `?url` are the bundler's affair. */
  readonly answersUrl?: boolean;
  /** Whether packages that nothing else resolves stay imports of the output. */
  readonly leavesPackages?: boolean;
  /** Whether each module of a component says what it is made of, and not the entry alone. */
  readonly watchesEach?: boolean;
  /** The form of bytes inside the JavaScript: `text`, if absent. */
  readonly inside?: 'text' | 'base64';
  /** Whether what was built compiles nothing: no core module is inside the JavaScript. */
  readonly neverCompiles?: boolean;
  /** Whether paths of hosts are relative: a path that begins with a slash is one of the site. */
  readonly wantsRelative?: boolean;
  /** Whether folders are there before the bundler looks around, which then sees no new ones. */
  readonly foldersAhead?: boolean;
  /** The extension of the module that stands for an import: `js`, if absent. */
  readonly extension?: 'js' | 'jsx';
}
