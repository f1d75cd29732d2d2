import { GuestBuffer, transfer } from './buffer.js';
import {
  CANCELLED,
  COMPLETED,
  COPYING,
  DONE,
  IDLE,
  checkIdle,
  checkIntra,
  finishCopy,
  getEnd,
  newEnds,
} from './copy-end.js';
import { SharedBase } from './shared.js';

/** `EventCode` */
const FUTURE_READ = 4;

/** The state that the two ends of a future share (`SharedFutureImpl`, CanonicalABI.md). */
export class SharedFuture extends SharedBase {
  kind = 'future';
  /** Rejects the promise by which the host reads it. */
  hostReader = undefined;
  /** Why the host never gives the value: `{ error }`. */
  failure = undefined;
  /** The event's code at the readable end. */
  event = FUTURE_READ;

  /** `read` and `write` where the other end waits */
  rendezvous(isRead, instance, buffer, onCopy, onCopyDone) {
    checkIntra(instance, this.pendingInstance, buffer);
    const [source, target] = isRead ? [this.pendingBuffer, buffer] : [buffer, this.pendingBuffer];
    transfer(source, target, 1);
    this.resetAndNotifyPending(COMPLETED);
    onCopyDone(COMPLETED);
  }
}

/** `canon future.new` */
export function futureNew(instance, type) {
  return newEnds(instance, new SharedFuture(type));
}

/** `canon future.{read,write}` */
export function futureCopy(instance, type, isRead, isAsync, element, cx, index, ptr) {
  const end = getEnd(instance, type, isRead, index);
  checkIdle(end, isRead ? 'read from' : 'write to');
  if (!isAsync) end.checkSync();
  const buffer = new GuestBuffer(element, cx, ptr, 1);
  end.state = COPYING;
  end.shared.copy(isRead, instance, buffer, undefined, (result) => {
    end.setPendingEvent(() => {
      end.state = result === CANCELLED ? IDLE : DONE;
      return [FUTURE_READ + (isRead ? 0 : 1), index, result];
    });
  });
  return finishCopy(instance, end, isAsync);
}
