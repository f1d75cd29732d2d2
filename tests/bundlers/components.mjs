/** Components whose core modules are as large as a test wants. */

/**
 * A component with so many bytes more in each of its core modules.
 *
 * @param {Uint8Array} component
 * @param {number} size
 */
export function padded(component, size) {
  const parts = [component.subarray(0, 8)];
  for (let at = 8; at < component.length;) {
    const id = component[at];
    const [length, begin] = unsigned(component, at + 1);
    const body = component.subarray(begin, begin + length);
    const whole = id === 1 ? Buffer.concat([body, customSection('pad', size)]) : body;
    parts.push(Buffer.from([id, ...leb128(whole.length)]), whole);
    at = begin + length;
  }
  return Buffer.concat(parts);
}

function customSection(name, size) {
  const contents = [Buffer.from([name.length]), Buffer.from(name), Buffer.alloc(size, 0x61)];
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([0, ...leb128(body.length)]), body]);
}

/** An unsigned number in LEB128, and where it ends. */
function unsigned(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
  }
}

function leb128(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >>> 7)];
}
