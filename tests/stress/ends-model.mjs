/**
 * Results and traps of the built-ins of streams, futures, subtasks and waitable sets:
 * the rules of CanonicalABI.md for one component instance, written down once
 * more. A method returns what the built-in of its name does, or throws a `Trap`
 * before it changed anything.
 */

export const BLOCKED = 0xffff_ffff;
const [COMPLETED, DROPPED, CANCELLED] = [0, 1, 2];
/** Event codes; of an end that writes it is one more. */
const [NONE, SUBTASK, STREAM, FUTURE] = [0, 1, 2, 4];
/** States of a subtask. */
const [STARTED, RETURNED, CANCELLED_BEFORE_RETURNED] = [1, 2, 4];

/** The trap of a built-in; its message is part of the expected text. */
export class Trap extends Error {}

function trapIf(condition, text) {
  if (condition) throw new Trap(text);
}

/** The table of handles: indices from 1, the last that came free is the next. */
class Table {
  #entries = [undefined];
  #free = [];

  add(entry) {
    entry.index = this.#free.pop() ?? this.#entries.length;
    this.#entries[entry.index] = entry;
    return entry.index;
  }

  get(index, isRight) {
    const entry = this.#entries[index];
    trapIf(entry === undefined, 'unknown handle index');
    trapIf(!isRight(entry), 'used with the wrong type');
    return entry;
  }

  remove({ index }) {
    this.#entries[index] = undefined;
    this.#free.push(index);
  }

  all() {
    return this.#entries.filter((entry) => entry !== undefined);
  }
}

/** The state that two ends share: who waits for the other, and how much went through. */
class Shared {
  pending = undefined;
  isDropped = false;
  written = 0;
  read = 0;

  constructor(kind) {
    this.kind = kind;
  }

  /** One end wants to copy; `by` and the one that waits are told by their `done`. */
  copy(by) {
    const other = this.pending;
    if (this.isDropped) by.done(DROPPED);
    else if (other === undefined) this.pending = by;
    else if (this.kind === 'future') {
      move(by, other, 1);
      this.pending = undefined;
      other.done(COMPLETED);
      by.done(COMPLETED);
    } else if (other.remain() > 0) {
      if (by.remain() > 0) {
        move(by, other, Math.min(by.remain(), other.remain()));
        // It may get more until it is told.
        other.done(COMPLETED, () => (this.pending = undefined));
      }
      by.done(COMPLETED);
    } else if (!by.isReader && by.length === 0 && other.length === 0) by.done(COMPLETED);
    else {
      this.pending = by;
      other.done(COMPLETED);
    }
  }

  cancel() {
    const { pending } = this;
    this.pending = undefined;
    pending.done(CANCELLED);
  }

  /** The end `by` goes. */
  drop(by) {
    if (this.isDropped) return;
    this.isDropped = true;
    const other = this.pending;
    this.pending = undefined;
    if (other !== undefined) other.done(DROPPED);
    else (by.isReader ? this.writer : this.reader)?.otherDropped();
  }
}

function move(one, other, n) {
  one.progress += n;
  other.progress += n;
}

/** An end in the component. */
class End {
  state = 'idle';
  set = undefined;
  /** Gives code and payload when it is told; nothing is told twice. */
  event = undefined;
  length = 0;
  progress = 0;

  constructor(shared, isReader) {
    this.shared = shared;
    this.isReader = isReader;
    shared[isReader ? 'reader' : 'writer'] = this;
  }

  get kind() {
    return this.shared.kind;
  }

  get code() {
    return (this.kind === 'stream' ? STREAM : FUTURE) + (this.isReader ? 0 : 1);
  }

  remain() {
    return this.length - this.progress;
  }

  isCopying() {
    return this.state === 'copying' || this.state === 'cancelling';
  }

  done(result, reclaim) {
    this.event = () => {
      reclaim?.();
      if (this.kind === 'future') {
        this.state = result === CANCELLED ? 'idle' : 'done';
        return [this.code, result];
      }
      const told = this.state === 'cancelling' && result === COMPLETED ? CANCELLED : result;
      this.state = told === DROPPED ? 'done' : 'idle';
      if (told !== DROPPED && this.shared.isDropped) this.otherDropped();
      return [this.code, told | (this.progress << 4)];
    };
  }

  otherDropped() {
    if (this.state !== 'idle') return;
    this.event = () => {
      this.state = 'done';
      return [this.code, DROPPED];
    };
  }

  /** Tells the event, which then is so. */
  tell() {
    const { event } = this;
    this.event = undefined;
    return event();
  }
}

/** An end that the host holds; told at once. */
class HostEnd {
  isReader = true;
  length = 65536;
  progress = 0;
  isReading = false;
  isClosed = false;

  constructor(shared) {
    this.shared = shared;
    shared.reader = this;
    if (shared.kind === 'future') this.length = 1;
  }

  remain() {
    return this.length - this.progress;
  }

  done(result, reclaim) {
    reclaim?.();
    this.isReading = false;
    if (result === DROPPED) this.isClosed = true;
  }

  otherDropped() {}

  read() {
    this.isReading = true;
    this.progress = 0;
    this.shared.copy(this);
  }

  cancel() {
    if (this.isReading) this.shared.cancel();
    this.isClosed = true;
    this.shared.drop(this);
  }
}

class Subtask {
  state = STARTED;
  set = undefined;
  event = undefined;
  isTold = false;

  /** The callee is done, as `state` says. */
  resolve(state) {
    this.state = state;
    this.event = () => {
      this.isTold = true;
      return [SUBTASK, this.state];
    };
  }

  tell = End.prototype.tell;
}

class WaitableSet {
  elements = new Set();
}

const isWaitable = (entry) => entry instanceof End || entry instanceof Subtask;
const isSet = (entry) => entry instanceof WaitableSet;
const isSubtask = (entry) => entry instanceof Subtask;

export class Model {
  #table = new Table();
  hosts = [];

  /** Handles for which `isRight`. */
  all(isRight) {
    return this.#table.all().filter(isRight);
  }

  ends = (kind, isReader) =>
    this.all((entry) => entry instanceof End && entry.kind === kind && entry.isReader === isReader);
  sets = () => this.all(isSet);
  subtasks = () => this.all(isSubtask);
  waitables = () => this.all(isWaitable);
  everything = () => this.all(() => true);

  end(kind, isReader, index) {
    return this.#table.get(
      index,
      (entry) => entry instanceof End && entry.kind === kind && entry.isReader === isReader,
    );
  }

  /** `{stream,future}.new` */
  new(kind) {
    const shared = new Shared(kind);
    const reader = this.#table.add(new End(shared, true));
    const writer = this.#table.add(new End(shared, false));
    return BigInt(reader) | (BigInt(writer) << 32n);
  }

  #checkIdle(end, verb) {
    trapIf(
      end.isCopying(),
      verb === 'lift' ? `cannot remove busy ${end.kind}` : 'cannot have concurrent operations',
    );
    trapIf(end.state === 'done', `cannot ${verb} ${end.kind} after`);
  }

  /** `{stream,future}.{read,write}` */
  copy(kind, isReader, index, length) {
    const end = this.end(kind, isReader, index);
    this.#checkIdle(end, isReader ? 'read from' : 'write to');
    end.state = 'copying';
    end.length = length;
    end.progress = 0;
    end.shared.copy(end);
    return end.event === undefined ? BLOCKED : end.tell()[1];
  }

  /** `{stream,future}.cancel-{read,write}` */
  cancel(kind, isReader, index) {
    const end = this.end(kind, isReader, index);
    trapIf(end.state !== 'copying', 'which is not in progress');
    end.state = 'cancelling';
    if (end.event === undefined) end.shared.cancel();
    return end.tell()[1];
  }

  /** `{stream,future}.drop-{readable,writable}` */
  drop(kind, isReader, index) {
    const end = this.end(kind, isReader, index);
    trapIf(end.isCopying(), `busy ${kind}`);
    trapIf(
      kind === 'future' && !isReader && end.state !== 'done',
      'cannot drop future write end without first writing a value',
    );
    end.shared.drop(end);
    this.#leave(end);
    this.#table.remove(end);
  }

  #leave(waitable) {
    waitable.set?.elements.delete(waitable);
    waitable.set = undefined;
  }

  /** Lifting the readable end, for the host. */
  give(kind, index) {
    const end = this.end(kind, true, index);
    this.#checkIdle(end, 'lift');
    trapIf(end.set !== undefined, `cannot lift ${kind} while it's in a waitable set`);
    this.#table.remove(end);
    const host = new HostEnd(end.shared);
    this.hosts.push(host);
    return host;
  }

  /** Lowering the readable end, which the host did not read from. */
  take(host) {
    this.hosts.splice(this.hosts.indexOf(host), 1);
    const end = new End(host.shared, true);
    this.#table.add(end);
    if (host.shared.isDropped) end.otherDropped();
    return end.index;
  }

  setNew() {
    return this.#table.add(new WaitableSet());
  }

  /** `waitable-set.poll`: the events of which one is told. */
  poll(index) {
    const set = this.#table.get(index, isSet);
    return [...set.elements].filter((waitable) => waitable.event !== undefined);
  }

  setDrop(index) {
    const set = this.#table.get(index, isSet);
    trapIf(set.elements.size > 0, 'cannot drop waitable set with elements');
    this.#table.remove(set);
  }

  join(index, setIndex) {
    const waitable = this.#table.get(index, isWaitable);
    const set = setIndex === 0 ? undefined : this.#table.get(setIndex, isSet);
    this.#leave(waitable);
    waitable.set = set;
    set?.elements.add(waitable);
  }

  /** A call of a function of the host, lowered as `async`. */
  call(returnsAtOnce) {
    if (returnsAtOnce) return RETURNED;
    return STARTED | (this.#table.add(new Subtask()) << 4);
  }

  /** The host returned. */
  return(subtask) {
    subtask.resolve(RETURNED);
  }

  subtaskCancel(index) {
    const subtask = this.#table.get(index, isSubtask);
    trapIf(subtask.isTold, '`subtask.cancel` called after terminal status delivered');
    // The official suite is newer than the text: in a set, not even the asynchronous form.
    trapIf(subtask.set !== undefined, 'while added to a waitable set');
    if (subtask.state === STARTED) subtask.resolve(CANCELLED_BEFORE_RETURNED);
    return subtask.tell()[1];
  }

  subtaskDrop(index) {
    const subtask = this.#table.get(index, isSubtask);
    trapIf(!subtask.isTold, 'cannot drop a subtask which has not yet resolved');
    this.#leave(subtask);
    this.#table.remove(subtask);
  }
}

export { NONE };
