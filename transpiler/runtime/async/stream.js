import { GuestBuffer, transfer } from './buffer.js';
import {
  CANCELLED,
  CANCELLING_COPY,
  COMPLETED,
  COPYING,
  DONE,
  DROPPED,
  IDLE,
  checkIdle,
  checkIntra,
  finishCopy,
  getEnd,
  newEnds,
} from './copy-end.js';
import { SharedBase } from './shared.js';

/** `EventCode` */
const STREAM_READ = 2;

/** The state that the two ends of a stream share (`SharedStreamImpl`, CanonicalABI.md). */
export class SharedStream extends SharedBase {
  kind = 'stream';
  /** The event's code at the readable end. */
  event = STREAM_READ;

  /** `read` and `write` where the other end waits */
  rendezvous(isRead, instance, buffer, onCopy, onCopyDone) {
    const { pendingBuffer } = this;
    checkIntra(instance, this.pendingInstance, buffer);
    if (pendingBuffer.remain() > 0) {
      if (buffer.remain() > 0) {
        const n = Math.min(buffer.remain(), pendingBuffer.remain());
        const [source, target] = isRead ? [pendingBuffer, buffer] : [buffer, pendingBuffer];
        transfer(source, target, n);
        this.pendingOnCopy(() => this.last().resetPending());
      }
      return onCopyDone(COMPLETED);
    }
    if (!isRead && buffer.isZeroLength() && pendingBuffer.isZeroLength())
      return onCopyDone(COMPLETED);
    this.resetAndNotifyPending(COMPLETED);
    this.setPending(instance, buffer, onCopy, onCopyDone);
  }
}

/** `canon stream.new` */
export function streamNew(instance, type) {
  return newEnds(instance, new SharedStream(type));
}

/** `canon stream.{read,write}` */
export function streamCopy(instance, type, isRead, isAsync, element, cx, index, ptr, length) {
  const end = getEnd(instance, type, isRead, index);
  checkIdle(end, isRead ? 'read from' : 'write to');
  if (!isAsync) end.checkSync();
  const buffer = new GuestBuffer(element, cx, ptr, length);
  const notify = (result, reclaimBuffer) => {
    end.setPendingEvent(() => {
      reclaimBuffer?.();
      // The progress counts elements copied before the cancellation.
      const told = end.state === CANCELLING_COPY && result === COMPLETED ? CANCELLED : result;
      end.state = told === DROPPED ? DONE : IDLE;
      if (end.state === IDLE && end.shared.last().isDropped) end.notifyDropped();
      return [STREAM_READ + (isRead ? 0 : 1), index, told | (buffer.progress << 4)];
    });
  };
  end.state = COPYING;
  end.shared.copy(
    isRead,
    instance,
    buffer,
    (reclaimBuffer) => notify(COMPLETED, reclaimBuffer),
    notify,
  );
  return finishCopy(instance, end, isAsync);
}
