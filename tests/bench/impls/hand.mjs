/* oxlint-disable unicorn/no-new-array, prefer-const -- what is fastest, and what is set late */
/**
 * Glue written by hand over the same core module that is inside the component: about
 * as fast as generated glue can be. It keeps what the Component Model needs at run
 * time: conversion of arguments, checks of discriminants, post-return, a lock against
 * re-entrance and after a trap, a handle table with a finalizer for the resource.
 */
import { readFile } from 'node:fs/promises';
import { CACHE } from '../lib/paths.mjs';
import * as hostImpl from './host.mjs';
const C = 'perf:bench/calls@0.1.0';
const enc = new TextEncoder(),
  dec = new TextDecoder('utf-8', { ignoreBOM: true });
const COLORS = ['red', 'orange', 'yellow', 'green', 'blue', 'indigo', 'violet'];
const COLOR_IX = { red: 0, orange: 1, yellow: 2, green: 3, blue: 4, indigo: 5, violet: 6 };
class ComponentError extends Error {
  constructor(v) {
    super(typeof v === 'string' ? v : JSON.stringify(v));
    this.payload = v;
  }
}

export async function load() {
  const host = hostImpl;
  const wasmBytes = await readFile(`${CACHE}bench.core.wasm`);
  let mem, u8, dv, realloc;
  let busy = 0; // 1 while inside the guest; stays 1 for good after a trap
  const enter = () => {
    throw new WebAssembly.RuntimeError('cannot enter component instance');
  };
  const refresh = () => {
    u8 = new Uint8Array(mem.buffer);
    dv = new DataView(mem.buffer);
  };

  // ---- strings
  let strLen = 0;
  function lowerStr(s) {
    // returns ptr, byte length in strLen
    if (typeof s !== 'string') throw new TypeError('expected a string');
    const n = s.length;
    if (n === 0) {
      strLen = 0;
      return 1;
    }
    if (n <= 48) {
      const p = realloc(0, 0, 1, n);
      if (u8.byteLength === 0) refresh();
      let i = 0;
      for (; i < n; i++) {
        const c = s.charCodeAt(i);
        if (c > 127) break;
        u8[p + i] = c;
      }
      if (i === n) {
        strLen = n;
        return p;
      }
      const p2 = realloc(p, n, 1, n * 3);
      if (u8.byteLength === 0) refresh();
      const w = i + enc.encodeInto(i ? s.slice(i) : s, u8.subarray(p2 + i, p2 + n * 3)).written;
      strLen = w;
      return realloc(p2, n * 3, 1, w);
    }
    // long: first try exact (ASCII) size in one go
    let p = realloc(0, 0, 1, n);
    if (u8.byteLength === 0) refresh();
    let { read, written } = enc.encodeInto(s, u8.subarray(p, p + n));
    if (read === n) {
      strLen = written;
      return p;
    }
    const cap = written + (n - read) * 3;
    p = realloc(p, n, 1, cap);
    if (u8.byteLength === 0) refresh();
    written += enc.encodeInto(s.slice(read), u8.subarray(p + written, p + cap)).written;
    strLen = written;
    return written === cap ? p : realloc(p, cap, 1, written);
  }
  function liftStr(p, n) {
    if (n <= 24) {
      let r = '';
      const e = p + n;
      for (let i = p; i < e; i++) {
        const c = u8[i];
        if (c > 127) return dec.decode(u8.subarray(p, e));
        r += String.fromCharCode(c);
      }
      return r;
    }
    return dec.decode(u8.subarray(p, p + n));
  }

  // ---- handle table for the exported resource (rep <-> handle): tiny free list
  const reps = [0],
    free = [];
  const newH = (rep) => {
    const h = free.length ? free.pop() : reps.length;
    reps[h] = rep;
    return h;
  };
  const repH = (h) => {
    const r = reps[h];
    if (r === 0 || r === undefined) throw new WebAssembly.RuntimeError('bad handle');
    return r;
  };
  const dropH = (h) => {
    const r = repH(h);
    reps[h] = 0;
    free.push(h);
    return r;
  };

  let x;
  const imports = {
    [`[export]${C}`]: {
      '[resource-new]counter': newH,
      '[resource-rep]counter': repH,
      '[resource-drop]counter': (h) => x[`${C}#[dtor]counter`](dropH(h)),
    },
    'perf:bench/host@0.1.0': {
      'host-add': (a, b) => host.hostAdd(a >>> 0, b >>> 0),
      'host-str-in': (p, n) => {
        if (u8.byteLength === 0) refresh();
        return host.hostStrIn(liftStr(p, n));
      },
      'host-str-out': (r) => {
        const p = lowerStr(host.hostStrOut());
        if (u8.byteLength === 0) refresh();
        dv.setInt32(r, p, true);
        dv.setInt32(r + 4, strLen, true);
      },
      'host-str-echo': (p, n, r) => {
        if (u8.byteLength === 0) refresh();
        const q = lowerStr(host.hostStrEcho(liftStr(p, n)));
        if (u8.byteLength === 0) refresh();
        dv.setInt32(r, q, true);
        dv.setInt32(r + 4, strLen, true);
      },
      'host-item-in': (id, p, n, score, active) => {
        if (u8.byteLength === 0) refresh();
        return host.hostItemIn({ id: id >>> 0, name: liftStr(p, n), score, active: active !== 0 });
      },
      'host-item-echo': (id, p, n, score, active, r) => {
        if (u8.byteLength === 0) refresh();
        const o = host.hostItemEcho({
          id: id >>> 0,
          name: liftStr(p, n),
          score,
          active: active !== 0,
        });
        const q = lowerStr(o.name),
          l = strLen;
        if (u8.byteLength === 0) refresh();
        dv.setInt32(r, o.id, true);
        dv.setInt32(r + 4, q, true);
        dv.setInt32(r + 8, l, true);
        dv.setFloat64(r + 16, o.score, true);
        dv.setInt8(r + 24, o.active ? 1 : 0);
      },
      'host-bytes-in': (p, n) => {
        if (u8.byteLength === 0) refresh();
        return host.hostBytesIn(u8.slice(p, p + n));
      },
    },
  };
  const { instance } = await WebAssembly.instantiate(wasmBytes, imports);
  x = instance.exports;
  mem = x.memory;
  realloc = x.cabi_realloc;
  refresh();

  const f = (n) => x[`${C}#${n}`],
    post = (n) => x[`cabi_post_${C}#${n}`];
  const xNoop = f('noop'),
    xAddU32 = f('add-u32'),
    xAddU8 = f('add-u8'),
    xAddS64 = f('add-s64'),
    xAddF64 = f('add-f64'),
    xNotBool = f('not-bool'),
    xChar = f('char-echo'),
    xSix = f('six-u32'),
    xStrIn = f('str-in'),
    xStrOut = f('str-out'),
    xStrEcho = f('str-echo'),
    pStrOut = post('str-out'),
    pStrEcho = post('str-echo'),
    xBytesIn = f('bytes-in'),
    xBytesOut = f('bytes-out'),
    pBytesOut = post('bytes-out'),
    xBytesEcho = f('bytes-echo'),
    pBytesEcho = post('bytes-echo'),
    xF64sIn = f('f64s-in'),
    xF64sOut = f('f64s-out'),
    pF64sOut = post('f64s-out'),
    xU32sIn = f('u32s-in'),
    xU64sIn = f('u64s-in'),
    xBoolsIn = f('bools-in'),
    xStrsIn = f('strs-in'),
    xStrsOut = f('strs-out'),
    pStrsOut = post('strs-out'),
    xItemsIn = f('items-in'),
    xItemsOut = f('items-out'),
    pItemsOut = post('items-out'),
    xItemsEcho = f('items-echo'),
    pItemsEcho = post('items-echo'),
    xPointsIn = f('points-in'),
    xPointsOut = f('points-out'),
    pPointsOut = post('points-out'),
    xPointIn = f('point-in'),
    xPointOut = f('point-out'),
    xItemEcho = f('item-echo'),
    pItemEcho = post('item-echo'),
    xNested = f('nested-echo'),
    pNested = post('nested-echo'),
    xShape = f('shape-echo'),
    pShape = post('shape-echo'),
    xTuple = f('tuple-echo'),
    xFlags = f('flags-echo'),
    xEnum = f('enum-echo'),
    xOptU32 = f('option-u32'),
    xOptStr = f('option-str'),
    pOptStr = post('option-str'),
    xResult = f('result-check'),
    pResult = post('result-check'),
    xResVar = f('result-var'),
    pResVar = post('result-var'),
    xLAdd = f('loop-host-add'),
    xLStrIn = f('loop-host-str-in'),
    xLStrOut = f('loop-host-str-out'),
    xLStrEcho = f('loop-host-str-echo'),
    xLItemIn = f('loop-host-item-in'),
    xLItemEcho = f('loop-host-item-echo'),
    xLBytes = f('loop-host-bytes-in'),
    xCtor = f('[constructor]counter'),
    xIncr = f('[method]counter.incr'),
    xGet = f('[method]counter.get'),
    xMerge = f('[static]counter.merge'),
    xRead = f('counter-read'),
    xDtor = f('[dtor]counter');

  // ---- compound helpers
  function lowerTA(a, size, align) {
    // bulk typed array
    const len = a.length,
      bytes = len * size;
    const p = realloc(0, 0, align, bytes);
    if (u8.byteLength === 0) refresh();
    u8.set(size === 1 ? a : new Uint8Array(a.buffer, a.byteOffset, bytes), p);
    return p;
  }
  const liftPoint = (p) => ({ x: dv.getFloat64(p, true), y: dv.getFloat64(p + 8, true) });
  const liftItem = (p) => ({
    id: dv.getUint32(p, true),
    name: liftStr(dv.getUint32(p + 4, true), dv.getUint32(p + 8, true)),
    score: dv.getFloat64(p + 16, true),
    active: u8[p + 24] !== 0,
  });
  function lowerPoints(a) {
    const n = a.length,
      p = realloc(0, 0, 8, n * 16);
    if (u8.byteLength === 0) refresh();
    for (let i = 0, q = p; i < n; i++, q += 16) {
      const e = a[i];
      dv.setFloat64(q, e.x, true);
      dv.setFloat64(q + 8, e.y, true);
    }
    return p;
  }
  function lowerItems(a) {
    const n = a.length,
      p = realloc(0, 0, 8, n * 32);
    for (let i = 0, q = p; i < n; i++, q += 32) {
      const e = a[i],
        s = lowerStr(e.name);
      if (u8.byteLength === 0) refresh();
      dv.setInt32(q, e.id, true);
      dv.setInt32(q + 4, s, true);
      dv.setInt32(q + 8, strLen, true);
      dv.setFloat64(q + 16, e.score, true);
      u8[q + 24] = e.active ? 1 : 0;
    }
    return p;
  }
  function liftItems(p, n) {
    const r = new Array(n);
    for (let i = 0; i < n; i++, p += 32) r[i] = liftItem(p);
    return r;
  }
  // shape in memory: size 24 align 8: tag u8 @0, payload @8
  let sTag = 0,
    sA = 0n,
    sB = 0; // flattened shape: i32 tag, i64(join f64/i32), ... set by flattenShape
  const f64b = new Float64Array(1),
    i64b = new BigInt64Array(f64b.buffer);
  function liftShape(p) {
    switch (u8[p]) {
      case 0:
        return { tag: 'none' };
      case 1:
        return { tag: 'circle', val: dv.getFloat64(p + 8, true) };
      case 2:
        return { tag: 'rect', val: [dv.getFloat64(p + 8, true), dv.getFloat64(p + 16, true)] };
      case 3:
        return {
          tag: 'label',
          val: liftStr(dv.getUint32(p + 8, true), dv.getUint32(p + 12, true)),
        };
      case 4: {
        let q = dv.getUint32(p + 8, true);
        const n = dv.getUint32(p + 12, true),
          r = new Array(n);
        for (let i = 0; i < n; i++, q += 16) r[i] = liftPoint(q);
        return { tag: 'poly', val: r };
      }
      default:
        throw new TypeError('invalid variant discriminant for Shape');
    }
  }
  function flattenShape(s) {
    // flat types: i32, i64, i64 (join(f64,i32) = i64)
    switch (s.tag) {
      case 'none':
        sTag = 0;
        sA = 0n;
        sB = 0n;
        return;
      case 'circle':
        sTag = 1;
        f64b[0] = s.val;
        sA = i64b[0];
        sB = 0n;
        return;
      case 'rect':
        sTag = 2;
        f64b[0] = s.val[0];
        sA = i64b[0];
        f64b[0] = s.val[1];
        sB = i64b[0];
        return;
      case 'label': {
        sTag = 3;
        const p = lowerStr(s.val);
        sA = BigInt(p);
        sB = BigInt(strLen);
        return;
      }
      case 'poly':
        sTag = 4;
        sA = BigInt(lowerPoints(s.val));
        sB = BigInt(s.val.length);
        return;
      default:
        throw new TypeError('invalid variant tag for Shape');
    }
  }
  const lowerPerms = (p) =>
    (p.read ? 1 : 0) |
    (p.write ? 2 : 0) |
    (p.exec ? 4 : 0) |
    (p.admin ? 8 : 0) |
    (p.owner ? 16 : 0) |
    (p.group ? 32 : 0) |
    (p.sticky ? 64 : 0) |
    (p.hidden ? 128 : 0) |
    (p.system ? 256 : 0);
  const liftPerms = (b) => ({
    read: !!(b & 1),
    write: !!(b & 2),
    exec: !!(b & 4),
    admin: !!(b & 8),
    owner: !!(b & 16),
    group: !!(b & 32),
    sticky: !!(b & 64),
    hidden: !!(b & 128),
    system: !!(b & 256),
  });
  // nested layout: id u64 @0 | pos @8..24 | shape @24..48 | parent option @48 (disc), payload @56..72 | tags ptr,len @72 | status @80 disc, payload @84 (ptr,len) | color u8 @92 | perms u16 @94 ; size 96
  function callNested(n) {
    // 16 flat params
    flattenShape(n.shape);
    const t0 = sTag,
      a0 = sA,
      b0 = sB;
    const pos = n.pos,
      par = n.parent,
      some = par !== undefined && par !== null;
    const t = n.tags,
      tl = t.length,
      q = realloc(0, 0, 4, tl * 8);
    for (let i = 0; i < tl; i++) {
      const s = lowerStr(t[i]);
      if (u8.byteLength === 0) refresh();
      dv.setInt32(q + i * 8, s, true);
      dv.setInt32(q + i * 8 + 4, strLen, true);
    }
    let rt,
      r1,
      r2 = 0;
    const st = n.status;
    if (st.tag === 'ok') {
      rt = 0;
      r1 = st.val >>> 0;
    } else if (st.tag === 'err') {
      rt = 1;
      r1 = lowerStr(st.val);
      r2 = strLen;
    } else throw new TypeError('invalid result tag');
    const c = COLOR_IX[n.color];
    if (c === undefined) throw new TypeError('bad enum');
    return xNested(
      n.id,
      +pos.x,
      +pos.y,
      t0,
      a0,
      b0,
      some ? 1 : 0,
      some ? +par.x : 0,
      some ? +par.y : 0,
      q,
      tl,
      rt,
      r1,
      r2,
      c,
      lowerPerms(n.perms),
    );
  }
  function liftNested(p) {
    const id = dv.getBigUint64(p, true),
      pos = liftPoint(p + 8),
      shape = liftShape(p + 24),
      parent = u8[p + 48] ? liftPoint(p + 56) : undefined;
    let q = dv.getUint32(p + 72, true);
    const n = dv.getUint32(p + 76, true),
      tags = new Array(n);
    for (let i = 0; i < n; i++, q += 8)
      tags[i] = liftStr(dv.getUint32(q, true), dv.getUint32(q + 4, true));
    const status =
      u8[p + 80] === 0
        ? { tag: 'ok', val: dv.getUint32(p + 84, true) }
        : { tag: 'err', val: liftStr(dv.getUint32(p + 84, true), dv.getUint32(p + 88, true)) };
    return {
      id,
      pos,
      shape,
      parent,
      tags,
      status,
      color: COLORS[u8[p + 92]],
      perms: liftPerms(dv.getUint16(p + 94, true)),
    };
  }

  // ---- exported resource
  const fin = new FinalizationRegistry((h) => {
    if (reps[h]) xDtor(dropH(h));
  });
  const KEEP = Symbol('adopt');
  class Counter {
    #h;
    constructor(start, adopt) {
      if (adopt === KEEP) {
        this.#h = start;
      } else {
        if (busy) enter();
        busy = 1;
        this.#h = xCtor(start >>> 0);
        busy = 0;
      }
      fin.register(this, this.#h, this);
    }
    incr(by) {
      if (busy) enter();
      busy = 1;
      const r = xIncr(repH(this.#h), by >>> 0) >>> 0;
      busy = 0;
      return r;
    }
    get() {
      if (busy) enter();
      busy = 1;
      const r = xGet(repH(this.#h)) >>> 0;
      busy = 0;
      return r;
    }
    static merge(a, b) {
      if (busy) enter();
      busy = 1;
      const ha = a.#take(),
        hb = b.#take();
      const h = xMerge(ha, hb);
      busy = 0;
      return new Counter(h, KEEP);
    }
    #take() {
      const h = this.#h;
      repH(h);
      fin.unregister(this);
      this.#h = 0;
      return h;
    }
    [Symbol.dispose]() {
      const h = this.#h;
      if (h !== 0) {
        fin.unregister(this);
        this.#h = 0;
        xDtor(dropH(h));
      }
    }
    static rep(c) {
      return repH(c.#h);
    }
  }
  const repOf = Counter.rep;

  return {
    noop() {
      if (busy) enter();
      busy = 1;
      xNoop();
      busy = 0;
    },
    addU32(a, b) {
      if (busy) enter();
      busy = 1;
      const r = xAddU32(a >>> 0, b >>> 0) >>> 0;
      busy = 0;
      return r;
    },
    addU8(a, b) {
      if (busy) enter();
      busy = 1;
      const r = xAddU8(a & 255, b & 255) & 255;
      busy = 0;
      return r;
    },
    addS64(a, b) {
      if (busy) enter();
      busy = 1;
      const r = xAddS64(a, b);
      busy = 0;
      return r;
    },
    addF64(a, b) {
      if (busy) enter();
      busy = 1;
      const r = xAddF64(+a, +b);
      busy = 0;
      return r;
    },
    notBool(a) {
      if (busy) enter();
      busy = 1;
      const r = xNotBool(a ? 1 : 0) !== 0;
      busy = 0;
      return r;
    },
    charEcho(a) {
      const c = a.codePointAt(0);
      if (c === undefined || (c >= 0xd800 && c <= 0xdfff)) throw new TypeError('bad char');
      if (busy) enter();
      busy = 1;
      const r = xChar(c) >>> 0;
      busy = 0;
      return String.fromCodePoint(r);
    },
    sixU32(a, b, c, d, e, g) {
      if (busy) enter();
      busy = 1;
      const r = xSix(a >>> 0, b >>> 0, c >>> 0, d >>> 0, e >>> 0, g >>> 0) >>> 0;
      busy = 0;
      return r;
    },

    strIn(s) {
      if (busy) enter();
      busy = 1;
      const p = lowerStr(s);
      const r = xStrIn(p, strLen) >>> 0;
      busy = 0;
      return r;
    },
    strOut(w) {
      if (busy) enter();
      busy = 1;
      const r = xStrOut(w >>> 0);
      if (u8.byteLength === 0) refresh();
      const s = liftStr(dv.getUint32(r, true), dv.getUint32(r + 4, true));
      pStrOut(r);
      busy = 0;
      return s;
    },
    strEcho(v) {
      if (busy) enter();
      busy = 1;
      const p = lowerStr(v),
        r = xStrEcho(p, strLen);
      if (u8.byteLength === 0) refresh();
      const s = liftStr(dv.getUint32(r, true), dv.getUint32(r + 4, true));
      pStrEcho(r);
      busy = 0;
      return s;
    },
    bytesIn(b) {
      if (busy) enter();
      busy = 1;
      const p = lowerTA(b, 1, 1);
      const r = xBytesIn(p, b.length) >>> 0;
      busy = 0;
      return r;
    },
    bytesOut(n) {
      if (busy) enter();
      busy = 1;
      const r = xBytesOut(n >>> 0);
      if (u8.byteLength === 0) refresh();
      const p = dv.getUint32(r, true),
        o = u8.slice(p, p + dv.getUint32(r + 4, true));
      pBytesOut(r);
      busy = 0;
      return o;
    },
    bytesEcho(b) {
      if (busy) enter();
      busy = 1;
      const q = lowerTA(b, 1, 1),
        r = xBytesEcho(q, b.length);
      if (u8.byteLength === 0) refresh();
      const p = dv.getUint32(r, true),
        o = u8.slice(p, p + dv.getUint32(r + 4, true));
      pBytesEcho(r);
      busy = 0;
      return o;
    },
    f64sIn(b) {
      if (busy) enter();
      busy = 1;
      const p = lowerTA(b, 8, 8);
      const r = xF64sIn(p, b.length);
      busy = 0;
      return r;
    },
    f64sOut(n) {
      if (busy) enter();
      busy = 1;
      const r = xF64sOut(n >>> 0);
      if (u8.byteLength === 0) refresh();
      const p = dv.getUint32(r, true),
        l = dv.getUint32(r + 4, true),
        o = new Float64Array(mem.buffer.slice(p, p + l * 8));
      pF64sOut(r);
      busy = 0;
      return o;
    },
    u32sIn(b) {
      if (busy) enter();
      busy = 1;
      const p = lowerTA(b, 4, 4);
      const r = xU32sIn(p, b.length) >>> 0;
      busy = 0;
      return r;
    },
    u64sIn(b) {
      if (busy) enter();
      busy = 1;
      const p = lowerTA(b, 8, 8);
      const r = BigInt.asUintN(64, xU64sIn(p, b.length));
      busy = 0;
      return r;
    },
    boolsIn(b) {
      if (busy) enter();
      busy = 1;
      const n = b.length,
        p = realloc(0, 0, 1, n);
      if (u8.byteLength === 0) refresh();
      for (let i = 0; i < n; i++) u8[p + i] = b[i] ? 1 : 0;
      const r = xBoolsIn(p, n) >>> 0;
      busy = 0;
      return r;
    },
    strsIn(b) {
      if (busy) enter();
      busy = 1;
      const n = b.length,
        p = realloc(0, 0, 4, n * 8);
      for (let i = 0, q = p; i < n; i++, q += 8) {
        const s = lowerStr(b[i]);
        if (u8.byteLength === 0) refresh();
        dv.setInt32(q, s, true);
        dv.setInt32(q + 4, strLen, true);
      }
      const r = xStrsIn(p, n) >>> 0;
      busy = 0;
      return r;
    },
    strsOut(c) {
      if (busy) enter();
      busy = 1;
      const r = xStrsOut(c >>> 0);
      if (u8.byteLength === 0) refresh();
      let p = dv.getUint32(r, true);
      const n = dv.getUint32(r + 4, true),
        o = new Array(n);
      for (let i = 0; i < n; i++, p += 8)
        o[i] = liftStr(dv.getUint32(p, true), dv.getUint32(p + 4, true));
      pStrsOut(r);
      busy = 0;
      return o;
    },
    itemsIn(b) {
      if (busy) enter();
      busy = 1;
      const p = lowerItems(b),
        r = xItemsIn(p, b.length) >>> 0;
      busy = 0;
      return r;
    },
    itemsOut(n) {
      if (busy) enter();
      busy = 1;
      const r = xItemsOut(n >>> 0);
      if (u8.byteLength === 0) refresh();
      const o = liftItems(dv.getUint32(r, true), dv.getUint32(r + 4, true));
      pItemsOut(r);
      busy = 0;
      return o;
    },
    itemsEcho(b) {
      if (busy) enter();
      busy = 1;
      const p = lowerItems(b),
        r = xItemsEcho(p, b.length);
      if (u8.byteLength === 0) refresh();
      const o = liftItems(dv.getUint32(r, true), dv.getUint32(r + 4, true));
      pItemsEcho(r);
      busy = 0;
      return o;
    },
    pointsIn(b) {
      if (busy) enter();
      busy = 1;
      const p = lowerPoints(b),
        r = xPointsIn(p, b.length);
      busy = 0;
      return r;
    },
    pointsOut(c) {
      if (busy) enter();
      busy = 1;
      const r = xPointsOut(c >>> 0);
      if (u8.byteLength === 0) refresh();
      let p = dv.getUint32(r, true);
      const n = dv.getUint32(r + 4, true),
        o = new Array(n);
      for (let i = 0; i < n; i++, p += 16) o[i] = liftPoint(p);
      pPointsOut(r);
      busy = 0;
      return o;
    },
    pointIn(p) {
      if (busy) enter();
      busy = 1;
      const r = xPointIn(+p.x, +p.y);
      busy = 0;
      return r;
    },
    pointOut(a) {
      if (busy) enter();
      busy = 1;
      const r = xPointOut(+a);
      if (u8.byteLength === 0) refresh();
      const o = liftPoint(r);
      busy = 0;
      return o;
    },
    itemEcho(i) {
      if (busy) enter();
      busy = 1;
      const s = lowerStr(i.name),
        r = xItemEcho(i.id >>> 0, s, strLen, +i.score, i.active ? 1 : 0);
      if (u8.byteLength === 0) refresh();
      const o = liftItem(r);
      pItemEcho(r);
      busy = 0;
      return o;
    },
    nestedEcho(n) {
      if (busy) enter();
      busy = 1;
      const r = callNested(n);
      if (u8.byteLength === 0) refresh();
      const o = liftNested(r);
      pNested(r);
      busy = 0;
      return o;
    },
    shapeEcho(s) {
      if (busy) enter();
      busy = 1;
      flattenShape(s);
      const r = xShape(sTag, sA, sB);
      if (u8.byteLength === 0) refresh();
      const o = liftShape(r);
      pShape(r);
      busy = 0;
      return o;
    },
    tupleEcho(t) {
      if (busy) enter();
      busy = 1;
      const r = xTuple(t[0] >>> 0, +t[1], t[2] ? 1 : 0);
      if (u8.byteLength === 0) refresh();
      const o = [dv.getUint32(r, true), dv.getFloat64(r + 8, true), u8[r + 16] !== 0];
      busy = 0;
      return o;
    },
    flagsEcho(p) {
      if (busy) enter();
      busy = 1;
      const r = xFlags(lowerPerms(p));
      busy = 0;
      return liftPerms(r);
    },
    enumEcho(c) {
      const i = COLOR_IX[c];
      if (i === undefined) throw new TypeError('bad enum');
      if (busy) enter();
      busy = 1;
      const r = xEnum(i);
      busy = 0;
      return COLORS[r];
    },
    optionU32(o) {
      const some = o !== undefined && o !== null;
      if (busy) enter();
      busy = 1;
      const r = xOptU32(some ? 1 : 0, some ? o >>> 0 : 0);
      if (u8.byteLength === 0) refresh();
      const v = u8[r] ? dv.getUint32(r + 4, true) : undefined;
      busy = 0;
      return v;
    },
    optionStr(o) {
      if (busy) enter();
      busy = 1;
      let r;
      if (o === undefined || o === null) r = xOptStr(0, 0, 0);
      else {
        const p = lowerStr(o);
        r = xOptStr(1, p, strLen);
      }
      if (u8.byteLength === 0) refresh();
      const v = u8[r] ? liftStr(dv.getUint32(r + 4, true), dv.getUint32(r + 8, true)) : undefined;
      pOptStr(r);
      busy = 0;
      return v;
    },
    resultCheck(a) {
      if (busy) enter();
      busy = 1;
      const r = xResult(a >>> 0);
      if (u8.byteLength === 0) refresh();
      if (u8[r] === 0) {
        const v = dv.getUint32(r + 4, true);
        pResult(r);
        busy = 0;
        return v;
      }
      const e = liftStr(dv.getUint32(r + 4, true), dv.getUint32(r + 8, true));
      pResult(r);
      busy = 0;
      throw new ComponentError(e);
    },
    resultVar(a) {
      if (busy) enter();
      busy = 1;
      const r = xResVar(a >>> 0);
      if (u8.byteLength === 0) refresh();
      if (u8[r] === 0) {
        const v = dv.getUint32(r + 4, true);
        pResVar(r);
        busy = 0;
        return v;
      }
      let e;
      switch (u8[r + 4]) {
        case 0:
          e = { tag: 'not-found' };
          break;
        case 1:
          e = {
            tag: 'denied',
            val: liftStr(dv.getUint32(r + 8, true), dv.getUint32(r + 12, true)),
          };
          break;
        case 2:
          e = { tag: 'code', val: dv.getUint32(r + 8, true) };
          break;
        default:
          throw new TypeError('bad variant');
      }
      pResVar(r);
      busy = 0;
      throw new ComponentError(e);
    },
    loopHostAdd(n) {
      if (busy) enter();
      busy = 1;
      const r = xLAdd(n >>> 0) >>> 0;
      busy = 0;
      return r;
    },
    loopHostStrIn(n) {
      if (busy) enter();
      busy = 1;
      const r = xLStrIn(n >>> 0) >>> 0;
      busy = 0;
      return r;
    },
    loopHostStrOut(n) {
      if (busy) enter();
      busy = 1;
      const r = xLStrOut(n >>> 0) >>> 0;
      busy = 0;
      return r;
    },
    loopHostStrEcho(n) {
      if (busy) enter();
      busy = 1;
      const r = xLStrEcho(n >>> 0) >>> 0;
      busy = 0;
      return r;
    },
    loopHostItemIn(n) {
      if (busy) enter();
      busy = 1;
      const r = xLItemIn(n >>> 0) >>> 0;
      busy = 0;
      return r;
    },
    loopHostItemEcho(n) {
      if (busy) enter();
      busy = 1;
      const r = xLItemEcho(n >>> 0) >>> 0;
      busy = 0;
      return r;
    },
    loopHostBytesIn(n, s) {
      if (busy) enter();
      busy = 1;
      const r = xLBytes(n >>> 0, s >>> 0) >>> 0;
      busy = 0;
      return r;
    },
    Counter,
    counterRead(c) {
      const rep = repOf(c);
      if (busy) enter();
      busy = 1;
      const r = xRead(rep) >>> 0;
      busy = 0;
      return r;
    },
  };
}
