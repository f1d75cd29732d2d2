/** Components, and the packages that they import, in Jest; what is done is told in `@windlass/unplugin/jest`. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { template, transformSync } from '@babel/core';
import commonJs from '@babel/plugin-transform-modules-commonjs';
import { componentsIn } from '@windlass/unplugin/jest';

/** Jest remembers what another version made. */
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

/** What an entry imports as a core module is a module that brings it. */
const renamed = {
  visitor: {
    ImportDeclaration({ node: { source } }) {
      if (/^\.\/.*\.wasm$/.test(source.value)) source.value += '.js';
    },
  },
};

/** The place of a module as a script has it. */
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
    /** What the resolver says of an import, if the file is one of its. */
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
