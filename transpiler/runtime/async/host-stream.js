import { refuse } from '../value.js';
import { COMPLETED, DROPPED, liftReadable, lowerReadable } from './copy-end.js';
import { HostSink, HostSource } from './host-buffer.js';
import { hostFailure } from './host-failure.js';
import { enterUnlessTrapped } from './store.js';
import { SharedStream } from './stream.js';

/** How many bytes, or else elements, a read by the host asks for. */
const CHUNK = 65536;

/** The streams of guests that the host holds as `ReadableStream`. */
const sharedOf = new WeakMap();

/** `lift_stream` for the host: a `ReadableStream`, of bytes for `u8`. */
export function liftStream(instance, type, index, NumberArray) {
  const shared = liftReadable(instance, type, index);
  const { store } = instance;
  const length = NumberArray === undefined ? 1024 : CHUNK / NumberArray.BYTES_PER_ELEMENT;
  let isOpen = true;
  let isReading = false;
  store.hostWork++;
  const end = () => {
    if (!isOpen) return;
    isOpen = false;
    store.hostWork--;
    store.readers.delete(fail);
    store.checkDeadlock();
  };
  let controller;
  const fail = (error) => {
    end();
    controller.error(error);
  };
  store.readers.add(fail);
  /** @returns {Promise<void>} */
  const pull = () =>
    new Promise((settle) => {
      const sink = new HostSink(NumberArray, length);
      const deliver = () => {
        if (!isOpen) return;
        if (NumberArray !== undefined) controller.enqueue(sink.values);
        else for (const value of sink.values) controller.enqueue(value);
        settle();
      };
      const onCopy = (reclaimBuffer) => {
        isReading = false;
        reclaimBuffer();
        deliver();
      };
      const onCopyDone = (result) => {
        isReading = false;
        if (result === COMPLETED) return deliver();
        const wasOpen = isOpen;
        end();
        if (wasOpen) {
          controller.close();
          controller.byobRequest?.respond(0);
        }
        settle();
      };
      enterUnlessTrapped(store, () => {
        isReading = true;
        shared.copy(true, undefined, sink, onCopy, onCopyDone);
      });
    });
  const source = {
    start(given) {
      controller = given;
    },
    pull,
    cancel() {
      end();
      sharedOf.delete(stream);
      store.enter(() => {
        if (isReading) shared.cancel();
        shared.drop(true);
      });
    },
  };
  if (NumberArray === Uint8Array) source.type = 'bytes';
  const stream = new ReadableStream(source, { highWaterMark: 0 });
  sharedOf.set(stream, { shared, release: end });
  return stream;
}

/** `lower_stream` of what the host gives: a `ReadableStream`, an iterable, or numbers. */
export function lowerStream(instance, type, NumberArray, value, holder, key) {
  const own = sharedOf.get(value);
  if (own !== undefined && own.shared.type === type && !value.locked) {
    // A guest's stream that comes back goes from guest to guest.
    sharedOf.delete(value);
    own.release();
    return lowerReadable(instance, own.shared);
  }
  const source =
    sourceOf(value, NumberArray) ?? refuse('a ReadableStream or an iterable', value, holder, key);
  const shared = new SharedStream(type);
  pump(instance.store, shared, source, NumberArray);
  return lowerReadable(instance, shared);
}

/** What is iterated over: `next` and `return`. */
function sourceOf(value, NumberArray) {
  if (value === null || typeof value !== 'object') return undefined;
  if (NumberArray !== undefined && (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)) {
    return [value][Symbol.iterator]();
  }
  if (typeof value.getReader === 'function') {
    const reader = value.getReader();
    return { next: () => reader.read(), return: () => reader.cancel() };
  }
  return value[Symbol.asyncIterator]?.() ?? value[Symbol.iterator]?.();
}

/**
 * Writes what `source` has, as fast as the guest reads. When it fails, the
 * guest sees the stream end after what was there.
 */
function pump(store, shared, source, NumberArray) {
  const report = hostFailure(store);
  let isOpen = true;
  // The guest reads no more.
  const stop = () => {
    if (!isOpen) return;
    isOpen = false;
    Promise.resolve()
      .then(() => source.return?.())
      .catch(report);
  };
  shared.writable = { notifyDropped: stop };
  const write = (values, next) => {
    const buffer = new HostSource(values);
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
      values = toValues(item.value, NumberArray);
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
    store.enter(() => shared.drop(false));
    store.checkDeadlock();
  };
  const fail = (error) => {
    report(error);
    end();
  };
  waitForReader();
}

function toValues(value, NumberArray) {
  if (NumberArray === undefined) return [value];
  if (value instanceof NumberArray) return value;
  if (value instanceof ArrayBuffer) return new NumberArray(value);
  if (ArrayBuffer.isView(value) && NumberArray === Uint8Array) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (typeof value === 'number' || typeof value === 'bigint') return NumberArray.of(value);
  return typeof value === 'object'
    ? NumberArray.from(value)
    : refuse('numbers', value, undefined, 'chunk');
}
