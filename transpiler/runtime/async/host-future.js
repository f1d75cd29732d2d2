import { liftReadable, lowerReadable } from './copy-end.js';
import { SharedFuture } from './future.js';
import { HostSink, HostSource } from './host-buffer.js';
import { HostEnd } from './host-end.js';
import { hostFailure } from './host-failure.js';
import { afterEventLoop, enterUnlessTrapped } from './store.js';

/** The futures of guests that the host holds as promises. */
const futureOf = new WeakMap();

/**
 * A promise that begins to read with the first `then`, so that it can be passed on unread.
 * @extends {Promise<unknown>}
 */
class LazyPromise extends Promise {
  static get [Symbol.species]() {
    return Promise;
  }

  /** @returns {any} */
  then(onSettled, onRejected) {
    const own = futureOf.get(this);
    futureOf.delete(this);
    own?.read();
    return super.then(onSettled, onRejected);
  }
}

/** `lift_future` for the host: a promise. */
export function liftFuture(instance, type, index, NumberArray) {
  const shared = liftReadable(instance, type, index);
  const { store } = instance;
  const end = new HostEnd(store, shared);
  let settle;
  let reject;
  const promise = new LazyPromise((...functions) => {
    [settle, reject] = functions;
  });
  const read = () => {
    end.end();
    const fail = (error) => {
      store.readers.delete(fail);
      reject(error);
    };
    shared.hostReader = fail;
    const failure = shared.failure ?? store.failure;
    if (failure !== undefined) return fail(failure.cause);
    store.readers.add(fail);
    const sink = new HostSink(NumberArray, 1);
    enterUnlessTrapped(store, () =>
      shared.copy(true, undefined, sink, undefined, () => {
        store.readers.delete(fail);
        settle(sink.values[0]);
      }),
    );
  };
  futureOf.set(promise, { shared, read, end });
  end.watch(promise);
  return promise;
}

/** `lower_future` of a promise, or of a value that is there already. */
export function lowerFuture(instance, type, NumberArray, value, check = undefined) {
  const own = futureOf.get(value);
  if (own !== undefined && own.shared.type === type) {
    futureOf.delete(value);
    own.end.end();
    return lowerReadable(instance, own.shared);
  }
  const { store } = instance;
  const shared = new SharedFuture(type);
  // A future has a value, so a guest that reads it never hears of it.
  const report = hostFailure(store, true);
  store.hostWork++;
  const done = (f) => (value) => {
    store.hostWork--;
    store.enter(() => f(value));
    store.checkDeadlock();
  };
  Promise.resolve(value).then(
    done((value) => {
      if (store.failure !== undefined) return;
      const values = NumberArray === undefined ? [value] : NumberArray.from([value], check);
      shared.copy(false, undefined, new HostSource(values), undefined, () => {});
    }),
    done((error) => {
      shared.failure = { cause: error };
      if (shared.hostReader !== undefined) return shared.hostReader(error);
      // A promise that came back to the host may be about to be read.
      afterEventLoop(() => shared.hostReader ?? report(error));
    }),
  );
  return lowerReadable(instance, shared);
}
