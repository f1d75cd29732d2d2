/** What the parts of one plugin have in common. */
import { loadConfig } from 'windlass/config';
import { type FileLoading, Generator } from './generate.js';
import type { Options } from './options.js';

/** A plugin at work. */
export class Session {
  readonly options: Options;
  /** The bundler, as unplugin names it. */
  readonly framework: string;
  readonly generator: Generator;
  /** Whether this is a server for development, which has no output. */
  isServing = false;
  /** Whether the output is a script, which awaits nothing at its top. */
  isScript = false;
  /** References of emitted files. */
  readonly emitted = new Set<string>();

  constructor(options: Options, framework: string) {
    this.options = options;
    this.framework = framework;
    this.generator = new Generator(options, framework);
  }

  /** Whether contexts of hooks are of Rollup's kind. */
  get isRollupLike(): boolean {
    return ['rollup', 'rolldown', 'vite'].includes(this.framework);
  }

  /** How this bundler takes files. */
  get fileLoading(): FileLoading {
    if (this.isScript) return 'text';
    if (this.framework === 'esbuild' || this.framework === 'bun') return 'path';
    return this.isRollupLike && !this.isServing ? 'reference' : 'url';
  }

  /** Reads the configuration again. */
  async readConfig(): Promise<void> {
    this.generator.config = await loadConfig(this.generator.root);
  }
}
