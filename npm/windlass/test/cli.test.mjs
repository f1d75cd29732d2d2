import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  blocks,
  cli,
  command,
  drafts,
  exits,
  hello,
  noFunction,
  scratch,
  stack,
  runs,
  wasi03,
  windlass,
} from './support.mjs';

describe('windlass', () => {
  test('without arguments prints help and is wrong usage', () => {
    const { code, stderr, stdout } = windlass([]);
    assert.equal(code, 2);
    assert.match(stdout + stderr, /^Usage: windlass/);
  });

  const commands =
    'transpile run serve pack add publish compose new embed types wit inspect completions'.split(
      ' ',
    );
  for (const name of ['', ...commands]) {
    test(`help of ${name || 'everything'} fits a screen and has examples`, () => {
      const { code, stdout } = windlass([...(name ? [name] : []), '--help']);
      assert.equal(code, 0);
      assert.match(stdout, /^Examples:$/m);
      const lines = stdout.trimEnd().split('\n');
      // A server has more to set.
      assert.ok(lines.length <= (name === 'serve' ? 56 : 36), `${lines.length} lines`);
      assert.deepEqual(
        lines.filter((line) => line.length > 80),
        [],
      );
      // A line that is too long leaves a word or two on the next.
      const [, description = ''] = stdout.split('\n\n');
      const [, ...broken] = description.split('\n').toReversed();
      assert.deepEqual(
        broken.filter((line) => line.length < 50),
        [],
      );
    });
  }

  test('knows what was meant', () => {
    const cases = [
      [
        ['transpil', hello],
        /^error\[usage\]: .*`transpil`\n {2}help: did you mean `transpile`\?\n$/,
      ],
      [['transpile', hello, '--minifi'], /\n {2}help: did you mean `--minify`\?\n$/],
      [['transpile', hello, '--target', 'wokerd'], /did you mean `workerd`\?/],
      [['completions', 'fis'], /did you mean `fish`\?/],
    ];
    for (const [args, expected] of cases) {
      const { code, stderr } = windlass(args);
      assert.match(stderr, expected);
      assert.equal(code, 2, args.join(' '));
    }
    writeFileSync(join(scratch, 'thing.wasm'), '');
    const { code, stderr } = windlass(['transpile', 'thingg.wasm']);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error\[unreadable\]: there is no file `thingg.wasm`\n {2}help: did you mean `thing.wasm`\?/,
    );
  });

  test('colours only terminals, and not with NO_COLOR', () => {
    assert.doesNotMatch(windlass(['--help']).stdout, /\u001b/);
    assert.doesNotMatch(windlass(['transpile', 'nowhere.wasm']).stderr, /\u001b/);
    const inTerminal = (env) => {
      const { status, stdout } = spawnSync(
        'script',
        ['-qec', `"${process.execPath}" "${cli}" --help`, '/dev/null'],
        {
          env: {
            ...process.env,
            TERM: 'xterm',
            FORCE_COLOR: undefined,
            NO_COLOR: undefined,
            ...env,
          },
          encoding: 'utf8',
        },
      );
      return status === 0 ? stdout : undefined;
    };
    const coloured = inTerminal({});
    // `script` makes a terminal; not every system has it.
    if (coloured === undefined) return;
    assert.match(coloured, /\u001b\[36m/);
    assert.doesNotMatch(inTerminal({ NO_COLOR: '1' }), /\u001b\[\d/);
  });

  test('the code of a command is kept for the next time', () => {
    const cache = join(scratch, 'cache');
    const env = { WINDLASS_CACHE: cache };
    const kept = () => readdirSync(cache, { recursive: true }).filter((name) => /help/.test(name));
    const version = windlass(['--version'], { env });
    const [hash] = readFileSync(join(cli, '../../dist/cli.script.js'), 'utf8').split('\n', 1);
    const [name] = kept();
    const file = join(cache, name);
    const first = readFileSync(file);
    const end = first.length - hash.length;
    assert.equal(first.latin1Slice(end), hash);
    const other = Buffer.concat([first.subarray(0, end), Buffer.from(hash.replaceAll(/./g, '-'))]);
    // Of another version, cut off, empty, and nothing that V8 made.
    for (const damaged of [other, first.subarray(0, -100), '', `no code${hash}`]) {
      writeFileSync(file, damaged);
      assert.deepEqual(windlass(['--version'], { env }), version);
      assert.ok(readFileSync(file).length > 10_000);
    }
    const { ino } = statSync(file);
    assert.deepEqual(windlass(['--version'], { env }), version);
    assert.equal(statSync(file).ino, ino, 'what fits stays');
    assert.deepEqual(kept(), [name]);

    assert.equal(windlass(['tanspile'], { env }).code, 2);
    assert.doesNotMatch(String(readdirSync(cache, { recursive: true })), /tanspile/);

    const none = { WINDLASS_CACHE: 'off', HOME: join(scratch, 'home'), XDG_CACHE_HOME: '' };
    assert.deepEqual(windlass(['--version'], { env: none }), version);
    assert.ok(!existsSync(join(scratch, 'home')));
    // A folder that cannot be made is as none, and so is one that is not the user's.
    assert.deepEqual(windlass(['--version'], { env: { WINDLASS_CACHE: cli } }), version);
    const relative = {
      WINDLASS_CACHE: '',
      HOME: 'relative-home',
      XDG_CACHE_HOME: 'relative-caches',
    };
    assert.deepEqual(windlass(['--version'], { env: relative }), version);
    assert.ok(!readdirSync(scratch).some((name) => name.startsWith('relative-')));
  });

  test('control characters of others do not get to the terminal', () => {
    const evil = '\u001b]0;P\u0007\n\u009b31m\u202e';
    const name = Buffer.from(evil);
    const section = [0, name.length + 1, name.length, ...name];
    writeFileSync(
      join(scratch, 'evil.wasm'),
      Buffer.concat([readFileSync(hello), new Uint8Array(section)]),
    );
    const written = [
      windlass(['inspect', 'evil.wasm']).stdout,
      windlass(['inspect', 'evil.wasm', '--sections']).stdout,
    ];
    for (const text of written)
      assert.ok(text.includes('\\u{1b}]0;P\\u{7}\\u{a}\\u{9b}31m\\u{202e}'));
    written.push(windlass(['transpile', evil]).stderr, windlass(['run', `--${evil}`]).stderr);
    // oxlint-disable-next-line no-control-regex -- these are what it is about
    for (const text of written)
      assert.doesNotMatch(text, /[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]|^P|^31m/m);
    const { customSections } = JSON.parse(windlass(['inspect', 'evil.wasm', '--json']).stdout);
    assert.ok(customSections.some((one) => one.name === evil));
  });

  test('errors are JSON where that was asked for', () => {
    const { code, stdout, stderr } = windlass(['transpile', 'nowhere.wasm', '--json']);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.deepEqual(JSON.parse(stderr).error.code, 'unreadable');
    const usage = (...args) => {
      const wrong = windlass(args);
      assert.equal(wrong.code, 2);
      const { code: kind, message, help } = JSON.parse(wrong.stderr).error;
      assert.equal(kind, 'usage');
      return `${message}; ${help}`;
    };
    assert.equal(
      usage('run', '--json', '--dirr'),
      'unknown option `--dirr`; did you mean `--dir`?',
    );
    assert.match(usage('tanspile', '--json'), /`tanspile`; did you mean `transpile`\?$/);
    assert.match(usage('run', '--json'), /`component`; see `windlass run --help`$/);
    assert.match(usage('wit', 'a', 'b', '--json'), /: expected 1 argument but got 2; /);
    // These are for the program.
    for (const args of [
      ['run', 'nowhere.wasm', '--', '--json'],
      ['run', 'nowhere.wasm', '--arg', '--json'],
      ['run', '--dirr', '--', '--json'],
    ]) {
      assert.match(windlass(args).stderr, /^error\[/, args.join(' '));
    }
  });
});

describe('windlass transpile', () => {
  test('writes a module that works', async () => {
    const { code, stdout } = windlass(['transpile', hello]);
    assert.equal(code, 0);
    assert.match(stdout, /hello\/hello\.js/);
    assert.match(stdout, /import \{ .*shout.* \} from '\.\/hello\/hello\.js'/);
    const files = readdirSync(join(scratch, 'hello'));
    for (const file of ['hello.js', 'hello.instantiate.js', 'hello.core.wasm', 'hello.d.ts']) {
      assert.ok(files.includes(file), `${file} in ${files}`);
    }
    const { instantiate } = await import(
      pathToFileURL(join(scratch, 'hello/hello.instantiate.js')).href
    );
    assert.equal(typeof instantiate, 'function');
  });

  test('writes over what was there before', () => {
    const write = (out) => assert.equal(windlass(['transpile', hello, '-o', out]).code, 0);
    write('new');
    mkdirSync(join(scratch, 'old'));
    // Folders that windlass makes get a `package.json` which says `module`.
    const files = readdirSync(join(scratch, 'new')).filter((name) => name !== 'package.json');
    for (const file of files) {
      writeFileSync(join(scratch, 'old', file), Buffer.alloc(4_000_000, '/'));
    }
    write('old');
    for (const file of files) {
      const [now, fresh] = ['old', 'new'].map((dir) => readFileSync(join(scratch, dir, file)));
      assert.ok(now.equals(fresh), file);
    }
  });

  test('takes all its options', () => {
    const args = [
      'transpile',
      hello,
      '-o',
      'out',
      '--name',
      'thing',
      '--target',
      'web',
      '--minify',
    ];
    const { code, stdout } = windlass([
      ...args,
      '--source-map',
      '--no-types',
      '--json',
      '--map',
      'wasi:*=./mine-*.js#the-one',
      '--async-exports',
      '*guests#*',
      '--sync-exports',
      'shout',
    ]);
    assert.equal(code, 0);
    const { out, files, imports, exports } = JSON.parse(stdout);
    assert.equal(out, 'out');
    const names = files.map(({ name }) => name);
    assert.deepEqual(names.toSorted(), readdirSync(join(scratch, 'out')).toSorted());
    assert.equal(names[0], 'thing.js');
    assert.ok(!names.some((name) => name.endsWith('.d.ts')));
    assert.ok(names.some((name) => name.endsWith('.map')));
    assert.ok(imports.length > 0);
    for (const { name, specifier } of imports) {
      assert.match(name, /^wasi:/);
      assert.match(specifier, /^\.\.\/mine-.*\.js#theOne$/);
    }
    assert.ok(exports.includes('shout'));
  });

  test('shows how to import it from another folder', () => {
    const cwd = join(scratch, 'elsewhere');
    mkdirSync(cwd);
    const { stdout } = windlass(['transpile', hello, '-o', '../beside'], { cwd });
    assert.match(stdout, /import \{ .* \} from '\.\.\/beside\/hello\.js';/);
  });

  test('reads standard input', () => {
    const { status } = spawnSync(process.execPath, [cli, 'transpile', '-', '-o', 'piped'], {
      cwd: scratch,
      input: readFileSync(hello),
    });
    assert.equal(status, 0);
    assert.ok(existsSync(join(scratch, 'piped/component.js')));
  });

  test('refuses what is no component, and writes nothing', () => {
    writeFileSync(join(scratch, 'text.wasm'), 'not wasm at all');
    writeFileSync(join(scratch, 'core.wasm'), new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    const text = windlass(['transpile', 'text.wasm']);
    assert.equal(text.code, 1);
    assert.match(text.stderr, /^error\[not-wasm\]: /);
    const core = windlass(['transpile', 'core.wasm']);
    assert.equal(core.code, 1);
    assert.match(core.stderr, /^error\[core-module\]: /);
    assert.match(core.stderr, /^ {2}help: /m);
    assert.ok(!existsSync(join(scratch, 'text')) && !existsSync(join(scratch, 'core')));
  });

  test('says which folder cannot be written', () => {
    writeFileSync(join(scratch, 'occupied'), '');
    const { code, stderr } = windlass(['transpile', hello, '-o', 'occupied']);
    assert.equal(code, 1);
    assert.match(stderr, /^error\[unwritable\]: cannot write to `occupied`/);
  });

  test('gives up where no folder can be made', { skip: process.platform !== 'linux' }, () => {
    for (const args of [
      ['transpile', hello, '-o', '/proc/x/y'],
      ['pack', hello, '-o', '/proc/x'],
    ]) {
      const { status, stderr } = spawnSync(process.execPath, [cli, ...args], {
        encoding: 'utf8',
        timeout: 30_000,
      });
      assert.equal(status, 1, args.join(' '));
      assert.match(stderr, /^error\[unwritable\]: /);
    }
  });

  test('explains a mapping without a module', () => {
    const { code, stderr } = windlass(['transpile', hello, '--map', 'acme:log']);
    assert.equal(code, 2);
    assert.match(stderr, /^error\[invalid-option\]: `--map acme:log` /);
  });
});

describe('windlass run', () => {
  const run = (args, options) => windlass(['run', command, ...args], options);

  test('passes arguments, first those of --arg', () => {
    const { code, stdout } = run(['--arg', 'args', '-a', 'one', '--', 'two', '--three']);
    assert.equal(stdout, '["one", "two", "--three"]\n');
    assert.equal(code, 0);
  });

  test('shows only the variables that are granted', () => {
    const env = { SECRET: 'hidden', SHOWN: 'shown' };
    assert.equal(run(['--', 'env'], { env }).stdout, '');
    assert.equal(
      run(['-e', 'A=b=c', '--env', 'SHOWN', '--', 'env'], { env }).stdout,
      'A=b=c\nSHOWN=shown\n',
    );
    const all = run(['--inherit-env', '--', 'env'], { env }).stdout;
    assert.match(all, /^SECRET=hidden$/m);
  });

  test('shows only the directories that are granted', () => {
    mkdirSync(join(scratch, 'data'), { recursive: true });
    writeFileSync(join(scratch, 'data/in.txt'), 'inside\n');
    assert.equal(run(['--dir', 'data::/d', '--', 'cat', '/d/in.txt']).stdout, 'inside\n');
    assert.equal(run(['--', 'cat', '/d/in.txt']).code, 1);
    const written = run(['--dir', 'data::/d', '--', 'write', '/d/out.txt', 'text']);
    assert.equal(written.code, 0, written.stderr);
    assert.equal(readFileSync(join(scratch, 'data/out.txt'), 'utf8'), 'text');
    assert.equal(run(['--dir', 'data::/d:ro', '--', 'write', '/d/no.txt', 'text']).code, 1);
    assert.ok(!existsSync(join(scratch, 'data/no.txt')));
    const { code, stderr } = run(['--dir', 'nowhere::/d', '--', 'args']);
    assert.equal(code, 1);
    assert.match(stderr, /`nowhere`/);
    assert.equal(run(['--dir', '::/d', '--', 'args']).code, 2);
  });

  test('grants the capabilities in a file', () => {
    const folder = join(scratch, 'capable');
    mkdirSync(join(folder, 'd'), { recursive: true });
    writeFileSync(join(folder, 'd/f'), 'inside');
    const path = join(folder, 'grants.json');
    const grants = (value) => {
      writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
      return ['--capabilities', path];
    };
    // Paths in the file begin at its folder.
    const preopens = [{ guest: '/d', host: 'd', readOnly: true }];
    const all = { preopens, env: { A: '1' }, args: ['program', 'env'], random: { seed: 1 } };
    assert.equal(run(grants(all)).stdout, 'A=1\n');
    assert.equal(run([...grants(all), '--env', 'B=2']).stdout, 'B=2\n');
    assert.equal(run([...grants(all), '--', 'cat', '/d/f']).stdout, 'inside');
    const [first, second] = [1, 2].map(() => run([...grants(all), '--', 'random']).stdout);
    assert.equal(first, second);
    const other = run([...grants(all), '--grant', 'random={"seed":2}', '--', 'random']).stdout;
    assert.notEqual(first, other);
    const denied = run([...grants(all), '--', 'write', '/d/f', 'x']);
    assert.equal(denied.code, 1);
    assert.match(denied.stderr, /notice\[refused\]: .*`preopens`, which `--dir /);
    for (const [value, said] of [
      ['{', /^error\[invalid-config\]: the file is not JSON: .*\n {2}at .*grants\.json\n/],
      ['[]', /^error\[invalid-config\]: what is granted must be an object\n {2}at .*grants/],
      [{ envs: {} }, /`envs`\n {2}at .*grants\.json\n {2}help: did you mean `env`\?/],
      ['{ "__proto__": {} }', /there is no capability `__proto__`/],
      [{ stdout: 1 }, /`stdout` must be/],
      [{ preopens: [{ guest: '/d', host: 'd', readonly: true }] }, /`preopens\[0\]\.readonly`/],
    ]) {
      const { code, stderr } = run([...grants(value), '--', 'args']);
      assert.equal(code, 1);
      assert.match(stderr, said);
    }
    const absent = run(['--capabilities', join(folder, 'grant.json'), '--', 'args']);
    assert.match(absent.stderr, /^error\[unreadable\]: .*\n {2}help: .*grants\.json/);
  });

  test('grants capabilities with `--grant`', () => {
    const granted = (...texts) => texts.flatMap((text) => ['--grant', text]);
    assert.equal(run([...granted('env={"A":"1"}'), '--', 'env']).stdout, 'A=1\n');
    assert.equal(run([...granted('stdout=ignore'), '--', 'args']).stdout, '');
    assert.equal(run([...granted('cwd=/x', 'stdin={"text":"a"}'), '--', 'upper']).stdout, 'A\n');
    for (const text of [
      'env',
      '=1',
      '',
      'env=1',
      'preopens=1',
      'preopens=[1]',
      'keyvalue=x',
      'keyvalue={"a":1}',
      'keyvalue=1',
      'clock=false',
      'clocks=',
      'network=*:*',
      'random',
    ]) {
      const { code, stderr } = run([...granted(text), '--', 'args']);
      assert.equal(code, 2, text);
      assert.match(stderr, /^error\[invalid-option\]: /, text);
    }
    assert.match(run(granted('cwd=/a', 'cwd=/b')).stderr, /`--grant cwd=…` is said twice/);
  });

  test('grants configuration, messages and buckets', () => {
    const path = join(scratch, 'drafts.json');
    const runDrafts = (grants) => {
      writeFileSync(path, JSON.stringify(grants));
      return windlass(['run', drafts, '--capabilities', path]);
    };
    const config = { k: 'vv' };
    const inMemory = (n) => ({ config, keyvalue: { b: { entries: { n } } } });
    assert.deepEqual(runDrafts(inMemory('2')), { code: 0, stdout: '', stderr: '' });
    const logging = 'inherit';
    assert.equal(runDrafts({ ...inMemory('2'), logging }).stderr, 'warn k: hi\n');
    assert.equal(runDrafts(inMemory('3')).code, 1);
    assert.match(runDrafts({ config }).stderr, /^notice\[refused\]: .*`keyvalue`/);
    assert.match(runDrafts({}).stderr, /^notice\[refused\]: .*`config`/);
    if (!process.getBuiltinModule('node:sqlite')) return;
    // The bucket's file is beside the file of capabilities.
    const inFile = { config, keyvalue: { b: { file: 'counts.sqlite' } } };
    assert.deepEqual(
      [1, 2, 3, 4].map(() => runDrafts(inFile).code),
      [1, 1, 0, 1],
    );
    assert.ok(existsSync(join(scratch, 'counts.sqlite')));
  });

  test('names the capability that a program lacks', () => {
    const without = run(['--grant', 'clocks=false', '--', 'time']);
    assert.equal(without.code, 134);
    assert.match(
      without.stderr,
      /notice\[refused\]: .*`clocks`, which `--grant clocks=true` grants/,
    );
    // A program that succeeds gets no notice, nor does a run with `--json`.
    const well = run(['--', 'connect', '127.0.0.1:80']);
    assert.deepEqual([well.code, well.stderr], [0, '']);
    const { stderr } = run(['--json', '--grant', 'clocks=false', '--', 'time']);
    assert.equal(JSON.parse(stderr).error.code, 'trap');
  });

  test('takes rules of the network', () => {
    const granted = run(['--net', 'example.com:443', '--net', 'local', '--', 'exit', '0']);
    assert.equal(granted.code, 0);
    for (const rule of ['example.com', '10.0.0.1/8:80', '127.1:80', 'local:70000', '']) {
      const { code, stderr } = run(['--net', 'local', '--net', rule, '--', 'exit', '0']);
      assert.equal(code, 2, rule);
      assert.match(stderr, /^error\[invalid-option\]: `.*` is not `host:port`/, rule);
    }
  });

  test('says what is wrong with a directory', () => {
    mkdirSync(join(scratch, 'granted'), { recursive: true });
    writeFileSync(join(scratch, 'granted/f.txt'), 'text');
    const refused = (...dirs) => {
      const { code, stderr } = run([...dirs.flatMap((dir) => ['--dir', dir]), '--', 'args']);
      return `${code} ${stderr}`;
    };
    assert.match(refused('grantd'), /^1 error\[unreadable\]: .*`grantd`\n {2}help: .*`granted`\?/);
    assert.match(refused('granted/f.txt'), /^1 error\[unreadable\]: `granted\/f\.txt` is no fold/);
    for (const dir of ['granted:/g', 'granted:rw', 'gg:/g']) {
      assert.match(refused(dir), /^1 error\[unreadable\]: .*\n {2}help: .*`::`/, dir);
    }
    const wrong = [
      'granted::/g:rw',
      'granted::',
      'granted::/g::ro',
      'granted::/g:ro ',
      'granted::ro',
    ];
    for (const dir of wrong) {
      assert.match(refused(dir), /^2 error\[invalid-option\]: .*\n {2}help: .*`host::guest/, dir);
    }
    assert.match(refused('granted::/g', '.::/g/'), /^2 error\[invalid-option\]: .*`\/g`/);
  });

  test('`:ro` comes after the path of the program', () => {
    mkdirSync(join(scratch, 'granted'), { recursive: true });
    writeFileSync(join(scratch, 'granted/f.txt'), 'text');
    const { stdout, stderr } = run(['--dir', 'granted::/ro', '--', 'cat', '/ro/f.txt']);
    assert.equal(stdout, 'text', stderr);
    assert.equal(run(['--dir', 'granted::/ro', '--', 'write', '/ro/new.txt', 'x']).code, 0);
    assert.equal(run(['--dir', 'granted:ro', '--', 'cat', 'granted/f.txt']).stdout, 'text');
    assert.equal(run(['--dir', 'granted:ro', '--', 'write', 'granted/new.txt', 'x']).code, 1);
  });

  test('variables are called like properties of objects', () => {
    const args = ['-e', 'constructor', '-e', '__proto__=x', '--env', 'toString=y', '--', 'env'];
    assert.equal(run(args).stdout, '__proto__=x\ntoString=y\n');
    const env = JSON.parse('{"__proto__": "inherited"}');
    const inherited = run(['--inherit-env', '--', 'env'], { env: { ...env } });
    assert.match(inherited.stdout, /^__proto__=inherited$/m);
  });

  test('ends with the code of the program', () => {
    assert.equal(run(['--', 'exit', '0']).code, 0);
    // `wasi:cli/exit` knows success and failure only, until `exit-with-code` is stable.
    assert.equal(run(['--', 'exit', '7']).code, 1);
    assert.equal(windlass(['run', exits]).code, 42);
    const failed = run(['--', 'no such thing']);
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /^error: cannot/);
  });

  test('an import of WASI that nothing provides', () => {
    const { code, stderr } = windlass(['run', wasi03]);
    assert.equal(code, 1);
    assert.match(stderr, /^error\[unknown-import\]: .*`wasi:http\/client@0\.3\.0`/);
    assert.match(stderr, /help: .*--map/);
  });

  test('a component that is a program in several versions of WASI runs the newest', () => {
    const { code, stderr } = windlass(['run', runs]);
    assert.deepEqual([code, stderr], [3, '']);
  });

  test('a program that blocks says that it needs JSPI, where there is none', () => {
    const { code, stderr } = windlass(['run', blocks]);
    if ('Suspending' in WebAssembly) return assert.deepEqual([code, stderr], [5, '']);
    assert.equal(code, 1);
    assert.match(stderr, /^error\[unsupported\]: .*`wasi:cli\/run@0\.3\.0#run` waits for .*JSPI/);
  });

  test('a panic is a trap', () => {
    const { code, stderr } = run(['--', 'panic', 'oh no']);
    assert.equal(code, 134);
    assert.match(stderr, /oh no/);
    assert.match(stderr, /^error\[trap\]: /m);
  });

  test('a stack overflow is a trap, without a path of this machine', () => {
    const { code, stderr } = windlass(['run', stack]);
    assert.equal(code, 134);
    assert.match(stderr, /^error\[trap\]: call stack exhausted\n {2}at m\.deeper < /);
    assert.doesNotMatch(stderr, /\/|mistake/);
  });

  test('a known interface without the function that is imported', () => {
    const { code, stderr } = windlass(['run', noFunction]);
    assert.equal(code, 1);
    assert.match(stderr, /^error\[unknown-import\]: .*`wasi:cli\/stdout@0\.2\.6`.*`getStdowt`/);
    assert.match(stderr, /help: .*--map/);
  });

  test('needs no folder to write to', () => {
    const env = { TMPDIR: '/nowhere/at/all', TMP: '/nowhere', TEMP: '/nowhere' };
    const { code, stdout, stderr } = run(['--', 'args', 'one'], { env });
    assert.equal(stdout, '["one"]\n', stderr);
    assert.equal(code, 0);
    const trapped = run(['--', 'panic', 'oh no'], { env });
    assert.match(trapped.stderr, /^error\[trap\]: .*\n {2}at \S+ < /m);
    assert.doesNotMatch(trapped.stderr, /base64/);
  });

  test('an engine that lacks a feature', () => {
    // As one that is older than the feature.
    const older = join(scratch, 'older.cjs');
    writeFileSync(
      older,
      `WebAssembly.compile = async () => {
        throw new WebAssembly.CompileError('opcode i32.add is not allowed');
      };`,
    );
    const env = { NODE_OPTIONS: `--require "${older.replaceAll('\\', '/')}"` };
    const { code, stderr } = run(['--', 'args'], { env });
    assert.equal(code, 1);
    assert.match(stderr, /^error\[unsupported\]: this engine lacks .*: opcode i32\.add is not/);
    assert.match(stderr, /help: use a newer one/);
    // Which does not matter to what is no program.
    assert.match(windlass(['run', hello], { env }).stderr, /^error\[no-command\]: /);
  });

  test('an engine that has no memory left is no mistake of ours', () => {
    const full = join(scratch, 'full.cjs');
    writeFileSync(
      full,
      `WebAssembly.compile = async () => {
        throw new RangeError('Array buffer allocation failed');
      };`,
    );
    const env = { NODE_OPTIONS: `--require "${full.replaceAll('\\', '/')}"` };
    const { code, stderr } = run(['--', 'args'], { env });
    assert.equal(code, 1);
    assert.match(stderr, /^error\[out-of-memory\]: there is not enough memory: Array buffer/);
    assert.doesNotMatch(stderr, /mistake/);
  });

  test('streams standard input and output', () => {
    assert.equal(run(['--', 'upper'], { input: 'one\nzwei ü\n' }).stdout, 'ONE\nZWEI Ü\n');
    const big = 'x'.repeat(10_000_000);
    assert.equal(run(['--', 'count-stdin'], { input: big }).stdout, '10000000\n');
  });

  test('answers a line before the next one comes', async () => {
    const child = spawn(process.execPath, [cli, 'run', command, '--', 'upper'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const answers = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
    for (const word of ['one', 'two']) {
      child.stdin.write(`${word}\n`);
      assert.equal((await answers.next()).value, `${word.toUpperCase()}\n`);
    }
    child.stdin.end();
    assert.equal(await new Promise((done) => child.on('exit', done)), 0);
  });

  test('piped output is whole', () => {
    assert.equal(run(['--', 'spew', '5000000']).stdout.length, 5_000_000);
  });

  test(
    'a program sees a closed pipe, and the exit code says it',
    { skip: process.platform === 'win32' },
    () => {
      for (const [program, words] of [
        // The program counts on stderr, then reports the failed write.
        ['spew 500000000', /^(?:\d+\n)*error: Broken pipe \(os error 64\)\n$/],
        // The program panics, which is a trap.
        ['args x', /panicked at/],
      ]) {
        const line = `"${process.execPath}" "${cli}" run "${command}" -- ${program}`;
        const pipe = `(sleep 0.2; ${line}; echo $? >&3) 3>code | head -c 0`;
        const { stderr } = spawnSync('bash', ['-c', pipe], {
          cwd: scratch,
          encoding: 'utf8',
          timeout: 60_000,
        });
        assert.match(stderr, words);
        assert.doesNotMatch(stderr, /error\[/);
        assert.equal(readFileSync(join(scratch, 'code'), 'utf8'), '141\n');
      }
    },
  );

  test('says why something is no program', () => {
    const { code, stderr } = windlass(['run', hello]);
    assert.equal(code, 1);
    assert.match(stderr, /^error\[no-command\]: /);
    assert.match(stderr, /windlass transpile/);
  });
});

describe('windlass types', () => {
  test('of a component, into a folder', () => {
    const { code, stdout } = windlass(['types', hello, '-o', 'declared', '--json']);
    assert.equal(code, 0);
    const { files } = JSON.parse(stdout);
    assert.deepEqual(
      files.map(({ name }) => name),
      ['hello.d.ts', 'hello.instantiate.d.ts'],
    );
    assert.match(readFileSync(join(scratch, 'declared/hello.d.ts'), 'utf8'), /shout/);
  });

  for (const name of ['hello', "it's mine, $& ü.component"])
    test(`of a component that is imported, beside it, ${name}`, () => {
      const folder = join(scratch, `imported-${name.length}`);
      mkdirSync(folder);
      copyFileSync(hello, join(folder, `${name}.wasm`));
      const { code, stderr } = windlass(['types', join(folder, `${name}.wasm`), '--import']);
      assert.equal(code, 0, stderr);
      assert.deepEqual(readdirSync(folder).toSorted(), [
        `${name}.d.wasm.ts`,
        `${name}.instantiate.d.ts`,
        `${name}.wasm`,
      ]);
      writeFileSync(
        join(folder, 'use.ts'),
        `import { shout } from "./${name}.wasm";
import type { Exports } from "./${name}.instantiate.js";
export const text: string = shout('a');
export const same: Exports['shout'] = shout;
// @ts-expect-error -- a number is no string
shout(1);
`,
      );
      const flags =
        '--strict --noEmit --module nodenext --target es2022 --allowArbitraryExtensions';
      const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')));
      const checked = spawnSync(process.execPath, [tsc, ...flags.split(' '), 'use.ts'], {
        cwd: folder,
        encoding: 'utf8',
      });
      assert.equal(checked.status, 0, checked.stdout);
    });

  test('of a folder of WIT with dependencies', () => {
    mkdirSync(join(scratch, 'wit/deps/colours'), { recursive: true });
    writeFileSync(
      join(scratch, 'wit/world.wit'),
      'package my:app;\nworld app {\n  use acme:colours/types.{colour};\n  export paint: func(c: colour);\n}\n',
    );
    const colours = join(scratch, 'wit/deps/colours/types.wit');
    writeFileSync(
      colours,
      'package acme:colours;\ninterface types { enum colour { red, blue } }\n',
    );
    const good = windlass(['types', 'wit', '-o', 'declared']);
    assert.equal(good.code, 0, good.stderr);
    assert.match(readFileSync(join(scratch, 'declared/app.d.ts'), 'utf8'), /function paint\(/);
    const imported = readFileSync(join(scratch, 'declared/app.instantiate.d.ts'), 'utf8');
    assert.match(imported, /'red' \| 'blue'/);

    writeFileSync(
      colours,
      'package acme:colours;\ninterface types { enum colour { red, } }\ntpye x = u32;\n',
    );
    const bad = windlass(['types', 'wit']);
    assert.equal(bad.code, 1);
    assert.match(bad.stderr, /^error\[invalid-wit\]: /);
    assert.match(bad.stderr, /^ {2}at wit\/deps\/colours\/types\.wit:3:1$/m);
    assert.match(bad.stderr, /^ +3 \| tpye x = u32;\n +\| \^/m);
  });

  test('says what is missing', () => {
    assert.match(windlass(['types', 'nowhere']).stderr, /^error\[unreadable\]: /);
    mkdirSync(join(scratch, 'nothing'));
    assert.match(
      windlass(['types', 'wit', '--import']).stderr,
      /^error\[invalid-option\]: `--import` is for components/,
    );
    assert.match(
      windlass(['types', 'nothing']).stderr,
      /^error\[invalid-wit\]: there are no WIT files/,
    );
  });
});

describe('windlass wit', () => {
  test('prints the world, which reads back', () => {
    const { code, stdout } = windlass(['wit', hello]);
    assert.equal(code, 0);
    assert.match(stdout, /export shout: func\(text: string\) -> string;/);
    assert.equal(
      JSON.parse(windlass(['wit', hello, '--json']).stdout).wit.trimEnd(),
      stdout.trimEnd(),
    );
  });
});

describe('windlass inspect', () => {
  test('tells sections, imports, exports', () => {
    const { code, stdout } = windlass(['inspect', hello]);
    assert.equal(code, 0);
    assert.match(stdout, /wasi:cli\/environment@/);
    assert.match(stdout, /shout/);
    const json = JSON.parse(windlass(['inspect', hello, '--json']).stdout);
    assert.ok(json.imports.length > 0 && json.exports.length > 0);
  });

  test('lists capabilities and the options that grant them', () => {
    const { stdout } = windlass(['inspect', command]);
    assert.match(
      stdout,
      /^capabilities\n(?: {2}.*\n)* {2}preopens {2}--dir host::\/guest\[:ro\]$/m,
    );
    assert.match(stdout, /^ {2}network {3}--net example\.com:443$/m);
    assert.match(stdout, /^ {2}random {4}run has it$/m);
    const { capabilities } = JSON.parse(windlass(['inspect', command, '--json']).stdout);
    const names = 'args env stdin stdout stderr preopens network clocks random'.split(' ');
    assert.deepEqual(
      capabilities.map(({ name }) => name),
      names,
    );
    const env = capabilities.find(({ name }) => name === 'env');
    assert.deepEqual(env.imports, ['wasi:cli/environment@0.2.6']);
    assert.equal(env.isGranted, false);
    assert.ok(!windlass(['inspect', exits]).stdout.includes('capabilities'));
  });
});

describe('windlass completions', () => {
  test(
    'bash completes commands, options and values',
    { skip: process.platform === 'win32' },
    () => {
      const complete = (line) => {
        const words = line.split(' ');
        const script = `eval "$("$1" "$2" completions bash)"
        shift 2; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _windlass; echo "\${COMPREPLY[*]}"`;
        const args = ['-c', script, 'bash', process.execPath, cli, ...words];
        return spawnSync('bash', args, { encoding: 'utf8', cwd: scratch }).stdout.trim();
      };
      assert.equal(complete('windlass tr'), 'transpile');
      assert.equal(complete('windlass transpile --mi'), '--minify');
      assert.equal(complete('windlass transpile --target wo'), 'workerd');
      assert.equal(complete('windlass completions f'), 'fish');
      assert.equal(complete('windlass embed --encoding latin'), 'latin1+utf16');
      assert.equal(complete('windlass add --pl'), '--plain-http');
    },
  );

  test('zsh and fish name every command and option', () => {
    for (const shell of ['zsh', 'fish']) {
      const { code, stdout } = windlass(['completions', shell]);
      assert.equal(code, 0);
      for (const word of ['transpile', 'inspect', 'minify', 'inherit-env', 'workerd']) {
        assert.ok(stdout.includes(word), `${shell}: ${word}`);
      }
    }
  });

  test('the tree of commands as JSON', () => {
    const { commands, script } = JSON.parse(windlass(['completions', 'bash', '--json']).stdout);
    assert.ok(commands.some(({ name }) => name === 'run'));
    assert.match(script, /^complete /m);
  });
});
