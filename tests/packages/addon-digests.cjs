// Runs in any Node: `node addon-digests.cjs ADDON COMPONENT...` prints what the addon makes of each.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');

const [path, ...components] = process.argv.slice(2);
const addon = require(path);

const digests = components.flatMap((component) =>
  ['universal', 'inline'].map((target) => {
    const bytes = readFileSync(component);
    const minify = String(target === 'inline');
    const options = ['target', target, 'minify', minify, 'sourceMap', 'true'];
    options.push('sharedMap', '*', './host/*.js');
    const { output, error } = addon.transpile(bytes, options);
    if (error) return { error: [error.code, error.message, error.offset] };
    return output.files.map(({ name, contents, part }) => [
      name,
      part,
      createHash('sha256')
        .update(contents ?? bytes.subarray(...part))
        .digest('hex'),
    ]);
  }),
);
console.log(JSON.stringify({ arch: process.arch, digests }));
