import node from '@astrojs/node';
import { windlass } from '@windlass/unplugin/vite';

export default {
  output: 'server',
  adapter: node({ mode: 'standalone' }),
  vite: { plugins: [windlass()] },
};
