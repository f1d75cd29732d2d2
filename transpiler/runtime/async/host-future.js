import { importFailed } from '../error.js';
import { liftReadable, lowerReadable } from './copy-end.js';
import { SharedFuture } from './future.js';
import { HostSink, HostSource } from './host-buffer.js';

/** The futures of guests that the host holds as promises. */
const futureOf = new WeakMap();

/** A promise that begins to read with the first `then`, so that it can be passed on unread. */
class LazyPromise extends Promise {
  static get [Symbol.species]() {
    return Promise;
  }

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
  store.hostWork++;
  const release = () => {
    store.hostWork--;
    store.checkDeadlock();
  };
  let settle;
  const promise = new LazyPromise((resolve) => {
    settle = resolve;
  });
  const read = () => {
    const sink = new HostSink(NumberArray, 1);
    release();
    store.enter(() => shared.copy(true, undefined, sink, undefined, () => settle(sink.values[0])));
  };
  futureOf.set(promise, { shared, read, release });
  return promise;
}

/** `lower_future` of a promise, or of a value that is there already. */
export function lowerFuture(instance, type, NumberArray, value) {
  const own = futureOf.get(value);
  if (own !== undefined && own.shared.type === type) {
    futureOf.delete(value);
    own.release();
    return lowerReadable(instance, own.shared);
  }
  const { store } = instance;
  const shared = new SharedFuture(type);
  store.hostWork++;
  const done = (f) => (value) => {
    store.hostWork--;
    store.enter(() => f(value));
    store.checkDeadlock();
  };
  Promise.resolve(value).then(
    done((value) => {
      const values = NumberArray === undefined ? [value] : NumberArray.of(value);
      shared.copy(false, undefined, new HostSource(values), undefined, () => {});
    }),
    done((error) => importFailed(error, 'future')),
  );
  return lowerReadable(instance, shared);
}
