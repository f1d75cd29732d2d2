import { reactRouter } from '@react-router/dev/vite';
import { windlass } from '@windlass/unplugin/vite';

export default { plugins: [windlass(), reactRouter()] };
