import { refuse } from '../value.js';
import { COMPLETED, DROPPED, liftReadable, lowerReadable } from './copy-end.js';
import { HostSink, HostSource } from './host-buffer.js';
import { HostEnd } from './host-end.js';
import { hostFailure } from './host-failure.js';
import { enterUnlessTrapped } from './store.js';
import { SharedStream } from './stream.js';

/** The number of bytes, or else elements, that a read by the host asks for. */
const CHUNK = 65536;

/** The streams of guests that the host holds as `ReadableStream`. */
const sharedOf = new WeakMap();

/** `lift_stream` for the host: a `ReadableStream`, of bytes for `u8`. */
export function liftStream(instance, type, index, NumberArray) {
  const shared = liftReadable(instance, type, index);
  const end = new StreamEnd(instance.store, shared, NumberArray);
  const source = {
    start: (controller) => end.failBy(controller),
    pull: (controller) => end.read(controller),
    cancel: () => end.cancel(),
  };
  if (NumberArray === Uint8Array) source.type = 'bytes';
  const stream = new ReadableStream(source, { highWaterMark: 0 });
  sharedOf.set(stream, end);
  end.watch(stream);
  return stream;
}

// Functions of their own, or what is weak would be a variable of the one that lasts.
function failing(end, weak) {
  return (error) => {
    end.end();
    weak.deref()?.error(error);
  };
}

function weakly(object) {
  return globalThis.WeakRef ? new WeakRef(object) : { deref: () => object };
}

/** The readable end behind a `ReadableStream`. */
class StreamEnd extends HostEnd {
  isReading = false;
  isCancelled = false;

  constructor(store, shared, NumberArray) {
    super(store, shared);
    this.NumberArray = NumberArray;
    this.length = NumberArray === undefined ? 1024 : CHUNK / NumberArray.BYTES_PER_ELEMENT;
  }

  /** A trap fails the stream, also while nobody reads. */
  failBy(controller) {
    this.fail = failing(this, weakly(controller));
    this.store.readers.add(this.fail);
  }

  end() {
    this.store.readers.delete(this.fail);
    super.end();
  }

  /** Reads what there is, up to `length`. */
  read(controller) {
    const { store, shared, NumberArray } = this;
    return /** @type {Promise<void>} */ (
      new Promise((settle) => {
        const sink = new HostSink(NumberArray, this.length);
        const deliver = () => {
          if (!this.isOpen) return;
          if (NumberArray !== undefined) controller.enqueue(sink.values);
          else for (const value of sink.values) controller.enqueue(value);
          settle();
        };
        const onCopy = (reclaimBuffer) => {
          this.isReading = false;
          reclaimBuffer();
          deliver();
        };
        const onCopyDone = (result) => {
          this.isReading = false;
          if (result === COMPLETED) return deliver();
          const wasOpen = this.isOpen;
          this.end();
          if (wasOpen) {
            controller.close();
            controller.byobRequest?.respond(0);
          }
          settle();
        };
        enterUnlessTrapped(store, () => {
          this.isReading = true;
          shared.copy(true, undefined, sink, onCopy, onCopyDone);
        });
      })
    );
  }

  /** The host has enough. */
  cancel() {
    this.isCancelled = true;
    this.drop();
  }

  letGo() {
    if (this.isReading) this.shared.cancel();
    super.letGo();
  }
}

/**
 * `lower_stream` of what the host gives: a `ReadableStream`, an iterable, or numbers, which `check`
 * refuses that would be converted.
 */
export function lowerStream(instance, type, NumberArray, value, holder, key, check = undefined) {
  const own = sharedOf.get(value);
  if (own !== undefined && own.shared.type === type && !own.isCancelled && !value.locked) {
    // A guest's stream that comes back goes from guest to guest.
    sharedOf.delete(value);
    own.end();
    return lowerReadable(instance, own.shared);
  }
  const source =
    sourceOf(value, NumberArray) ?? refuse('a ReadableStream or an iterable', value, holder, key);
  const shared = new SharedStream(type);
  pump(instance.store, shared, source, NumberArray, check);
  return lowerReadable(instance, shared);
}

/** The iterator of a host value: `next` and `return`. */
function sourceOf(value, NumberArray) {
  if (value === null || typeof value !== 'object') return undefined;
  if (NumberArray !== undefined && (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)) {
    return [value][Symbol.iterator]();
  }
  if (typeof value.getReader === 'function') {
    const reader = value.getReader();
    return { next: () => reader.read(), return: (rest) => reader.cancel(rest) };
  }
  return value[Symbol.asyncIterator]?.() ?? value[Symbol.iterator]?.();
}

/**
 * Writes what `source` has, as fast as the guest reads. When it fails, the
 * guest sees the stream end after what was there.
 */
function pump(store, shared, source, NumberArray, check) {
  const report = hostFailure(store);
  let isOpen = true;
  /** What is offered to the guest. */
  let offered;
  // The guest reads no more. The host may keep what was not taken for another stream.
  const stop = () => {
    if (!isOpen) return;
    isOpen = false;
    store.readers.delete(stop);
    Promise.resolve()
      .then(() => source.return?.(offered?.rest()))
      .catch(report);
  };
  shared.writable = { notifyDropped: stop };
  // The host may be long in giving more.
  store.readers.add(stop);
  const write = (values, next) => {
    const buffer = (offered = new HostSource(values));
    const goOn = () => (buffer.remain() > 0 ? store.attempt(send) : next());
    const send = () =>
      shared.copy(
        false,
        undefined,
        buffer,
        (reclaimBuffer) => {
          // The guest may take the rest with its next read.
          if (buffer.remain() > 0) return;
          reclaimBuffer();
          next();
        },
        (result) => (result === DROPPED ? stop() : goOn()),
      );
    enterUnlessTrapped(store, send);
  };
  // An empty write is done as soon as the guest reads.
  const waitForReader = () => write([], () => queueMicrotask(take));
  const take = () => {
    store.hostWork++;
    try {
      const item = source.next();
      if (typeof item.then === 'function') item.then(accept, fail);
      else accept(item);
    } catch (error) {
      fail(error);
    }
  };
  const accept = (item) => {
    let values;
    try {
      if (item.done) return end();
      values = toValues(item.value, NumberArray, check);
    } catch (error) {
      stop();
      return fail(error);
    }
    store.hostWork--;
    if (store.failure !== undefined) return stop();
    write(values, waitForReader);
  };
  const end = () => {
    store.hostWork--;
    isOpen = false;
    store.readers.delete(stop);
    store.enter(() => shared.drop(false));
    store.checkDeadlock();
  };
  const fail = (error) => {
    report(error);
    end();
  };
  waitForReader();
}

function toValues(value, NumberArray, check) {
  if (NumberArray === undefined) return [value];
  if (value instanceof NumberArray) return value;
  if (value instanceof ArrayBuffer) return new NumberArray(value);
  if (ArrayBuffer.isView(value) && NumberArray === Uint8Array) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (typeof value === 'number' || typeof value === 'bigint')
    return NumberArray.from([value], check);
  return typeof value === 'object'
    ? NumberArray.from(value, check)
    : refuse('numbers', value, undefined, 'chunk');
}
