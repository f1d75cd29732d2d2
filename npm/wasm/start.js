import { guard as guarded } from './guard.js';
import * as raw from './pkg/windlass.js';

export function start(module) {
  raw.initSync({ module });
  return {
    transpile: (bytes, options) => guard(() => raw.transpile(bytes, options)),
    typesOfWit: (files) => guard(() => raw.typesOfWit(files.flat())),
    typesOfPackage: (bytes) => guard(() => raw.typesOfPackage(bytes)),
    wit: (bytes) => guard(() => raw.wit(bytes)),
    inspect: (bytes) => guard(() => raw.inspect(bytes)),
  };
}

const help = 'this is a mistake in windlass; please report it with the component';
const guard = (call) => guarded(raw, 'the transpiler', help, call);
