import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import { windlass } from '@windlass/unplugin/vite';

export default { plugins: [windlass(), sveltekit({ adapter: adapter() })] };
