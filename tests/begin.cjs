// `node tests/begin.cjs SCRIPT [ARG…]`: runs a script of this folder, or ends with one
// line in a Node that is too old to read it. Written for such a Node, and so without imports.
'use strict';
if (!process.getBuiltinModule) {
  console.error(
    'error: Node ' + process.versions.node + ' is too old: 20.16, 22.3 or later is needed',
  );
  process.exit(1);
}
process.argv.splice(1, 1);
// A variable, so that nobody looks for the module before it runs.
const script = require('node:path').resolve(process.argv[1]);
process.argv[1] = script;
import(require('node:url').pathToFileURL(script).href);
