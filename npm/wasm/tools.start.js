import { guard as guarded } from './guard.js';
import * as raw from './pkg/tools.js';

export function start(module) {
  raw.initSync({ module });
  return {
    compose: (socket, plugs) => guard(() => raw.compose(files([socket, ...plugs]))),
    component: (core, adapters, preview1) =>
      guard(() => raw.component(files([core, ...adapters]), preview1)),
    assemble: (text) => guard(() => raw.assemble(files([text]))),
    embed: (core, wit, world, encoding) =>
      guard(() => raw.embed(files([core, ...wit]), world, encoding)),
  };
}

function files(list) {
  const found = new raw.Files();
  for (const { name, bytes } of list) found.push(name, bytes);
  return found;
}

// Some components and modules make the libraries panic.
const help =
  'this is a mistake in windlass or in wit-component and wac; please report it with the files';
const guard = (call) => guarded(raw, 'the tool', help, call);
