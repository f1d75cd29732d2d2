/**
 * Runs `call` of the module whose bindings are `raw`; after a panic its instance is
 * replaced, since nobody knows its state.
 */
export function guard(raw, what, help, call) {
  try {
    return call();
  } catch (error) {
    raw.__wbg_reset_state();
    return { error: { code: 'internal', message: `${what} failed: ${error.message}`, help } };
  }
}
