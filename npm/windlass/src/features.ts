/** Proposals of core WebAssembly: the smallest module that uses one, and the oldest Node that has it. */
const features: Record<string, { module: string; node: number }> = {
  // (module (global i32 (i32.add (i32.const 1) (i32.const 1))))
  'extended-const': { module: '0609017f00410141016a0b', node: 22 },
  // (module (type (func (result exnref))))
  exceptions: { module: '01050160000169', node: 22 },
  // (module (memory 1) (memory 1))
  'multi-memory': { module: '05050200010001', node: 22 },
  // (module (memory i64 1))
  memory64: { module: '0503010401', node: 22 },
  // (module (type (struct)))
  gc: { module: '0103015f00', node: 22 },
};

/** The features that this engine lacks, each with the Node that has it. */
export function lacking(): string[] {
  return Object.entries(features)
    .filter(([, { module }]) => !WebAssembly.validate(bytesOf(`0061736d01000000${module}`)))
    .map(([name, { node }]) => `${name} (Node ${node} has it)`);
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16));
}
