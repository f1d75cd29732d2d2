/** `windlass add` against a registry, and in a project, that mean ill. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { answering, project, scratch, sha256, windlass } from './support.mjs';

const component = Buffer.from(answering(7));
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** The registry's claims about the component, and its way to send it. */
let claim;
let send;
const asked = [];
let server;
let reference;

/** Sends all of it, as a registry that means well. */
const honest = (answer) => answer.end(component);

before(async () => {
  server = createServer((request, answer) => {
    asked.push(request.url);
    if (request.url.includes('/manifests/')) {
      answer.writeHead(200, { 'content-type': manifestType });
      const layer = { mediaType: 'application/wasm', digest: sha256(component), ...claim };
      answer.end(JSON.stringify({ schemaVersion: 2, layers: [layer] }));
    } else send(answer);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  reference = `127.0.0.1:${server.address().port}/acme/thing:1.0.0`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

/** Runs `windlass add`, which has to refuse, and leaves nothing behind. */
async function refusal(cwd, args = [], whole = true) {
  const there = readdirSync(cwd).toSorted();
  const begin = performance.now();
  const { code, stderr } = await windlass(['add', ...args, '--json'], { cwd });
  assert.equal(code, 1, stderr);
  if (whole) assert.deepEqual(readdirSync(cwd).toSorted(), there);
  return { ...JSON.parse(stderr).error, seconds: (performance.now() - begin) / 1000 };
}

describe('a registry', () => {
  const add = (...args) => refusal(project('refuses'), [reference, ...args]);

  test('that is honest is believed', async () => {
    [claim, send] = [{ size: component.length }, honest];
    const cwd = project('honest');
    assert.equal((await windlass(['add', reference], { cwd })).code, 0);
    assert.deepEqual(readFileSync(join(cwd, 'wasm/thing.wasm')), component);
  });

  test('that claims a gigabyte is not asked for it', async () => {
    [claim, send] = [{ size: 2 ** 30 }, honest];
    asked.length = 0;
    const error = await add();
    assert.equal(error.code, 'too-large');
    assert.match(error.message, /has 1024 MiB, and 256 MiB at most/);
    assert.match(error.help, /--max-size/);
    assert.ok(!asked.some((url) => url.includes('/blobs/')));
    // Who allows that much finds that it is not there.
    assert.equal((await add('--max-size', '1024')).code, 'digest-mismatch');
  });

  test('is held to the maximum that is asked for', async () => {
    [claim, send] = [{ size: component.length }, honest];
    assert.equal((await add('--max-size', '0.00001')).code, 'too-large');
    for (const wrong of ['0', '-1', 'much', '', '1e3', '999999999999']) {
      const { code } = await windlass(['add', reference, `--max-size=${wrong}`], {
        cwd: project('wrong'),
      });
      assert.equal(code, 2, wrong);
    }
  });

  test('that sends more than it said is cut off', async () => {
    claim = { size: component.length };
    let sent = 0;
    const endless = (answer) => {
      answer.on('error', () => {});
      const more = () => {
        if (answer.destroyed || sent > 2 ** 28) return;
        sent += 2 ** 16;
        if (answer.write(Buffer.alloc(2 ** 16))) setImmediate(more);
        else answer.once('drain', more);
      };
      more();
    };
    for (const [name, way] of Object.entries({
      'a length': (answer) => {
        answer.writeHead(200, { 'content-length': 2 ** 30 });
        endless(answer);
      },
      chunks: endless,
    })) {
      send = way;
      sent = 0;
      const error = await add();
      assert.equal(error.code, 'registry', name);
      assert.match(error.message, /sends more than the \d+ bytes/, name);
      // No more than what systems buffer on the way.
      assert.ok(sent < 2 ** 25, `${sent} bytes by ${name}`);
    }
  });

  test('that sends less than it said has sent something else', async () => {
    [claim, send] = [{ size: component.length }, (answer) => answer.end(component.subarray(9))];
    assert.equal((await add()).code, 'digest-mismatch');
  });

  test('that stalls is given up', async () => {
    claim = { size: component.length };
    for (const [name, way] of Object.entries({
      'before the head': () => {},
      'after the head': (answer) => {
        answer.writeHead(200, { 'content-length': component.length });
        answer.flushHeaders();
      },
      'in the middle': (answer) => {
        answer.writeHead(200, { 'content-length': component.length });
        answer.write(component.subarray(0, 100));
      },
      'byte by byte': (answer) => {
        let at = 0;
        const timer = setInterval(() => answer.write(component.subarray(at, ++at)), 50);
        answer.on('close', () => clearInterval(timer));
      },
    })) {
      send = way;
      const error = await add('--timeout', '0.5');
      assert.equal(error.code, 'unreachable', name);
      assert.match(error.message, /no answer|stopped sending, or nearly, after \d+ bytes/, name);
    }
  });
});

describe('a link in the project', () => {
  const outside = join(scratch, 'outside');
  const inProject = (name, make) => {
    [claim, send] = [{ size: component.length }, honest];
    rmSync(outside, { recursive: true, force: true });
    mkdirSync(outside);
    writeFileSync(join(outside, 'there.wasm'), 'theirs');
    const cwd = project(`link-${name}`);
    make(cwd);
    return cwd;
  };
  /** Files outside are as they were, whatever `add` was told. */
  const untouched = () => {
    assert.deepEqual(readdirSync(outside), ['there.wasm']);
    assert.equal(readFileSync(join(outside, 'there.wasm'), 'utf8'), 'theirs');
  };

  const links = {
    folder: [(cwd) => symlinkSync(outside, join(cwd, 'wasm')), []],
    'folder on the way': [(cwd) => symlinkSync(outside, join(cwd, 'a')), ['--out', 'a/b/c.wasm']],
    'relative folder': [(cwd) => symlinkSync('../outside', join(cwd, 'wasm')), []],
    'folder behind a folder': [
      (cwd) => {
        symlinkSync(outside, join(cwd, 'far'));
        symlinkSync('far', join(cwd, 'wasm'));
      },
      [],
    ],
    file: [
      (cwd) => {
        mkdirSync(join(cwd, 'wasm'));
        symlinkSync(join(outside, 'there.wasm'), join(cwd, 'wasm/thing.wasm'));
      },
      ['--force'],
    ],
    'file that is not there': [
      (cwd) => {
        mkdirSync(join(cwd, 'wasm'));
        symlinkSync(join(outside, 'new.wasm'), join(cwd, 'wasm/thing.wasm'));
      },
      ['--force'],
    ],
    'folder of git': [
      (cwd) => {
        mkdirSync(join(cwd, '.git'));
        symlinkSync('.git', join(cwd, 'wasm'));
      },
      [],
    ],
  };
  for (const [name, [make, args]] of Object.entries(links)) {
    test(`${name}: nothing is written`, async () => {
      const cwd = inProject(name, make);
      const error = await refusal(cwd, [reference, ...args]);
      assert.equal(error.code, 'unwritable');
      assert.match(error.message, /symbolic link/);
      untouched();
      if (existsSync(join(cwd, '.git'))) assert.deepEqual(readdirSync(join(cwd, '.git')), []);
    });
    test(`${name}: nothing is restored`, async () => {
      const cwd = inProject(name, make);
      const file = name === 'folder on the way' ? 'a/b/c.wasm' : 'wasm/thing.wasm';
      const locked = { reference, manifest: sha256('m'), layer: sha256(component) };
      writeFileSync(
        join(cwd, 'windlass.lock'),
        JSON.stringify({ lockfileVersion: 1, components: { [file]: locked } }),
      );
      assert.equal((await refusal(cwd)).code, 'unwritable');
      untouched();
    });
  }

  test('lock file: neither read nor written', async () => {
    const lock = join(outside, 'lock.json');
    const cwd = inProject('lock', (folder) => symlinkSync(lock, join(folder, 'windlass.lock')));
    for (const contents of [undefined, '{"lockfileVersion":1,"components":{}}']) {
      if (contents !== undefined) writeFileSync(lock, contents);
      for (const args of [[reference], []]) {
        assert.equal((await refusal(cwd, args)).code, 'invalid-lock');
      }
      assert.equal(existsSync(lock) ? readFileSync(lock, 'utf8') : undefined, contents);
    }
  });

  test('that stays in the project is followed', async () => {
    const cwd = inProject('inside', (folder) => {
      mkdirSync(join(folder, 'vendor'));
      symlinkSync('vendor', join(folder, 'wasm'));
    });
    const { code, stderr } = await windlass(['add', reference], { cwd });
    assert.equal(code, 0, stderr);
    assert.deepEqual(readFileSync(join(cwd, 'vendor/thing.wasm')), component);
    assert.equal(realpathSync(join(cwd, 'wasm')), realpathSync(join(cwd, 'vendor')));
    untouched();
  });
});
