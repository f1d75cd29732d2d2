import { liftBorrow } from './handle.js';
import { abort, cannotEnter, causeOf, failWith } from './trap.js';
import { refuse, ValueError } from './value.js';
/** @import { ComponentInstance } from './instance.js' */

/** A resource type that the component defines. */
export class GuestResourceType {
  kind = 'guest-defined resource';
  /**
   * The destructor, a core function of the representation.
   * @type {Function | undefined}
   */
  dtor = undefined;
  /** The class whose instances the host holds, if the type is exported. */
  Class = GuestResource;

  /**
   * @param {string} name for messages
   * @param {ComponentInstance & { release?: () => unknown[] }} root the outermost instance
   */
  constructor(name, root) {
    this.name = name;
    this.root = root;
    // Objects that nobody disposes of are finalized, except in hosts without a registry, as
    // workerd at older compatibility dates.
    this.registry = globalThis.FinalizationRegistry
      ? new FinalizationRegistry((rep) => this.finalize(rep))
      : undefined;
  }

  /** Runs the destructor, called by a guest. */
  destroy(rep) {
    this.dtor?.(rep);
  }

  /** Runs the destructor of what nobody disposed of; while a call is suspended, some time later. */
  finalize(rep) {
    if (!this.root.mayEnter) {
      if (this.root.failure === undefined) this.registry?.register({}, rep);
      return;
    }
    try {
      this.drop(rep);
    } catch {
      // Nobody called: the next call is told that the component is poisoned.
    }
  }

  /** Runs the destructor, as a call from the host, which may enter. */
  drop(rep) {
    const { root } = this;
    root.mayEnter = false;
    try {
      this.destroy(rep);
    } catch (error) {
      // In a component that holds resources of the host.
      root.release?.();
      throw failWith(root, causeOf(error));
    }
    root.mayEnter = true;
  }
}

/** A resource type that the host passes in; the representation is the host's own object. */
export class HostResourceType {
  kind = 'host-defined resource';

  /** @param {Function | undefined} Class what its objects are instances of, if the host says */
  constructor(name, Class) {
    this.name = name;
    this.Class = typeof Class === 'function' ? Class : undefined;
  }

  /** Tells the object that no handle to it is left. */
  release(object) {
    object[Symbol.dispose]?.();
  }

  /** The same, when a guest drops the handle. */
  destroy(object) {
    try {
      this.release(object);
    } catch (error) {
      abort(error);
    }
  }
}

/** An object as the representation of a host resource. */
export function toHostResource(type, value, holder, key) {
  const { Class } = type;
  const fits =
    Class === undefined ? typeof value === 'object' && value !== null : value instanceof Class;
  return fits ? value : refuse(`an instance of ${type.name}`, value, holder, key);
}

/** The host's side of a handle to a resource that the component defines. The representation stays private. */
export class GuestResource {
  #type;
  #rep;
  #isOwn;
  /** The number of calls that it is lent to and whose arguments are being lowered. */
  #lends = 0;

  constructor(type, rep, isOwn = true) {
    this.#type = type;
    this.#rep = rep;
    this.#isOwn = isOwn;
    if (isOwn) type.registry?.register(this, rep, this);
  }

  /** An object of the type's class for a handle that came from the component. */
  static adopt(type, rep, isOwn) {
    return Reflect.construct(GuestResource, [type, rep, isOwn], type.Class);
  }

  /** The representation, to lend it. */
  static rep(type, value, holder, key) {
    if (!isResource(value) || value.#type !== type)
      refuse(`an instance of ${type.name}`, value, holder, key);
    if (value.#rep === undefined) {
      throw new ValueError(`a live ${type.name}`, 'one that was dropped or passed on', holder, key);
    }
    return value.#rep;
  }

  /** The representation, to lend it to a call with more arguments. */
  static lend(type, value, holder, key, passing) {
    const rep = GuestResource.rep(type, value, holder, key);
    if (passing !== undefined) {
      value.#lends++;
      passing.lend(() => value.#lends--);
    }
    return rep;
  }

  /** The representation, to pass it on; the object is of no use afterwards. */
  static take(type, value, holder, key, passing) {
    const rep = GuestResource.rep(type, value, holder, key);
    if (!value.#isOwn) throw new ValueError(`an owned ${type.name}`, 'a borrowed one', holder, key);
    if (value.#lends > 0)
      throw new ValueError(`an owned ${type.name}`, 'one that is lent', holder, key);
    type.registry?.unregister(value);
    value.#rep = undefined;
    if (passing !== undefined) {
      passing.restore = () => {
        value.#rep = rep;
        type.registry?.register(value, rep, value);
      };
    }
    return rep;
  }

  /** Ends a borrowed handle with the call that lent it. */
  static expire(value) {
    value.#rep = undefined;
  }

  static #dispose(value) {
    const rep = value.#rep;
    if (value.#lends > 0) throw new TypeError(`a ${value.#type.name} is dropped while it is lent`);
    const type = value.#type;
    const runs = value.#isOwn && rep !== undefined;
    // Refused, it can be tried again.
    if (runs && !type.root.mayEnter) cannotEnter(type.root);
    value.#rep = undefined;
    if (!runs) return;
    type.registry?.unregister(value);
    type.drop(rep);
  }

  /** Drops the handle, which runs the destructor; nothing happens the second time. */
  [Symbol.dispose]() {
    GuestResource.#dispose(this);
  }

  static is(value) {
    return typeof value === 'object' && value !== null && #rep in value;
  }
}

function isResource(value) {
  return GuestResource.is(value);
}

/** `lift_borrow` of a guest resource for the host: an object that is of no use once the call ends. */
export function lendToHost(table, type, index, lent) {
  const object = GuestResource.adopt(type, liftBorrow(table, type, index, lent), false);
  lent.push(object);
  return object;
}

/** Gives back what a call to the host was lent. */
export function giveBackFromHost(lent) {
  for (const item of lent) {
    if (isResource(item)) GuestResource.expire(item);
    else item.lends--;
  }
}

/** Ends what an asynchronous call to the host was lent: the handles, which are lent until the guest is told. */
export function expireLent(lent) {
  const handles = [];
  for (const item of lent) {
    if (isResource(item)) GuestResource.expire(item);
    else handles.push(item);
  }
  return handles;
}
