/** What the parts of one plugin have in common. */
import { loadConfig } from 'windlass/config';
import type { Adapter } from './adapter.js';
import { findAsNode, type Find } from './find.js';
import { type FileLoading, Generator } from './generate.js';
import type { Options } from './options.js';

/** A plugin at work. */
export class Session {
  readonly options: Options;
  readonly adapter: Adapter;
  readonly generator: Generator;
  /** How the bundler resolves what is not ours, by the context of its hook. */
  finder: (context: unknown) => Find = () => findAsNode(this.generator.root);
  /** Whether this is a server for development, which has no output. */
  isServing = false;
  /** Whether the output is a script, which awaits nothing at its top. */
  isScript = false;
  /** References of emitted files. */
  readonly emitted = new Set<string>();

  constructor(options: Options, adapter: Adapter) {
    this.options = options;
    this.adapter = adapter;
    this.generator = new Generator(options, adapter);
  }

  /** How this bundler takes files. */
  get fileLoading(): FileLoading {
    return this.isScript ? 'text' : this.adapter.files(this);
  }

  /** Reads the configuration again. */
  async readConfig(): Promise<void> {
    this.generator.config = await loadConfig(this.generator.root);
  }
}
