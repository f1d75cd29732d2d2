import { trap } from './trap.js';

/** The state of a component instance (`ComponentInstance`, CanonicalABI.md). */
export class ComponentInstance {
  /** False while a call runs in it, and for good after a trap. */
  mayEnter = true;
  /** False while the canonical ABI itself calls `realloc` or `post-return`. */
  mayLeave = true;
}

/** Refuses a call out of an instance in `realloc` or `post-return`. */
export function cannotLeave() {
  trap('cannot leave component instance');
}


