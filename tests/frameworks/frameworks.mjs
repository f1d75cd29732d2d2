/**
 * Every framework: the commands of an application of it, each a path below
 * `node_modules`, or in the application when it begins with a dot, and its arguments.
 */

/**
 * @typedef {object} Framework
 * @property {string} app the folder of the application in `apps/`, and the key in `versions.json`
 * @property {boolean} [needsNewNode] whether it needs a Node newer than the oldest that is supported
 * @property {string[]} [sync] writes types before anything is built, where there is such a command
 * @property {string[]} build
 * @property {(port: number) => string[]} [start] starts the server that was built
 * @property {(port: number) => string[]} [dev] starts the server for development
 * @property {Record<string, string>} serves where the server shows the results, by path, and how
 *   the README calls it
 * @property {string} client the page that tells what came of components in a browser; below the
 *   application where there is no server
 * @property {Record<string, string>} [env]
 */

const next = {
  app: 'next',
  sync: ['next/dist/bin/next', 'typegen'],
  start: (port) => ['next/dist/bin/next', 'start', '--port', String(port)],
  serves: {
    '/': 'static pages',
    '/dynamic': 'server components',
    '/api': 'route handlers',
    '/edge': 'edge runtime',
  },
  client: '/',
  env: { NEXT_TELEMETRY_DISABLED: '1' },
};

/** @type {Record<string, Framework>} */
export const frameworks = {
  'next turbopack': {
    ...next,
    build: ['next/dist/bin/next', 'build', '--turbopack'],
    dev: (port) => ['next/dist/bin/next', 'dev', '--turbopack', '--port', String(port)],
  },
  'next webpack': { ...next, build: ['next/dist/bin/next', 'build', '--webpack'] },
  sveltekit: {
    app: 'sveltekit',
    needsNewNode: true,
    sync: ['@sveltejs/kit/svelte-kit.js', 'sync'],
    build: ['vite/bin/vite.js', 'build'],
    start: () => ['./build/index.js'],
    dev: (port) => ['vite/bin/vite.js', 'dev', '--host', '127.0.0.1', '--port', String(port)],
    serves: { '/': 'pages', '/api': 'endpoints' },
    client: '/',
  },
  astro: {
    app: 'astro',
    needsNewNode: true,
    sync: ['astro/bin/astro.mjs', 'sync'],
    build: ['astro/bin/astro.mjs', 'build'],
    start: () => ['./dist/server/entry.mjs'],
    dev: (port) => ['astro/bin/astro.mjs', 'dev', '--host', '127.0.0.1', '--port', String(port)],
    serves: { '/': 'pages', '/api': 'endpoints' },
    client: '/',
    env: { ASTRO_TELEMETRY_DISABLED: '1' },
  },
  nuxt: {
    app: 'nuxt',
    needsNewNode: true,
    sync: ['nuxt/bin/nuxt.mjs', 'prepare'],
    build: ['nuxt/bin/nuxt.mjs', 'build'],
    start: () => ['./.output/server/index.mjs'],
    dev: (port) => ['nuxt/bin/nuxt.mjs', 'dev', '--host', '127.0.0.1', '--port', String(port)],
    serves: { '/': 'pages', '/api': 'server routes' },
    client: '/',
    env: { NUXT_TELEMETRY_DISABLED: '1' },
  },
  'react router': {
    app: 'react-router',
    needsNewNode: true,
    sync: ['@react-router/dev/bin.cjs', 'typegen'],
    build: ['@react-router/dev/bin.cjs', 'build'],
    start: () => ['@react-router/serve/bin.cjs', './build/server/index.js'],
    dev: (port) => ['@react-router/dev/bin.cjs', 'dev', '--port', String(port)],
    serves: { '/': 'pages', '/api': 'loaders' },
    client: '/',
  },
  storybook: {
    app: 'storybook',
    build: ['storybook/dist/bin/dispatcher.js', 'build', '--quiet'],
    serves: {},
    client: 'storybook-static/iframe.html?id=results--shown&viewMode=story',
    env: { STORYBOOK_DISABLE_TELEMETRY: '1' },
  },
};
