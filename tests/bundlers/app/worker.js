import { add } from './add.wasm';
import { shout } from './hello.wasm';
import { greet } from './rust-async.wasm';

greet('k').then((greeting) => postMessage([add(1, 2), shout('worker'), greeting]));
