/** Bytes of the platform, one way. */

/** A source of bytes. */
export interface ByteSource {
  /** Whether a person types here. */
  readonly isTerminal: boolean;
  /**
   * Puts up to `into.length` bytes at the start of `into` and says how many.
   *
   * 0 when `block` is false and nothing has come yet, -1 at the end.
   */
  read(into: Uint8Array, block: boolean): number;
  /** Whether a read would return at once, with bytes, the end or an error. */
  ready(): boolean;
  /** Whether an event tells when it becomes ready, so that nobody has to look again. */
  readonly hasEvents?: boolean;
}

/** A sink for bytes. */
export interface ByteSink {
  /** Whether a person reads here. */
  readonly isTerminal: boolean;
  /** Hands over all of `bytes`, waiting where the receiver is slow. `bytes` is the caller's. */
  write(bytes: Uint8Array): void;
  /**
   * The number of bytes that it takes now. Where it is 0, an event tells when there is room.
   * A sink without it takes everything. Throws once the receiver is gone.
   */
  permit?(): number;
}
