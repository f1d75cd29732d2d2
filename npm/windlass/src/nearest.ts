export { meant, nearest } from '@windlass/wasi/nearest';
