/** State that the parts of one plugin share. */
import { loadConfig } from 'windlass/config';
import type { Adapter } from './adapter.js';
import { findAsNode, type Find } from './find.js';
import { type FileLoading, Generator } from './generate.js';
import { checked, type Options } from './options.js';

/** A plugin at work. */
export class Session {
  readonly options: Options;
  readonly adapter: Adapter;
  readonly generator: Generator;
  /** Resolves specifiers that are not ours, by the context of the bundler's hook. */
  finder: (context: unknown) => Find = () => findAsNode(this.generator.root);
  /** The bundler's loading of files, by the context of its hook; `text` where it can load none. */
  filesOf: (context: unknown) => FileLoading = () => this.adapter.files;
  /** References of emitted files. */
  readonly emitted = new Set<string>();
  /** Components whose core modules are awaited at the top of modules. */
  readonly awaiting = new Set<string>();

  constructor(options: Options, adapter: Adapter) {
    this.options = checked(options);
    this.adapter = adapter;
    this.generator = new Generator(this.options, adapter);
  }

  /** Reads the configuration again. */
  async readConfig(): Promise<void> {
    this.generator.config = await loadConfig(this.generator.root);
  }
}
