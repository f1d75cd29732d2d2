/** The specifier that the hooks resolve to the shims. */
export { createWasi } from '@windlass/wasi';
