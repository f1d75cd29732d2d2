#!/usr/bin/env node
// CommonJS, one file: `import` would cost more than what most commands do. Node keeps what
// was compiled the first time, so each command has a cache of its own.
const { enableCompileCache } = require('node:module');
const { tmpdir } = require('node:os');
const command = /^[a-z]+$/.exec(process.argv[2] ?? '')?.[0] ?? 'help';
enableCompileCache?.(`${tmpdir()}/node-compile-cache/windlass-${command}`);
require('../dist/cli.cjs');
