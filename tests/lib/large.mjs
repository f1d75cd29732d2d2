/** Core modules of more than 8 MiB, and how a page takes them. */

/**
 * A component whose core module has a large custom section:
 *
 * ```wat
 * (component
 *   (core module $m (func (export "run") (result i32) i32.const 42) (@custom "large" "…"))
 *   (core instance $i (instantiate $m))
 *   (func (export "run") (result u32) (canon lift (core func $i "run"))))
 * ```
 */
export function largeComponent() {
  const section = (id, ...parts) => {
    const contents = Buffer.concat(parts.map((part) => Buffer.from(part)));
    return Buffer.concat([Buffer.from([id, ...leb(contents.length)]), contents]);
  };
  const text = (value) => [value.length, ...Buffer.from(value)];
  const core = Buffer.concat([
    Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]),
    section(1, [1, 0x60, 0, 1, 0x7f]),
    section(3, [1, 0]),
    section(7, [1], text('run'), [0, 0]),
    section(10, [1, 4, 0, 0x41, 42, 0x0b]),
    section(0, text('large'), Buffer.alloc((8 << 20) + 1)),
  ]);
  return Buffer.concat([
    Buffer.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]),
    section(1, core),
    section(2, [1, 0, 0, 0]),
    section(7, [1, 0x40, 0, 0, 0x79]),
    section(6, [1, 0, 0, 1, 0], text('run')),
    section(8, [1, 0, 0, 0, 0, 0]),
    section(11, [1, 0], text('run'), [1, 0, 0]),
  ]);
}

function leb(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >> 7)];
}

/** Runs `body` as on a page's main thread of Chromium, where 8 MiB is all that goes at once. */
export async function onPage(body) {
  const { Instance, Module } = WebAssembly;
  const refused = (name) => {
    throw new RangeError(`WebAssembly.${name} is disallowed on the main thread`);
  };
  const isLarge = ({ byteLength = 0 }) => byteLength > 8 << 20;
  WebAssembly.Module = class extends Module {
    constructor(bytes) {
      if (isLarge(bytes)) refused('Module');
      super(bytes);
    }
  };
  WebAssembly.Instance = class extends Instance {
    constructor(module, imports) {
      const [section] = Module.customSections(module, 'large');
      if (section && isLarge(section)) refused('Instance');
      super(module, imports);
    }
  };
  globalThis.document = {};
  try {
    return await body();
  } finally {
    Object.assign(WebAssembly, { Instance, Module });
    delete globalThis.document;
  }
}
