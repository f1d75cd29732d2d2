import * as raw from './pkg/tools.js';

export const moduleUrl = new URL('./pkg/tools_bg.wasm.br', import.meta.url);

export function start(module) {
  raw.initSync({ module });
  return {
    compose: (socket, plugs) => guard(() => raw.compose(files([socket, ...plugs]))),
    component: (core, adapters, preview1) =>
      guard(() => raw.component(files([core, ...adapters]), preview1)),
    embed: (core, wit, world, encoding) =>
      guard(() => raw.embed(files([core, ...wit]), world, encoding)),
  };
}

function files(list) {
  const found = new raw.Files();
  for (const { name, bytes } of list) found.push(name, bytes);
  return found;
}

/**
 * Runs `call`; after a panic, which some components and modules cause in the
 * libraries, the instance is replaced, since nobody knows its state.
 */
function guard(call) {
  try {
    return call();
  } catch (error) {
    raw.__wbg_reset_state();
    return {
      error: {
        code: 'internal',
        message: `the tool failed: ${error.message}`,
        help: 'this is a mistake in windlass or in wit-component and wac; please report it with the files',
      },
    };
  }
}
