import { trap } from './trap.js';

/** `Table.MAX_LENGTH` */
const MAX_LENGTH = 2 ** 28 - 1;

/**
 * The number of entries in all tables of one instantiation, and its limit.
 * @typedef {{ count: number, max: number }} Held
 */

/** The handle table of a component instance (`Table`, CanonicalABI.md). */
export class HandleTable {
  /** @type {any[]} */
  #entries = [undefined];
  #free = [];
  #held;

  /** @param {Held} held */
  constructor(held) {
    this.#held = held;
  }

  /** @returns {number} the index of the new entry */
  add(entry) {
    const held = this.#held;
    // Not `>=`: what is no number is no bound.
    if (!(held.count < held.max))
      trap(`the component holds more than ${held.max} handles (option \`maxHandles\`)`);
    held.count++;
    const index = this.#free.length > 0 ? this.#free.pop() : this.#entries.length;
    if (index > MAX_LENGTH) trap('handle table is full');
    this.#entries[index] = entry;
    return index;
  }

  get(index) {
    const entry = this.#entries[index];
    if (entry === undefined) trap(`unknown handle index ${index >>> 0}`);
    return entry;
  }

  remove(index) {
    const entry = this.get(index);
    this.#entries[index] = undefined;
    this.#free.push(index);
    this.#held.count--;
    return entry;
  }

  /** Takes out all entries, at the end of the instance. */
  clear() {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }
}

/** An owned or borrowed handle to a resource (`ResourceHandle`, CanonicalABI.md). */
export class ResourceHandle {
  /** @param {BorrowScope | undefined} scope the call that a borrowed handle ends with; `undefined` for an owned one */
  constructor(type, rep, scope) {
    this.type = type;
    this.rep = rep;
    this.scope = scope;
    this.lends = 0;
  }
}

/** The borrows of a call into a component (`Task.num_borrows`). */
export class BorrowScope {
  borrows = 0;

  /** Trap when the callee still holds a handle that it was lent. */
  end() {
    if (this.borrows > 0) trap('borrow handles still remain at the end of the call');
  }
}

/**
 * The objects that the arguments of a call from the host lent and gave so far. While the
 * arguments are lowered, a lent object can neither be given nor dropped. When one argument is
 * wrong, given objects are given back.
 */
export class Passing {
  #lent = [];
  #given = [];
  /**
   * Gives the object back whose handle is added next.
   * @type {(() => void) | undefined}
   */
  restore = undefined;

  /** @param {() => void} release ends the loan */
  lend(release) {
    this.#lent.push(release);
  }

  /** Notes a new entry of a table. */
  add(table, index) {
    this.#given.push({ table, index, entry: table.get(index), restore: this.restore });
    this.restore = undefined;
  }

  /** All arguments are lowered. */
  end() {
    for (const release of this.#lent) release();
    this.#lent = this.#given = [];
  }

  /** Takes everything back; nothing, once all arguments are lowered. */
  undo() {
    const given = this.#given.reverse();
    this.end();
    for (const { table, index, entry, restore } of given) {
      if (!holds(table, index, entry)) continue;
      table.remove(index);
      restore?.();
    }
  }
}

// A guest that a getter called meanwhile may have dropped the entry.
function holds(table, index, entry) {
  try {
    return table.get(index) === entry;
  } catch {
    return false;
  }
}

/** The handle at `index`, which must be one to a resource of `type`. */
function checkHandle(handle, index, type) {
  if (!(handle instanceof ResourceHandle)) trap(`handle index ${index} used with the wrong type`);
  if (handle.type !== type) {
    trap(
      `handle index ${index} used with the wrong type, expected ${type.kind} but found a different ${handle.type.kind}`,
    );
  }
  return handle;
}

/** `canon resource.new` */
export function resourceNew(table, type, rep) {
  return table.add(new ResourceHandle(type, rep, undefined));
}

/** `canon resource.rep` */
export function resourceRep(table, type, index) {
  return checkHandle(table.get(index), index, type).rep;
}

/** `canon resource.drop` */
export function resourceDrop(table, type, index) {
  const handle = checkHandle(table.get(index), index, type);
  if (handle.lends !== 0) trap('cannot remove owned resource while borrowed');
  table.remove(index);
  if (handle.scope === undefined) type.destroy(handle.rep);
  else handle.scope.borrows--;
}

/** `lift_own` */
export function liftOwn(table, type, index) {
  const handle = checkHandle(table.get(index), index, type);
  if (handle.lends !== 0) trap('cannot remove owned resource while borrowed');
  if (handle.scope !== undefined) trap(`handle index ${index} is a borrow, expected an own`);
  table.remove(index);
  return handle.rep;
}

/** `lift_borrow`; `lent` collects the handles to give back when the call ends. */
export function liftBorrow(table, type, index, lent) {
  const handle = checkHandle(table.get(index), index, type);
  handle.lends++;
  lent.push(handle);
  return handle.rep;
}

/** Gives back what a call was lent (`Subtask.deliver_resolve`). */
export function giveBack(lent) {
  for (const handle of lent) handle.lends--;
}

/**
 * `lower_own`
 * @param {HandleTable} table
 * @param {Passing} [passing] the call that it is an argument of
 */
export function lowerOwn(table, type, rep, passing) {
  const index = table.add(new ResourceHandle(type, rep, undefined));
  passing?.add(table, index);
  return index;
}

/**
 * `lower_borrow` into an instance that does not define the resource
 * @param {HandleTable} table
 * @param {BorrowScope} scope
 * @param {Passing} [passing] the call that it is an argument of
 */
export function lowerBorrow(table, type, rep, scope, passing) {
  scope.borrows++;
  const index = table.add(new ResourceHandle(type, rep, scope));
  passing?.add(table, index);
  return index;
}
