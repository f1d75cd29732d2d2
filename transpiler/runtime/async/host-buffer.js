/** The values that the host takes from a guest (`WritableBuffer`, CanonicalABI.md). */
export class HostSink {
  progress = 0;
  values = undefined;

  /**
   * @param {(new (buffer: ArrayBufferLike) => ArrayLike<unknown>) | undefined} NumberArray the typed array of the elements, if they are numbers
   * @param {number} length how many it takes at most
   */
  constructor(NumberArray, length) {
    this.NumberArray = NumberArray;
    this.length = length;
  }

  remain() {
    return this.length - this.progress;
  }

  isZeroLength() {
    return this.length === 0;
  }

  write(values, n) {
    const { NumberArray } = this;
    this.progress += n;
    // The view of a guest's memory does not outlive the call.
    this.values =
      NumberArray === undefined
        ? (values ?? new Array(n).fill(undefined))
        : new NumberArray(values.slice().buffer);
  }
}

/** The values that the host gives to a guest (`ReadableBuffer`, CanonicalABI.md). */
export class HostSource {
  progress = 0;

  /** @param {any} values an array, a typed one where they are numbers */
  constructor(values) {
    this.values = values;
    this.length = values.length;
  }

  remain() {
    return this.length - this.progress;
  }

  isZeroLength() {
    return this.length === 0;
  }

  /** The values that were not read, if there are any. */
  rest() {
    return this.remain() > 0 ? this.values.slice(this.progress) : undefined;
  }

  read(n) {
    const { values, progress } = this;
    this.progress += n;
    if (!ArrayBuffer.isView(values)) return values.slice(progress, progress + n);
    // @ts-expect-error Views are typed arrays here.
    const size = values.BYTES_PER_ELEMENT;
    return new Uint8Array(values.buffer, values.byteOffset + progress * size, n * size);
  }
}
