import { add } from './add.wasm';

// @ts-expect-error -- a string is no number
export const wrong = (): number => add('1', 2);
