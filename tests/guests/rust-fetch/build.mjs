import { cargo } from '../lib/steps.mjs';

export const sources = ['Cargo.lock', 'Cargo.toml'];

export const build = () => cargo('rust-fetch', 'bin');
