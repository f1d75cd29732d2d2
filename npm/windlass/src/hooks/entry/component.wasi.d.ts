/** Where the hooks answer with the shims. */
export { createWasi } from '@windlass/wasi';
