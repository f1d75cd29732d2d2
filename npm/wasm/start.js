import * as raw from './pkg/windlass.js';

export function start(module) {
  raw.initSync({ module });
  return {
    transpile: (bytes, options) =>
      guard(() => raw.transpile(bytes, { ...options, flatMap: options.map.flat() })),
    typesOfWit: (files) => guard(() => raw.typesOfWit(files.flat())),
    typesOfPackage: (bytes) => guard(() => raw.typesOfPackage(bytes)),
    wit: (bytes) => guard(() => raw.wit(bytes)),
    inspect: (bytes) => guard(() => raw.inspect(bytes)),
  };
}

/** Runs `call`; after a panic the instance is replaced, since nobody knows its state. */
function guard(call) {
  try {
    return call();
  } catch (error) {
    raw.__wbg_reset_state();
    return {
      error: {
        code: 'internal',
        message: `the transpiler failed: ${error.message}`,
        help: 'this is a mistake in windlass; please report it with the component',
      },
    };
  }
}
