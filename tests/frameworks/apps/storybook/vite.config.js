import { windlass } from '@windlass/unplugin/vite';

export default { plugins: [windlass()] };
