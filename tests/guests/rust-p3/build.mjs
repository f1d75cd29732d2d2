import { cargo } from '../lib/steps.mjs';

export const sources = ['Cargo.lock', 'Cargo.toml', '../../wit/wasi-0.3'];

export const build = () => cargo('rust-p3');
