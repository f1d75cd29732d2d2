/** webpack. */
import { forPack, pack, packAgain } from './packing.mjs';
import { load } from '../tools.mjs';

/** @type {import('../bundlers.mjs').Bundler} */
export default {
  hasWorkers: true,
  isScript: true,
  async build(build) {
    const { default: webpack } = await load('webpack', build.major);
    const { windlass } = await import('@windlass/unplugin/webpack');
    await pack(webpack(forPack(build, windlass)));
  },
  async watch(build, built) {
    const { default: webpack } = await load('webpack', build.major);
    const { windlass } = await import('@windlass/unplugin/webpack');
    return packAgain(webpack(forPack(build, windlass)), built);
  },
};
