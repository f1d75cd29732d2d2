/** Rspack. */
import { forPack, pack, packAgain } from './packing.mjs';
import { load } from '../tools.mjs';

/** @type {import('../bundlers.mjs').Bundler} */
export default {
  hasWorkers: true,
  async build(build) {
    const { rspack } = await load('rspack', build.major);
    const { windlass } = await import('@windlass/unplugin/rspack');
    await pack(rspack(forPack(build, windlass, true)));
  },
  async watch(build, built) {
    const { rspack } = await load('rspack', build.major);
    const { windlass } = await import('@windlass/unplugin/rspack');
    return packAgain(rspack(forPack(build, windlass, true)), built);
  },
};
