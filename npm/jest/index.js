/** Components in Jest, and the packages they import: see `@windlass/unplugin/jest`. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { template, transformSync } from '@babel/core';
import commonJs from '@babel/plugin-transform-modules-commonjs';
import { componentsIn } from '@windlass/unplugin/jest';

/** Part of the cache key, since Jest keeps the output of other versions of this file. */
const own = readFileSync(new URL(import.meta.url), 'utf8');

/** A module as CommonJS. */
function converted(code) {
  return transformSync(code, {
    babelrc: false,
    configFile: false,
    compact: true,
    plugins: [renamed, located, commonJs.default ?? commonJs],
    sourceType: 'module',
  }).code;
}

/** Imports of core modules in an entry, which become imports of the JavaScript that holds them. */
const renamed = {
  visitor: {
    ImportDeclaration({ node: { source } }) {
      if (/^\.\/.*\.wasm$/.test(source.value)) source.value += '.js';
    },
  },
};

/** Replaces `import.meta`, which scripts lack. */
const located = {
  visitor: {
    MetaProperty(path) {
      // The other one is `new.target`, which scripts have.
      if (path.node.meta.name !== 'import') return;
      path.replaceWith(
        template.expression.ast`({ url: require('node:url').pathToFileURL(__filename).href })`,
      );
    },
  },
};

export default {
  async createTransformer(options = {}) {
    const components = await componentsIn(process.cwd(), options, converted);
    /** The answer of the resolver about an import, if the file is one of its. */
    const asked = (code, path) => (path.endsWith('.component.js') ? JSON.parse(code) : undefined);
    return {
      process(code, path) {
        const imported = asked(code, path);
        return { code: imported ? components.requiring(imported) : converted(code) };
      },
      getCacheKey(code, path, { configString, transformerConfig }) {
        const imported = asked(code, path);
        // The same path where the component is the same, and its modules are there.
        const contents = imported ? components.written(imported) : code;
        const known = JSON.stringify([own, contents, path, configString, transformerConfig]);
        return createHash('sha256').update(known).digest('hex');
      },
    };
  },
};
