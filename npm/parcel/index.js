/** Components, and types of WIT, in Parcel; what is done is told in `@windlass/unplugin/parcel`. */
import { Transformer } from '@parcel/plugin';
import sourceMaps from '@parcel/source-map';
import { load, transform } from '@windlass/unplugin/parcel';

export default new Transformer({
  loadConfig: ({ config, options }) => load(config, options.projectRoot),
  transform: async ({ asset, config, options }) =>
    transform(asset, config, options.projectRoot, sourceMaps.default ?? sourceMaps),
});
