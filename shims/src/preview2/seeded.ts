/** Random numbers that depend only on a seed. */

/** FNV-1a. */
const FNV_PRIME = 16_777_619;
const FNV_BASIS = 2_166_136_261;
/** Rounds after which `sfc32` has mixed its seed. */
const WARM_UP = 16;

/** A generator (`sfc32`) that fills bytes. It is for tests, not for secrets. */
export function seededRandom(seed: string | number): (bytes: Uint8Array) => void {
  const text = String(seed);
  let a = hash(text, 0);
  let b = hash(text, 1);
  let c = hash(text, 2);
  let counter = 1;
  const next = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result;
  };
  for (let round = 0; round < WARM_UP; round += 1) next();
  return (bytes) => {
    let bits = 0;
    for (let i = 0; i < bytes.length; i += 1) {
      bits = i % 4 === 0 ? next() : bits >>> 8;
      bytes[i] = bits;
    }
  };
}

function hash(text: string, salt: number): number {
  let state = FNV_BASIS ^ salt;
  for (let i = 0; i < text.length; i += 1) {
    state = Math.imul(state ^ text.charCodeAt(i), FNV_PRIME);
  }
  return state;
}
