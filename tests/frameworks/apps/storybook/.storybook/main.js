export default { stories: ['../src/*.stories.ts'], framework: '@storybook/html-vite' };
