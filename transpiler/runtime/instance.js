import { trap } from './trap.js';

/** The state of a component instance (`ComponentInstance`, CanonicalABI.md). */
export class ComponentInstance {
  /** In the root: false while a call from the host runs, and for good after a trap. */
  mayEnter = true;
  /** False while the canonical ABI itself calls `realloc` or `post-return`. */
  mayLeave = true;
  /**
   * In the root: the trap that ended it.
   * @type {{ cause: unknown } | undefined}
   */
  failure = undefined;

  /** @param {ComponentInstance} [root] the outermost instance, if that is another one */
  constructor(root) {
    this.root = root ?? this;
  }
}

/** Refuses a call out of an instance in `realloc` or `post-return`. */
export function cannotLeave() {
  trap('cannot leave component instance');
}
