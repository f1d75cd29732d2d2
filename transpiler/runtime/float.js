const f32 = new Float32Array(1);
const i32 = new Int32Array(f32.buffer);
const f64 = new Float64Array(1);
const i64 = new BigInt64Array(f64.buffer);

/** `encode_float_as_i32` */
export function f32ToI32(value) {
  f32[0] = value;
  return i32[0];
}

/** `decode_i32_as_float` */
export function i32ToF32(bits) {
  i32[0] = bits;
  return f32[0];
}

/** `encode_float_as_i64` */
export function f64ToI64(value) {
  f64[0] = value;
  return i64[0];
}

/** `decode_i64_as_float` */
export function i64ToF64(bits) {
  i64[0] = bits;
  return f64[0];
}
