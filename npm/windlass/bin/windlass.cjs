#!/usr/bin/env node
// CommonJS, one file: `import` would cost more than what most commands do.
require('node:module').enableCompileCache?.();
require('../dist/cli.cjs');
