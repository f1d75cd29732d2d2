// A core module that passes each function of WASI 0.1 on under its own name.

/** The parameters of each function: `i` is an `i32`, `I` an `i64`. All but `proc_exit` give an `errno`. */
export const SIGNATURES = {
  args_get: 'ii',
  args_sizes_get: 'ii',
  environ_get: 'ii',
  environ_sizes_get: 'ii',
  clock_res_get: 'ii',
  clock_time_get: 'iIi',
  fd_advise: 'iIIi',
  fd_allocate: 'iII',
  fd_close: 'i',
  fd_datasync: 'i',
  fd_fdstat_get: 'ii',
  fd_fdstat_set_flags: 'ii',
  fd_fdstat_set_rights: 'iII',
  fd_filestat_get: 'ii',
  fd_filestat_set_size: 'iI',
  fd_filestat_set_times: 'iIIi',
  fd_pread: 'iiiIi',
  fd_prestat_get: 'ii',
  fd_prestat_dir_name: 'iii',
  fd_pwrite: 'iiiIi',
  fd_read: 'iiii',
  fd_readdir: 'iiiIi',
  fd_renumber: 'ii',
  fd_seek: 'iIii',
  fd_sync: 'i',
  fd_tell: 'ii',
  fd_write: 'iiii',
  path_create_directory: 'iii',
  path_filestat_get: 'iiiii',
  path_filestat_set_times: 'iiiiIIi',
  path_link: 'iiiiiii',
  path_open: 'iiiiiIIii',
  path_readlink: 'iiiiii',
  path_remove_directory: 'iii',
  path_rename: 'iiiiii',
  path_symlink: 'iiiii',
  path_unlink_file: 'iii',
  poll_oneoff: 'iiii',
  proc_exit: 'i',
  proc_raise: 'i',
  sched_yield: '',
  random_get: 'ii',
  sock_accept: 'iii',
  sock_recv: 'iiiiii',
  sock_send: 'iiiii',
  sock_shutdown: 'ii',
};

const TYPES = { i: 0x7f, I: 0x7e };
const encoder = new TextEncoder();

const leb = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);
const vector = (items) => [...leb(items.length), ...items.flat()];
const section = (id, content) => [id, ...leb(content.length), ...content];
const text = (string) => vector([...encoder.encode(string)].map((byte) => [byte]));
const results = (name) => (name === 'proc_exit' ? [] : [[TYPES.i]]);

/**
 * The bytes of the module. Its memory has one page and grows to three.
 *
 * `shared` makes the memory shared, `memory` is the name that it is exported by.
 */
export function forwarder({ shared = false, memory = 'memory' } = {}) {
  const names = Object.keys(SIGNATURES);
  const parameters = (name) => [...SIGNATURES[name]].map((letter) => [TYPES[letter]]);
  const types = names.map((name) => [0x60, ...vector(parameters(name)), ...vector(results(name))]);
  const imports = names.map((name, i) => [
    ...text('wasi_snapshot_preview1'),
    ...text(name),
    0,
    ...leb(i),
  ]);
  const exports = names.map((name, i) => [...text(name), 0, ...leb(names.length + i)]);
  const bodies = names.map((name, i) => {
    const body = [0, ...parameters(name).flatMap((_, p) => [0x20, p]), 0x10, ...leb(i), 0x0b];
    return [...leb(body.length), ...body];
  });
  const sections = [
    section(1, vector(types)),
    section(2, vector(imports)),
    section(3, vector(names.map((_, i) => leb(i)))),
    section(5, vector([[shared ? 3 : 1, 1, 3]])),
    section(7, vector([...exports, [...text(memory), 2, 0]])),
    section(10, vector(bodies)),
  ];
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0].concat(...sections));
}
