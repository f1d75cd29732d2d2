export { twice } from './calls.wasm';
