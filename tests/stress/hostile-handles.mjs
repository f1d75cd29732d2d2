/** Rows of the table of hostile cases: handles, re-entrance, streams and their like. */

const unknown = /unknown handle index/;
const wrongType = /wrong type/;
const HUGE = 0xffff_ffff;

/** The built-ins of resources, each as a function for the host, and functions that give, take and lend. */
const resources = `(component
  (import "host" (instance $host (export "thing" (type $thing (sub resource)))))
  (alias export $host "thing" (type $h))
  (import "use" (func $use (param "a" (borrow $h)) (param "b" (own $h))))
  (import "use-own" (func $use-own (param "a" (own $h)) (param "b" (borrow $h))))
  (core func $use' (canon lower (func $use)))
  (core func $use-own' (canon lower (func $use-own)))
  (type $r (resource (rep i32)))
  (type $q (resource (rep i32)))
  (canon resource.new $r (core func $new-r))
  (canon resource.new $q (core func $new-q))
  (canon resource.rep $r (core func $rep-r))
  (canon resource.drop $r (core func $drop-r))
  (canon resource.drop $h (core func $drop-h))
  (core module $M
    (import "" "use" (func $use (param i32 i32)))
    (import "" "use-own" (func $use-own (param i32 i32)))
    (import "" "drop-h" (func $drop-h (param i32)))
    (func (export "same") (param i32) (result i32) (local.get 0))
    (func (export "nothing") (param i32))
    (func (export "drop-twice") (param i32) (call $drop-h (local.get 0)) (call $drop-h (local.get 0)))
    (func (export "use") (param i32 i32) (call $use (local.get 0) (local.get 1)))
    (func (export "use-own") (param i32 i32) (call $use-own (local.get 0) (local.get 1)))
    (func (export "alive") (result i32) (i32.const 1)))
  (core instance $m (instantiate $M (with "" (instance
    (export "use" (func $use')) (export "use-own" (func $use-own')) (export "drop-h" (func $drop-h))))))
  (func (export "new-r") (param "rep" u32) (result u32) (canon lift (core func $new-r)))
  (func (export "new-q") (param "rep" u32) (result u32) (canon lift (core func $new-q)))
  (func (export "rep-r") (param "i" u32) (result u32) (canon lift (core func $rep-r)))
  (func (export "drop-r") (param "i" u32) (canon lift (core func $drop-r)))
  (func (export "drop-h") (param "i" u32) (canon lift (core func $drop-h)))
  (export $R "r" (type $r))
  (func (export "give-r") (param "i" u32) (result (own $R)) (canon lift (core func $m "same")))
  (func (export "take-r") (param "x" (own $R)) (result u32) (canon lift (core func $m "same")))
  (func (export "see-r") (param "x" (borrow $R)) (canon lift (core func $m "nothing")))
  (func (export "give-h") (param "i" u32) (result (own $h)) (canon lift (core func $m "same")))
  (func (export "take-h") (param "x" (own $h)) (result u32) (canon lift (core func $m "same")))
  (func (export "keep-h") (param "x" (borrow $h)) (result u32) (canon lift (core func $m "same")))
  (func (export "steal-h") (param "x" (borrow $h)) (result (own $h)) (canon lift (core func $m "same")))
  (func (export "drop-twice") (param "x" (borrow $h)) (canon lift (core func $m "drop-twice")))
  (func (export "use") (param "a" u32) (param "b" u32) (canon lift (core func $m "use")))
  (func (export "use-own") (param "a" u32) (param "b" u32) (canon lift (core func $m "use-own")))
  (func (export "alive") (result u32) (canon lift (core func $m "alive"))))`;

class Thing {}

const handle = (title, spec, call, outcome) => ({
  title: `handle: ${title}`,
  spec,
  wat: resources,
  imports: { host: { Thing }, use() {}, 'use-own'() {} },
  call,
  ...outcome,
});

const GET = 'Table.get: trap_if(i >= len(array)), trap_if(array[i] is None)';
const TYPE = 'trap_if(h.rt is not rt)';
const LENT = 'lift_own: trap_if(h.num_lends != 0)';

const handles = [
  ...[0, 1, 2 ** 28, HUGE].flatMap((i) => [
    handle(`resource.rep of ${i}, which is none`, GET, (e) => e.repR(i), { trap: unknown }),
    handle(`resource.drop of ${i}, which is none`, GET, (e) => e.dropR(i), { trap: unknown }),
    handle(`${i}, which is none, as an owned result`, GET, (e) => e.giveR(i), { trap: unknown }),
    handle(`${i}, which is none, lent to an import`, GET, (e) => e.use(i, i), { trap: unknown }),
    handle(`${i}, which is none, given to an import`, GET, (e) => e.useOwn(i, i), {
      trap: unknown,
    }),
  ]),
  handle('dropped twice', GET, (e) => [e.newR(7), e.dropR(1), e.dropR(1)], { trap: unknown }),
  handle('given twice', GET, (e) => [e.newR(7), e.giveR(1), e.giveR(1)], { trap: unknown }),
  handle('given after it was dropped', GET, (e) => [e.newR(7), e.dropR(1), e.giveR(1)], {
    trap: unknown,
  }),
  handle(
    'the index of one that went is used again',
    GET,
    (e) => [e.newR(7), e.dropR(1), e.newR(8), e.repR(1)].at(-1),
    { value: 8 },
  ),
  handle('resource.rep of another type', TYPE, (e) => [e.newQ(7), e.repR(1)], { trap: wrongType }),
  handle('resource.drop of another type', TYPE, (e) => [e.newQ(7), e.dropR(1)], {
    trap: wrongType,
  }),
  handle('another type as a result', TYPE, (e) => [e.newQ(7), e.giveR(1)], { trap: wrongType }),
  handle("the host's as the component's own", TYPE, (e) => e.giveR(e.takeH(new Thing())), {
    trap: wrongType,
  }),
  handle("the component's own as the host's", TYPE, (e) => e.giveH(e.newR(7)), { trap: wrongType }),
  handle("resource.drop of the component's own as the host's", TYPE, (e) => e.dropH(e.newR(7)), {
    trap: wrongType,
  }),
  handle(
    'a borrow that is kept',
    'Task.return_: trap_if(num_borrows > 0)',
    (e) => e.keepH(new Thing()),
    { trap: /borrow handles still remain/ },
  ),
  handle(
    'a borrow as an owned result',
    'lift_own: trap_if(not h.own)',
    (e) => e.stealH(new Thing()),
    { trap: /borrow/ },
  ),
  handle('a borrow that is dropped twice', GET, (e) => e.dropTwice(new Thing()), { trap: unknown }),
  handle('given while the same call lends it', LENT, (e) => e.use(e.takeH(new Thing()), 1), {
    trap: /while borrowed/,
  }),
  handle('lent after the same call gave it', GET, (e) => e.useOwn(e.takeH(new Thing()), 1), {
    trap: unknown,
  }),
  handle('an object of another class', 'nothing: JavaScript has other values', (e) => e.takeH({}), {
    type: /instance of Thing/,
  }),
  handle(
    "an object of the host's for one of the component's",
    'nothing: JavaScript has other values',
    (e) => e.takeR(new Thing()),
    { type: /instance of R/ },
  ),
  handle(
    'an object that was passed on',
    'nothing: JavaScript has other values',
    (e) => {
      e.newR(7);
      const r = e.giveR(1);
      e.takeR(r);
      return e.seeR(r);
    },
    { type: /dropped or passed on/ },
  ),
];

/** A component that calls back when it must not. */
const calls = `(component
  (import "h" (func $h))
  (core func $h' (canon lower (func $h)))
  (core module $M
    (import "" "h" (func $h))
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (call $h) (i32.const 1024))
    (func (export "f") (call $h))
    (func (export "take") (param i32 i32) (result i32) (local.get 1))
    (func (export "post") (param i32) (call $h))
    (func (export "boom") unreachable)
    (func (export "alive") (result i32) (i32.const 1)))
  (core instance $m (instantiate $M (with "" (instance (export "h" (func $h'))))))
  (func (export "f") (canon lift (core func $m "f")))
  (func (export "boom") (canon lift (core func $m "boom")))
  (func (export "pairs") (param "x" (list (tuple u32 u32))) (result u32)
    (canon lift (core func $m "take") (memory (core memory $m "memory")) (realloc (core func $m "realloc"))))
  (func (export "bytes") (param "x" (tuple u32 u32)) (result u32) (canon lift (core func $m "take")))
  (func (export "post") (result u32)
    (canon lift (core func $m "alive") (post-return (core func $m "post"))))
  (func (export "alive") (result u32) (canon lift (core func $m "alive"))))`;

const reentrance = (title, spec, call, outcome, h = () => {}) => ({
  title: `re-entrance: ${title}`,
  spec,
  wat: calls,
  imports: (exports) => ({ h: () => h(exports()) }),
  call,
  ...outcome,
});

const ENTER = 'Store.lift: trap_if(not inst.may_enter_from(caller))';
const LEAVE = 'canon_lower: trap_if(not inst.may_leave)';
const thrown = new Error('of the host');
const reentrances = [
  reentrance(
    'an import calls an export',
    ENTER,
    (e) => e.f(),
    { trap: /cannot enter/ },
    (e) => e.alive(),
  ),
  reentrance(
    'an import calls itself by an export',
    ENTER,
    (e) => e.f(),
    { trap: /cannot enter/ },
    (e) => e.f(),
  ),
  reentrance(
    'an import catches that',
    ENTER,
    (e) => [e.f(), e.alive()].at(-1),
    { value: 1 },
    (e) => {
      try {
        e.alive();
      } catch {}
    },
  ),
  reentrance('realloc calls an import', LEAVE, (e) => e.pairs([[1, 2]]), { trap: /cannot leave/ }),
  reentrance('post-return calls an import', LEAVE, (e) => e.post(), { trap: /cannot leave/ }),
  reentrance(
    'a getter of an argument calls an export',
    'arguments are looked at before the call',
    (e) => e.bytes([3, 4]),
    { value: 4 },
  ),
  reentrance(
    'a getter of an argument calls what traps',
    'no instance goes on after a trap',
    (e) =>
      e.bytes({
        *[Symbol.iterator]() {
          try {
            e.boom();
          } catch {}
          yield 3;
          yield 4;
        },
      }),
    { trap: /cannot enter/ },
  ),
  reentrance(
    'a getter of an argument throws',
    'nothing: the guest did not run',
    (e) =>
      e.bytes({
        [Symbol.iterator]() {
          throw thrown;
        },
      }),
    { throws: thrown, poisons: false },
  ),
  reentrance(
    'an import throws',
    'nothing: the guest has no value to go on with',
    (e) => e.f(),
    { throws: thrown, poisons: true },
    () => {
      throw thrown;
    },
  ),
];

/** The built-ins of streams, futures and waitable sets, each as a function for the host. */
const ends = `(component
  (type $s (stream u8))
  (type $l (stream u64))
  (type $t (future u32))
  (core module $M
    (memory (export "memory") 1)
    (func (export "same") (param i32) (result i32) (local.get 0))
    (func (export "alive") (result i32) (i32.const 1)))
  (core instance $m (instantiate $M))
  ${['s', 'l', 't']
    .map((type) => {
      const kind = type === 't' ? 'future' : 'stream';
      const memory = 'async (memory (core memory $m "memory"))';
      const params = kind === 'stream' ? '(param "ptr" u32) (param "n" u32)' : '(param "ptr" u32)';
      return `
  (canon ${kind}.new $${type} (core func $new-${type}))
  (canon ${kind}.read $${type} ${memory} (core func $read-${type}))
  (canon ${kind}.write $${type} ${memory} (core func $write-${type}))
  (canon ${kind}.cancel-read $${type} (core func $cancel-read-${type}))
  (canon ${kind}.drop-readable $${type} (core func $drop-readable-${type}))
  (canon ${kind}.drop-writable $${type} (core func $drop-writable-${type}))
  (func (export "new-${type}") (result u64) (canon lift (core func $new-${type})))
  (func (export "read-${type}") (param "i" u32) ${params} (result u32) (canon lift (core func $read-${type})))
  (func (export "write-${type}") (param "i" u32) ${params} (result u32) (canon lift (core func $write-${type})))
  (func (export "cancel-read-${type}") (param "i" u32) (result u32) (canon lift (core func $cancel-read-${type})))
  (func (export "drop-readable-${type}") (param "i" u32) (canon lift (core func $drop-readable-${type})))
  (func (export "drop-writable-${type}") (param "i" u32) (canon lift (core func $drop-writable-${type})))
  (func (export "give-${type}") (param "i" u32) (result $${type}) (canon lift (core func $m "same")))`;
    })
    .join('')}
  (canon waitable-set.new (core func $set-new))
  (canon waitable-set.poll (memory (core memory $m "memory")) (core func $set-poll))
  (canon waitable-set.drop (core func $set-drop))
  (canon waitable.join (core func $join))
  (canon subtask.drop (core func $subtask-drop))
  (canon subtask.cancel (core func $subtask-cancel))
  (canon backpressure.dec (core func $backpressure-dec))
  (canon task.return (core func $task-return))
  (canon task.cancel (core func $task-cancel))
  (func (export "set-new") (result u32) (canon lift (core func $set-new)))
  (func (export "set-poll") (param "set" u32) (param "ptr" u32) (result u32) (canon lift (core func $set-poll)))
  (func (export "set-drop") (param "set" u32) (canon lift (core func $set-drop)))
  (func (export "join") (param "i" u32) (param "set" u32) (canon lift (core func $join)))
  (func (export "subtask-drop") (param "i" u32) (canon lift (core func $subtask-drop)))
  (func (export "subtask-cancel") (param "i" u32) (result u32) (canon lift (core func $subtask-cancel)))
  (func (export "backpressure-dec") (canon lift (core func $backpressure-dec)))
  (func (export "task-return") (canon lift (core func $task-return)))
  (func (export "task-cancel") (canon lift (core func $task-cancel)))
  (func (export "alive") (result u32) (canon lift (core func $m "alive"))))`;

const end = (title, spec, call, outcome) => ({ title, spec, wat: ends, call, ...outcome });
/** Both ends of a new stream or future. */
const both = (pair) => [Number(pair & 0xffff_ffffn), Number(pair >> 32n)];

const COPY = 'trap_if(not isinstance(e, EndT)), trap_if(e.shared.t != stream_t)';
const BUFFER = 'BufferGuestImpl: trap_if(ptr != align_to(ptr)), trap_if(ptr + size > len(memory))';
const IDLE = 'stream_copy: trap_if(e.state != IDLE)';
const copies = [
  ...['read', 'write'].flatMap((verb) => {
    const at = verb === 'read' ? 0 : 1;
    const s = (e, ...args) => e[`${verb}S`](both(e.newS())[at], ...args);
    const l = (e, ...args) => e[`${verb}L`](both(e.newL())[at], ...args);
    const t = (e, ...args) => e[`${verb}T`](both(e.newT())[at], ...args);
    return [
      end(`stream.${verb} past the end of memory`, BUFFER, (e) => s(e, 65536, 1), {
        trap: /bounds/,
      }),
      end(`stream.${verb} at the last address`, BUFFER, (e) => s(e, HUGE, 2), { trap: /bounds/ }),
      end(`stream.${verb} of too much`, BUFFER, (e) => s(e, 0, 2 ** 28), {
        trap: /too (?:long|large|many)|bounds|length/,
      }),
      end(`stream.${verb} of all there can be`, BUFFER, (e) => s(e, 0, HUGE), {
        trap: /too (?:long|large|many)|bounds|length/,
      }),
      end(`stream.${verb} at an odd address`, BUFFER, (e) => l(e, 1028, 1), { trap: /align/ }),
      end(`stream.${verb} whose bytes are 2^32`, BUFFER, (e) => l(e, 0, 2 ** 29 - 1), {
        trap: /too|bounds|length/,
      }),
      end(`future.${verb} past the end of memory`, BUFFER, (e) => t(e, 65536), { trap: /bounds/ }),
      end(`future.${verb} at an odd address`, BUFFER, (e) => t(e, 1026), { trap: /align/ }),
      ...[0, 9, HUGE].map((i) =>
        end(`stream.${verb} of ${i}, which is none`, GET, (e) => e[`${verb}S`](i, 0, 1), {
          trap: unknown,
        }),
      ),
      end(
        `stream.${verb} of the other end`,
        COPY,
        (e) => e[`${verb}S`](both(e.newS())[1 - at], 0, 1),
        { trap: wrongType },
      ),
      end(
        `stream.${verb} of a stream of another type`,
        COPY,
        (e) => e[`${verb}S`](both(e.newL())[at], 0, 1),
        { trap: wrongType },
      ),
      end(`stream.${verb} of a future`, COPY, (e) => e[`${verb}S`](both(e.newT())[at], 0, 1), {
        trap: wrongType,
      }),
      end(`stream.${verb} of a waitable set`, COPY, (e) => e[`${verb}S`](e.setNew(), 0, 1), {
        trap: wrongType,
      }),
      end(
        `stream.${verb} while it copies`,
        IDLE,
        (e) => {
          const i = both(e.newS())[at];
          e[`${verb}S`](i, 0, 1);
          e[`${verb}S`](i, 0, 1);
        },
        { trap: /concurrent/ },
      ),
    ];
  }),
  end(
    'stream.drop-readable while it reads',
    'CopyEnd.drop: trap_if(copying)',
    (e) => {
      const [r] = both(e.newS());
      e.readS(r, 0, 1);
      e.dropReadableS(r);
    },
    { trap: /busy/ },
  ),
  end(
    'stream.drop-readable twice',
    GET,
    (e) => {
      const [r] = both(e.newS());
      e.dropReadableS(r);
      e.dropReadableS(r);
    },
    { trap: unknown },
  ),
  end('stream.drop-writable of the readable end', COPY, (e) => e.dropWritableS(both(e.newS())[0]), {
    trap: wrongType,
  }),
  end(
    'stream.cancel-read of what does not read',
    'cancel_copy: trap_if(e.state != COPYING)',
    (e) => e.cancelReadS(both(e.newS())[0]),
    { trap: /not in progress/ },
  ),
  end(
    'future.drop-writable before a value is written',
    'WritableFutureEnd.drop: trap_if(state != DONE)',
    (e) => e.dropWritableT(both(e.newT())[1]),
    { trap: /without first writing/ },
  ),
  end(
    'a readable end that reads, as a result',
    'lift_async_value: trap_if(e.state != IDLE)',
    (e) => {
      const [r] = both(e.newS());
      e.readS(r, 0, 1);
      e.giveS(r);
    },
    { trap: /busy/ },
  ),
  end('a writable end as a result', COPY, (e) => e.giveS(both(e.newS())[1]), { trap: wrongType }),
  end('a stream of another type as a result', COPY, (e) => e.giveS(both(e.newL())[0]), {
    trap: wrongType,
  }),
  end(
    'a readable end as a result twice',
    GET,
    (e) => {
      const [r] = both(e.newS());
      e.giveS(r);
      e.giveS(r);
    },
    { trap: unknown },
  ),
  end(
    'waitable-set.poll of a stream',
    'trap_if(not isinstance(wset, WaitableSet))',
    (e) => e.setPoll(both(e.newS())[0], 0),
    { trap: wrongType },
  ),
  end(
    'waitable-set.drop with a waitable in it',
    'WaitableSet.drop: trap_if(len(elems) > 0)',
    (e) => {
      const [r] = both(e.newS());
      const set = e.setNew();
      e.join(r, set);
      e.setDrop(set);
    },
    { trap: /waitable set|non-empty|cannot drop/ },
  ),
  end(
    'waitable.join of a waitable set',
    'trap_if(not isinstance(w, Waitable))',
    (e) => e.join(e.setNew(), e.setNew()),
    { trap: wrongType },
  ),
  end(
    'waitable.join to a stream',
    'trap_if(not isinstance(wset, WaitableSet))',
    (e) => e.join(...both(e.newS())),
    { trap: wrongType },
  ),
  end('waitable.join of none', GET, (e) => e.join(HUGE, 0), { trap: unknown }),
  end(
    'subtask.drop of a stream',
    'trap_if(not isinstance(s, Subtask))',
    (e) => e.subtaskDrop(both(e.newS())[0]),
    { trap: wrongType },
  ),
  end('subtask.cancel of none', GET, (e) => e.subtaskCancel(0), { trap: unknown }),
  end('backpressure.dec below nothing', 'trap_if(backpressure < 0)', (e) => e.backpressureDec(), {
    trap: /underflow/,
  }),
  end('task.return by a synchronous task', 'trap_if(not task.opts.async_)', (e) => e.taskReturn(), {
    trap: /not lifted as `async`/,
  }),
  end('task.cancel by a synchronous task', 'trap_if(not task.opts.async_)', (e) => e.taskCancel(), {
    trap: /not lifted as `async`/,
  }),
];

export const rows = [...handles, ...reentrances, ...copies];
