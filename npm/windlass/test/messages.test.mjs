/** Messages of the command line: they name the file, say what it is, and hold no tricks of it. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { transformSync } from 'esbuild';
import { WindlassError } from 'windlass';
import { importOf, requireOf, urlOf } from '../dist/hint.js';
import { code, fenced, quoted } from '../dist/markdown.js';
import { plain } from '../dist/error.js';
import { root, scratch, windlass } from './support.mjs';

const add = `${root}tests/runtimes/components/add.wasm`;

function refusal(...args) {
  const { code: exit, stderr } = windlass([...args, '--json']);
  return { exit, ...JSON.parse(stderr).error };
}

describe('help', () => {
  test('of a command, by name', () => {
    for (const name of ['transpile', 'run', 'add']) {
      const asked = windlass(['help', name]);
      assert.deepEqual(asked, windlass([name, '--help']));
      assert.equal(asked.code, 0);
    }
    assert.deepEqual(windlass(['help']), windlass(['--help']));
    assert.equal(windlass(['help', 'help']).code, 0);
  });

  test('of a command that there is not', () => {
    for (const args of [
      ['tanspile', '--help'],
      ['help', 'tanspile'],
      ['tanspile', '-h'],
    ]) {
      const { code: exit, stdout, stderr } = windlass(args);
      assert.equal(exit, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, /unknown command `tanspile`\n {2}help: did you mean `transpile`\?/);
    }
  });
});

describe('errors', () => {
  test('name the file, whatever the command', () => {
    writeFileSync(join(scratch, 'broken.wasm'), readFileSync(add).subarray(0, 40));
    writeFileSync(join(scratch, 'junk.wasm'), 'junk');
    for (const command of ['transpile', 'run', 'pack', 'types', 'wit', 'inspect']) {
      for (const [file, expected] of [
        ['broken.wasm', 'invalid-component'],
        ['junk.wasm', 'not-wasm'],
      ]) {
        const error = refusal(command, file);
        assert.equal(error.code, expected, command);
        assert.ok(error.at.startsWith(file), `${command}: ${error.at}`);
      }
    }
    assert.equal(refusal('new', 'junk.wasm').at, 'junk.wasm');
    assert.equal(refusal('compose', add, '--plug', 'junk.wasm').at, 'junk.wasm');
  });

  test('WIT is told from a component, with what to do', () => {
    mkdirSync(join(scratch, 'wits'), { recursive: true });
    const text = 'package acme:things; interface i { f: func(); } world w { export i; }\n';
    writeFileSync(join(scratch, 'wits/a.wit'), text);
    for (const command of ['transpile', 'run', 'pack', 'wit', 'inspect']) {
      for (const path of ['wits', 'wits/a.wit']) {
        const error = refusal(command, path);
        assert.equal(error.code, 'wit-package', command);
        assert.equal(error.help, `\`windlass types ${path}\` writes its declarations`);
      }
    }
  });

  test('a WIT package in its binary form is told from a component', () => {
    // Output of `wasm-tools component wit --wasm` for the text above.
    const wat = `(component
      (type (;0;)
        (component
          (type (;0;) (instance (type (;0;) (func)) (export (;0;) "f" (func (type 0)))))
          (export (;0;) "acme:things/i" (instance (type 0)))))
      (export (;1;) "i" (type 0)))`;
    writeFileSync(join(scratch, 'package.wat'), wat);
    for (const command of ['transpile', 'pack', 'run']) {
      const error = refusal(command, 'package.wat');
      assert.equal(error.code, 'wit-package', `${command}: ${error.message}`);
      assert.match(error.message, /WIT package in its binary form/);
      assert.match(error.help, /windlass types/);
      assert.equal(error.at, 'package.wat');
    }
    assert.equal(windlass(['wit', 'package.wat']).code, 0);
    // A component that only has types, and is not a package, stays a component.
    writeFileSync(join(scratch, 'types.wat'), '(component (type u32) (export "t" (type 0)))');
    assert.equal(windlass(['transpile', 'types.wat']).code, 0);
  });

  test('lines are lines, and nothing of a file is one', () => {
    const error = new WindlassError({
      code: 'x',
      message: 'one\ntwo \u001b]0;t\u0007\r\u202e',
      at: 'a\u200bb',
      help: 'c\u2028d',
    });
    assert.equal(error.message, 'one\ntwo \\u{1b}]0;t\\u{7}\\u{d}\\u{202e}');
    assert.deepEqual([error.at, error.help], ['a\\u{200b}b', 'c\\u{2028}d']);

    mkdirSync(join(scratch, 'bad'), { recursive: true });
    writeFileSync(
      join(scratch, 'bad/a.wit'),
      'package a:b;\nworld w { export f: func() -> strin; }\n',
    );
    const { stderr } = windlass(['types', 'bad']);
    assert.match(stderr, /\n +2 \| world w/);
    assert.doesNotMatch(stderr, /\\u\{a\}/);
    // A forged line is indented further than lines of errors are.
    const forged = windlass(['transpile', 'no\nerror[x]: y\n  help: z']).stderr;
    for (const line of forged.trimEnd().split('\n').slice(1)) {
      assert.match(line, /^ {4}| {2}help: did you mean/, forged);
    }
  });

  test('all that nobody sees is escaped, and nothing else', () => {
    const visible =
      /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}]/u;
    let count = 0;
    for (let point = 0; point < 0x110000; point++) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const c = String.fromCodePoint(point);
      const isHidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(c) && !visible.test(c);
      const escaped = plain(c) !== c;
      if (isHidden) assert.ok(escaped, point.toString(16));
      else if (escaped) assert.match(c, /\p{Cn}/u, point.toString(16));
      count += escaped ? 1 : 0;
    }
    console.log(`${count} characters are escaped`);
  });
});

describe('text in WAT', () => {
  const wat = `;; the answer
    (component
      (core module $m (func (export "f") (result i32) (i32.const 42)))
      (core instance $i (instantiate $m))
      (func (export "answer") (result u32) (canon lift (core func $i "f"))))`;

  test('is a component for every command', () => {
    writeFileSync(join(scratch, 'answer.wat'), wat);
    for (const args of [
      ['transpile', 'answer.wat', '-o', 'answer-out'],
      ['pack', 'answer.wat', '-o', 'answer-pack'],
      ['types', 'answer.wat', '-o', 'answer-types'],
      ['wit', 'answer.wat'],
      ['inspect', 'answer.wat'],
    ]) {
      const { code: exit, stderr } = windlass(args);
      assert.equal(exit, 0, `${args.join(' ')}: ${stderr}`);
    }
    assert.match(
      readFileSync(join(scratch, 'answer-out/answer.d.ts'), 'utf8'),
      /function answer\(\): number/,
    );
    const piped = windlass(['inspect', '-', '--json'], { input: wat });
    assert.deepEqual(
      JSON.parse(piped.stdout).exports.map(({ name }) => name),
      ['answer'],
    );
    assert.equal(refusal('run', 'answer.wat').code, 'no-command');
    writeFileSync(join(scratch, 'core.wat'), '(module)');
    assert.equal(refusal('transpile', 'core.wat').code, 'core-module');
  });

  test('that is wrong is refused with line and column', () => {
    writeFileSync(join(scratch, 'wrong.wat'), '(component\n  (func (expotr "x")))');
    const error = refusal('transpile', 'wrong.wat');
    assert.equal(error.code, 'invalid-text');
    assert.match(error.at, /^wrong\.wat:2:\d+$/);
  });
});

describe('hints are JavaScript', () => {
  const names = [
    [],
    ['answer'],
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
    ['default'],
    ['delete', 'class', 'await', 'arguments', 'eval'],
    ['then_', 'let', 'static', 'yield', 'enum'],
    ['not-a-name', '1st', 'a b', "it's", 'ünïcode'],
    ['\u202e', '\n', '*/', "'", '\\'],
  ];
  const paths = [
    './a/a.js',
    "./it's/a.js",
    './50%/a#b?c.js',
    './a\\b.js',
    './\u202ea/\nb.js',
    '../x/ü.js',
  ];
  for (const list of names) {
    test(JSON.stringify(list), () => {
      for (const path of paths) {
        const line = importOf(list, urlOf(path));
        transformSync(line, { format: 'esm', logLevel: 'silent' });
        assert.equal(plain(line), line);
        transformSync(requireOf(list, path), { format: 'cjs', logLevel: 'silent' });
      }
    });
  }

  test('of a component with such names', () => {
    const func = (name) => `(func (export "${name}") (result u32) (canon lift (core func $i "f")))`;
    const text = `(component
      (core module $m (func (export "f") (result i32) (i32.const 42)))
      (core instance $i (instantiate $m))
      ${['delete', 'default', 'new', 'await', 'arguments', 'x'].map(func).join('\n')})`;
    mkdirSync(join(scratch, 'a # b %41'), { recursive: true });
    writeFileSync(join(scratch, 'names.wat'), text);
    const { stdout } = windlass(['transpile', 'names.wat', '-o', 'a # b %41']);
    const [line] = /^import .*$/m.exec(stdout);
    assert.match(line, /and 1 more/);
    writeFileSync(join(scratch, 'names.mjs'), `${line}\nconsole.log(delete_());\n`);
    writeFileSync(join(scratch, 'package.json'), '{ "type": "module" }');
    const { stdout: said, stderr } = windlass(['inspect', 'names.wat']);
    assert.ok(said.includes('arguments'), stderr);
    transformSync(line, { format: 'esm' });
  });
});

describe('a component’s text in Markdown', () => {
  const hostile = [
    '[click](https://evil.example)',
    '![x](https://evil.example/p.png)',
    '<img src=x onerror=alert(1)>',
    '<script>alert(1)</script>',
    'https://evil.example and www.evil.example and a@evil.example',
    '# heading\n\n- list\n\n> quote',
    '1. list',
    '- list',
    '`code` **bold** _it_ ~~gone~~ | table |',
    '&lt;b&gt; &#60;',
    '[a]: https://evil.example',
    '```\nfence\n```',
    'a\u202eb\u001b[31m',
    'line\n===\n',
    '$x$ :smile: #1 @someone',
    'autolink <https://evil.example>',
  ];
  test('is text', () => {
    for (const text of hostile) {
      const shown = quoted(text);
      assert.ok(!shown.includes('\n'), shown);
      assert.equal(plain(shown), shown);
      // Each character that means something has a backslash before it.
      const bare = shown.replace(/\\[!-/:-@[-`{-~]/g, '');
      assert.doesNotMatch(bare, /[\\`*_[\]<>&!#|~:@$^={}()/]|www\.|^[-+]|^\d+[.)]/i, shown);
      // Nothing is lost: without the backslashes it says what it said.
      const said = shown.replace(/\\([!-/:-@[-`{-~])/g, '$1');
      assert.equal(said, plain(text.replace(/\s+/g, ' ').trim()));
    }
  });

  test('ends no block of code and no code in a line', () => {
    for (const text of ['a', '```', '`````\n```', 'x```y']) {
      const lines = fenced(text, 'wit').split('\n');
      const [first] = lines;
      const fence = /^`+/.exec(first)[0];
      assert.equal(lines.at(-1), fence);
      assert.ok(lines.slice(1, -1).every((line) => !line.includes(fence)));
    }
    assert.equal(code('a'), '`a`');
    assert.equal(code('a`b'), '`` a`b ``');
  });

  test('in the README of `pack`', () => {
    const section = (name, text) => {
      const [label, body] = [Buffer.from(name), Buffer.from(text)];
      const content = Buffer.concat([Buffer.from([label.length]), label, body]);
      assert.ok(content.length < 128);
      return Buffer.concat([Buffer.from([0, content.length]), content]);
    };
    writeFileSync(
      join(scratch, 'marked.wasm'),
      Buffer.concat([
        readFileSync(add),
        section('description', '[x](https://evil.example) <img src=x>\u202e ```'),
        section('licenses', 'MIT <script>'),
      ]),
    );
    const { code: exit, stderr } = windlass(['pack', 'marked.wasm', '-o', 'marked-pack']);
    assert.equal(exit, 0, stderr);
    const text = readFileSync(join(scratch, 'marked-pack/README.md'), 'utf8');
    assert.ok(text.includes('\\[x\\]\\(https\\:\\/\\/evil.example\\) \\<img src\\=x\\>'), text);
    assert.ok(text.includes('MIT \\<script\\>'));
    assert.equal(plain(text, '\n\t'), text);
    // The person who packs may write Markdown.
    const own = ['--description', '**fast** [docs](https://acme.example)', '--license', 'MIT'];
    assert.equal(windlass(['pack', 'marked.wasm', '-o', 'marked-pack', ...own]).code, 0);
    const mine = readFileSync(join(scratch, 'marked-pack/README.md'), 'utf8');
    assert.ok(mine.includes('\n\n**fast** [docs](https://acme.example)\n\n'));
  });
});
