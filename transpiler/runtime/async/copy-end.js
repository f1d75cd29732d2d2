import { trap } from '../trap.js';
import { after } from './store.js';
import { BLOCKED } from './subtask.js';
import { Waitable } from './waitable.js';

/** `CopyState` */
export const IDLE = 1;
export const COPYING = 2;
export const CANCELLING_COPY = 3;
export const DONE = 4;

/** `CopyResult` */
export const COMPLETED = 0;
export const DROPPED = 1;
export const CANCELLED = 2;

/** One end of a stream or future (`CopyEnd`, CanonicalABI.md). */
export class CopyEnd extends Waitable {
  state = IDLE;
  /** Its handle. */
  index = undefined;

  /**
   * @param {any} shared the `SharedStream` or `SharedFuture` that it is an end of
   * @param {boolean} isReadable
   */
  constructor(shared, isReadable) {
    super();
    this.shared = shared;
    this.isReadable = isReadable;
  }

  isCopying() {
    return this.state === COPYING || this.state === CANCELLING_COPY;
  }

  /** The other end went; an end that copies learns it from the copy. */
  notifyDropped() {
    if (this.state !== IDLE) return;
    this.setPendingEvent(() => {
      this.state = DONE;
      return [this.shared.event + (this.isReadable ? 0 : 1), this.index, DROPPED];
    });
  }

  drop() {
    const { kind } = this.shared;
    if (this.isCopying())
      trap(this.isReadable ? `cannot remove busy ${kind}` : `cannot drop busy ${kind}`);
    if (kind === 'future' && !this.isReadable && this.state !== DONE) {
      trap('cannot drop future write end without first writing a value');
    }
    this.shared.drop(this.isReadable);
    super.drop();
  }
}

/** The end at `index`, of this kind and type. */
export function getEnd(instance, type, isReadable, index) {
  const end = instance.handles.get(index);
  if (!(end instanceof CopyEnd) || end.isReadable !== isReadable || end.shared.type !== type) {
    trap(`handle index ${index} used with the wrong type`);
  }
  return end;
}

/** Both ends: the readable one's index, and the writable one's in the high half. */
export function newEnds(instance, shared) {
  const readable = lowerReadable(instance, shared);
  const end = new CopyEnd(shared, false);
  shared.writable = end;
  end.index = instance.handles.add(end);
  return BigInt(readable) | (BigInt(end.index) << 32n);
}

/** Refuses an end that is not idle, for `verb` (such as `read from`). */
export function checkIdle(end, verb) {
  const { kind } = end.shared;
  if (end.isCopying()) {
    trap(
      verb === 'forward'
        ? `cannot forward busy ${kind}`
        : verb === 'lift'
          ? `cannot remove busy ${kind}`
          : 'cannot have concurrent operations active on a future/stream',
    );
  }
  if (end.state !== DONE) return;
  const other = end.isReadable ? 'writable' : 'readable';
  if (kind === 'stream')
    trap(`cannot ${verb} stream after being notified that the ${other} end dropped`);
  if (end.isReadable) trap(`cannot ${verb} future after previous read succeeded`);
  trap(`cannot ${verb} future after previous write succeeded or readable end dropped`);
}

/** The end of a copying built-in: its event now, later, or once it is there. */
export function finishCopy(instance, end, isAsync) {
  const finish = () => end.getPendingEvent()[2];
  if (end.hasPendingEvent()) return finish();
  return isAsync ? BLOCKED : after(end.waitForPendingEvent(instance.store.current), finish);
}

/** `canon {stream,future}.cancel-{read,write}` */
export function cancelCopy(instance, type, isReadable, isAsync, index) {
  const end = getEnd(instance, type, isReadable, index);
  if (end.state !== COPYING || end.syncWaiter !== undefined) {
    trap(`cannot cancel a ${isReadable ? 'read' : 'write'} which is not in progress`);
  }
  if (!isAsync) end.checkSync();
  end.state = CANCELLING_COPY;
  if (!end.hasPendingEvent()) end.shared.cancel();
  return finishCopy(instance, end, isAsync);
}

/** `canon {stream,future}.drop-{readable,writable}` */
export function dropEnd(instance, type, isReadable, index) {
  getEnd(instance, type, isReadable, index).drop();
  instance.handles.remove(index);
}

/** `lift_async_value`: what the readable end at `index` shares. */
export function liftReadable(instance, type, index) {
  const end = getEnd(instance, type, true, index);
  const { kind } = end.shared;
  checkIdle(end, 'lift');
  if (end.wset !== undefined) trap(`cannot lift ${kind} while it's in a waitable set`);
  instance.handles.remove(index);
  end.shared.last().readable = undefined;
  return end.shared;
}

/** `lower_stream`, `lower_future` */
export function lowerReadable(instance, shared) {
  const end = new CopyEnd(shared, true);
  const last = shared.last();
  last.readable = end;
  end.index = instance.handles.add(end);
  if (last.isDropped) end.notifyDropped();
  return end.index;
}

/** Refuses what copies within one instance, but for numbers. */
export function checkIntra(instance, pending, buffer) {
  if (instance !== undefined && instance === pending && !(buffer.element?.isNumber ?? true)) {
    trap('cannot read from and write to intra-component future/stream with non-numeric payload');
  }
}
