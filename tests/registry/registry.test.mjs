/** `windlass add` and `windlass publish` against a registry of another maker. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { instantiate } from 'windlass';
import { startProxy } from './proxy.mjs';
import { dockerRegistry, startRegistry } from './server.mjs';
import {
  answering,
  core,
  dockerConfig,
  project,
  scratch,
  sha256,
  windlass,
  withSections,
} from './support.mjs';

const { program, missing } = await dockerRegistry();
if (missing) console.log(`no registry to test against: ${missing}`);
const skip = missing ?? false;

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const user = 'ann';
const password = 'open sesame';
/** `htpasswd -nbB ann 'open sesame'` */
const htpasswd = `${user}:$2b$05$yWvRpmZdX5xXeJj..gx1tOSbTFXDkY/mjYHIeL5S0TO/TLMH.rA/m\n`;

const one = withSections(answering(1), {
  description: 'says one',
  licenses: 'Apache-2.0 WITH LLVM-exception',
  source: 'https://example.com/answers',
  homepage: 'https://example.com',
  authors: 'Ann <ann@example.com>',
  revision: '0123abc',
  version: '1.0.0',
});
const two = answering(2);
writeFileSync(join(scratch, 'one.wasm'), one);
writeFileSync(join(scratch, 'two.wasm'), two);

/** Runs the command line, which has to succeed, and gives its JSON. */
async function json(args, options) {
  const { code, stdout, stderr } = await windlass([...args, '--json'], options);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** Runs the command line, which has to fail, and gives its error. */
async function failure(args, options) {
  const { code, stdout, stderr } = await windlass([...args, '--json'], options);
  assert.equal(code, 1, stdout);
  assert.equal(stdout, '');
  return JSON.parse(stderr).error;
}

async function fetchManifest(host, name, wanted) {
  const response = await fetch(`http://${host}/v2/${name}/manifests/${wanted}`, {
    headers: { accept: manifestType },
  });
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

async function answerOf(path) {
  return (await instantiate(readFileSync(path))).answer();
}

describe('a registry that anyone may use', { skip }, () => {
  let registry;
  before(async () => (registry = await startRegistry(program, join(scratch, 'open'))));
  after(() => registry?.stop());

  test('publish writes what wkg writes', async () => {
    const reference = `${registry.host}/acme/answers/one:1.0.0`;
    const env = { SOURCE_DATE_EPOCH: '1700000000' };
    const { code, stdout } = await windlass(['publish', 'one.wasm', reference], { env });
    assert.equal(code, 0);
    const bytes = await fetchManifest(registry.host, 'acme/answers/one', '1.0.0');
    assert.equal(stdout, `${reference}@${sha256(bytes)}\n`);
    const manifest = JSON.parse(bytes);
    const config = Buffer.from(
      await (
        await fetch(`http://${registry.host}/v2/acme/answers/one/blobs/${manifest.config.digest}`)
      ).arrayBuffer(),
    );
    assert.deepEqual(manifest, {
      schemaVersion: 2,
      mediaType: manifestType,
      config: {
        mediaType: 'application/vnd.wasm.config.v0+json',
        digest: sha256(config),
        size: config.length,
      },
      layers: [
        {
          mediaType: 'application/wasm',
          digest: sha256(one),
          size: one.length,
          annotations: { 'org.opencontainers.image.title': 'one.wasm' },
        },
      ],
      annotations: {
        'org.opencontainers.image.authors': 'Ann <ann@example.com>',
        'org.opencontainers.image.description': 'says one',
        'org.opencontainers.image.licenses': 'Apache-2.0 WITH LLVM-exception',
        'org.opencontainers.image.revision': '0123abc',
        'org.opencontainers.image.source': 'https://example.com/answers',
        'org.opencontainers.image.url': 'https://example.com',
        'org.opencontainers.image.version': '1.0.0',
      },
    });
    assert.deepEqual(JSON.parse(config), {
      created: '2023-11-14T22:13:20Z',
      author: 'Ann <ann@example.com>',
      architecture: 'wasm',
      os: 'wasip2',
      layerDigests: [sha256(one)],
      component: { exports: ['answer'], imports: [] },
    });
  });

  test('the same source date gives the same digest', async () => {
    const publish = (tag, epoch) =>
      json(['publish', 'one.wasm', `${registry.host}/acme/same:${tag}`], {
        env: { SOURCE_DATE_EPOCH: epoch },
      });
    const [a, b, c] = [await publish('a', '5'), await publish('b', '5'), await publish('c', '6')];
    assert.equal(a.manifest, b.manifest);
    assert.notEqual(a.manifest, c.manifest);
    assert.equal(a.layer, sha256(one));
  });

  test('a version is for good, another tag is not', async () => {
    const reference = `${registry.host}/acme/good:1.0.0`;
    const first = await json(['publish', 'one.wasm', reference]);
    assert.equal(first.known, false);
    const second = await json(['publish', 'one.wasm', reference]);
    assert.deepEqual({ ...second, known: false }, first);
    assert.equal(second.known, true);
    assert.equal((await failure(['publish', 'two.wasm', reference])).code, 'exists');
    const replaced = await json(['publish', 'two.wasm', reference, '--force']);
    assert.equal(replaced.layer, sha256(two));
    const latest = `${registry.host}/acme/good`;
    assert.equal((await json(['publish', 'one.wasm', latest])).reference, `${latest}:latest`);
    assert.equal((await json(['publish', 'two.wasm', latest])).layer, sha256(two));
  });

  test('add fetches, and writes the lock file', async () => {
    const cwd = project('adds');
    const reference = `${registry.host}/acme/adds:1.0.0`;
    const { manifest } = await json(['publish', 'one.wasm', reference]);
    const { code, stdout } = await windlass(['add', reference], { cwd });
    assert.equal(code, 0);
    assert.ok(stdout.includes(`${join('wasm', 'adds.wasm')}  `), stdout);
    assert.ok(stdout.includes(manifest), stdout);
    assert.deepEqual(readFileSync(join(cwd, 'wasm/adds.wasm')), one);
    assert.equal(await answerOf(join(cwd, 'wasm/adds.wasm')), 1);
    assert.deepEqual(JSON.parse(readFileSync(join(cwd, 'windlass.lock'), 'utf8')), {
      lockfileVersion: 1,
      components: { 'wasm/adds.wasm': { reference, manifest, layer: sha256(one) } },
    });
    assert.deepEqual(readdirSync(join(cwd, 'wasm')), ['adds.wasm']);
  });

  test('the lock file does not depend on the order, and lies in the project', async () => {
    const locks = [];
    for (const order of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const cwd = project(`order-${order.join('')}`);
      const below = join(cwd, 'src/deep');
      mkdirSync(below, { recursive: true });
      for (const name of order) {
        const reference = `${registry.host}/acme/order-${name}:1.0.0`;
        await json(['publish', name === 'a' ? 'one.wasm' : 'two.wasm', reference]);
        await json(['add', reference, '--out', `${name}.wasm`], { cwd: below });
      }
      locks.push(readFileSync(join(cwd, 'windlass.lock'), 'utf8'));
      assert.equal(await answerOf(join(below, 'b.wasm')), 2);
    }
    assert.equal(locks[0], locks[1]);
    assert.deepEqual(Object.keys(JSON.parse(locks[0]).components), [
      'src/deep/a.wasm',
      'src/deep/b.wasm',
    ]);
  });

  test('add without arguments brings back what the lock file says', async () => {
    const cwd = project('restores');
    for (const [file, name] of [
      ['one.wasm', 'first'],
      ['two.wasm', 'second'],
    ]) {
      const reference = `${registry.host}/acme/${name}:1.0.0`;
      await json(['publish', file, reference]);
      await json(['add', reference], { cwd });
    }
    const lock = readFileSync(join(cwd, 'windlass.lock'));
    rmSync(join(cwd, 'wasm/first.wasm'));
    const fetched = async () =>
      Object.fromEntries((await json(['add'], { cwd })).components.map((c) => [c.file, c.fetched]));
    assert.deepEqual(await fetched(), { 'wasm/first.wasm': true, 'wasm/second.wasm': false });
    writeFileSync(join(cwd, 'wasm/second.wasm'), 'changed');
    assert.deepEqual(await fetched(), { 'wasm/first.wasm': false, 'wasm/second.wasm': true });
    // The version was replaced meanwhile: what is locked is still what was added.
    await json(['publish', 'two.wasm', `${registry.host}/acme/first:1.0.0`, '--force']);
    rmSync(join(cwd, 'wasm'), { recursive: true });
    assert.deepEqual(await fetched(), { 'wasm/first.wasm': true, 'wasm/second.wasm': true });
    assert.equal(await answerOf(join(cwd, 'wasm/first.wasm')), 1);
    assert.deepEqual(readFileSync(join(cwd, 'windlass.lock')), lock);
  });

  test('by digest, and with one that does not fit', async () => {
    const cwd = project('digests');
    const reference = `${registry.host}/acme/digests:1.0.0`;
    const { manifest } = await json(['publish', 'one.wasm', reference]);
    const { components } = await json(['add', `${registry.host}/acme/digests@${manifest}`], {
      cwd,
    });
    assert.equal(components[0].layer, sha256(one));
    const other = await failure(['add', `${reference}@${sha256('other')}`], { cwd });
    assert.equal(other.code, 'not-found');
  });

  test('what is not there is told with what is', async () => {
    await json(['publish', 'one.wasm', `${registry.host}/acme/tags:1.0.0`]);
    const { code, help } = await failure(['add', `${registry.host}/acme/tags:2.0.0`]);
    assert.equal(code, 'not-found');
    assert.match(help, /`1\.0\.0`/);
    assert.equal((await failure(['add', `${registry.host}/acme/nothing`])).code, 'not-found');
  });

  test('a file that came from elsewhere is not written over', async () => {
    const cwd = project('careful');
    const reference = `${registry.host}/acme/careful:1.0.0`;
    await json(['publish', 'one.wasm', reference]);
    writeFileSync(join(cwd, 'mine.wasm'), 'mine');
    const args = ['add', reference, '-o', 'mine.wasm'];
    assert.equal((await failure(args, { cwd })).code, 'exists');
    assert.equal(readFileSync(join(cwd, 'mine.wasm'), 'utf8'), 'mine');
    assert.ok(!existsSync(join(cwd, 'windlass.lock')));
    await json([...args, '--force'], { cwd });
    assert.deepEqual(readFileSync(join(cwd, 'mine.wasm')), one);
  });

  test('a blob that was changed in the registry is refused', async () => {
    const changed = {
      'one bit': (bytes) => {
        const copy = Buffer.from(bytes);
        copy[copy.length - 1] ^= 1;
        return copy;
      },
      'cut off': (bytes) => bytes.subarray(0, bytes.length - 1),
      longer: (bytes) => Buffer.concat([bytes, Buffer.of(0)]),
    };
    for (const [name, change] of Object.entries(changed)) {
      const storage = join(scratch, 'changed', name);
      const own = await startRegistry(program, storage);
      try {
        const cwd = project(`changed-${name}`);
        const reference = `${own.host}/acme/changed:1.0.0`;
        await json(['publish', 'one.wasm', reference]);
        const hex = sha256(one).slice(7);
        const data = `data/docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
        writeFileSync(join(storage, data), change(one));
        const { code } = await failure(['add', reference], { cwd });
        assert.match(
          code,
          name === 'longer' ? /^(?:registry|digest-mismatch)$/ : /^digest-mismatch$/,
        );
        assert.deepEqual(readdirSync(cwd), ['package.json'], name);
      } finally {
        await own.stop();
      }
    }
  });

  test('a manifest that was changed on the way is refused', async () => {
    const reference = 'acme/on-the-way:1.0.0';
    const { manifest } = await json(['publish', 'one.wasm', `${registry.host}/${reference}`]);
    const proxy = await startProxy(registry.host, {
      after: ({ path }, body, headers) => {
        if (!path.includes('/manifests/')) return body;
        // Without the header, a tag says nothing about what it should be.
        if (path.includes('sha256')) delete headers['docker-content-digest'];
        return Buffer.from(body.toString().replace(sha256(one), sha256(two)));
      },
    });
    try {
      const cwd = project('on-the-way');
      for (const wanted of [reference, `acme/on-the-way@${manifest}`]) {
        const { code } = await failure(['add', `${proxy.host}/${wanted}`], { cwd });
        assert.equal(code, 'digest-mismatch');
      }
      assert.deepEqual(readdirSync(cwd), ['package.json']);
    } finally {
      proxy.stop();
    }
  });

  test('a lock file that was changed is refused', async () => {
    const cwd = project('forged');
    const reference = `${registry.host}/acme/forged:1.0.0`;
    await json(['publish', 'one.wasm', reference]);
    await json(['add', reference], { cwd });
    const path = join(cwd, 'windlass.lock');
    const lock = JSON.parse(readFileSync(path, 'utf8'));
    const entry = lock.components['wasm/forged.wasm'];
    const refuses = async (components, code) => {
      rmSync(join(cwd, 'wasm'), { recursive: true, force: true });
      writeFileSync(path, JSON.stringify({ ...lock, components }));
      assert.equal((await failure(['add'], { cwd })).code, code);
      assert.ok(!existsSync(join(cwd, 'wasm')));
      assert.ok(!existsSync(join(scratch, 'out.wasm')));
    };
    const other = { ...entry, layer: sha256(two) };
    await refuses({ 'wasm/forged.wasm': other }, 'digest-mismatch');
    for (const file of [
      '../out.wasm',
      '/tmp/out.wasm',
      'a/../../out.wasm',
      '.git/a.wasm',
      'a.js',
    ]) {
      await refuses({ [file]: entry }, 'invalid-lock');
    }
    await refuses({ 'wasm/a.wasm': { ...entry, manifest: 'sha256:1' } }, 'invalid-lock');
    await refuses({ 'wasm/a.wasm': null }, 'invalid-lock');
    for (const text of ['', '[]', '{"lockfileVersion":2}', '{"lockfileVersion":1}']) {
      writeFileSync(path, text);
      assert.equal((await failure(['add'], { cwd })).code, 'invalid-lock');
    }
  });

  test('what is no component is refused', async () => {
    writeFileSync(join(scratch, 'core.wasm'), core('(module)'));
    writeFileSync(join(scratch, 'text.wasm'), 'text');
    const to = `${registry.host}/acme/refused:1.0.0`;
    assert.equal((await failure(['publish', 'core.wasm', to])).code, 'core-module');
    assert.equal((await failure(['publish', 'text.wasm', to])).code, 'not-wasm');
    // Layers that others push into a registry may be anything.
    const push = async (layerType, layer) => {
      const blob = async (bytes) => {
        const begun = await fetch(`http://${registry.host}/v2/acme/other/blobs/uploads/`, {
          method: 'POST',
        });
        const url = new URL(begun.headers.get('location'));
        url.searchParams.set('digest', sha256(bytes));
        const put = await fetch(url, { method: 'PUT', body: bytes });
        assert.equal(put.status, 201);
        return { digest: sha256(bytes), size: bytes.length };
      };
      const configType = 'application/vnd.oci.image.config.v1+json';
      const manifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: { mediaType: configType, ...(await blob(Buffer.from('{}'))) },
        layers: [{ mediaType: layerType, ...(await blob(layer)) }],
      });
      const put = await fetch(`http://${registry.host}/v2/acme/other/manifests/latest`, {
        method: 'PUT',
        headers: { 'content-type': manifestType },
        body: manifest,
      });
      assert.equal(put.status, 201);
    };
    const cwd = project('refused');
    const cases = [
      ['application/vnd.oci.image.layer.v1.tar', Buffer.from('tar'), 'no-component'],
      ['application/wasm', core('(module)'), 'no-component'],
      ['application/wasm', Buffer.from('text'), 'no-component'],
      ['application/wasm', one.subarray(0, 40), 'invalid-component'],
    ];
    for (const [type, layer, expected] of cases) {
      await push(type, layer);
      const { code, message } = await failure(['add', `${registry.host}/acme/other`], { cwd });
      assert.equal(code, expected, message);
      assert.deepEqual(readdirSync(cwd), ['package.json']);
    }
  });

  test('a manifest for several platforms leads to the one for Wasm', async () => {
    const name = 'acme/platforms';
    const { manifest } = await json(['publish', 'one.wasm', `${registry.host}/${name}:wasm`]);
    const size = (await fetchManifest(registry.host, name, manifest)).length;
    const indexType = 'application/vnd.oci.image.index.v1+json';
    const put = await fetch(`http://${registry.host}/v2/${name}/manifests/all`, {
      method: 'PUT',
      headers: { 'content-type': indexType },
      body: JSON.stringify({
        schemaVersion: 2,
        mediaType: indexType,
        manifests: [
          {
            mediaType: manifestType,
            digest: manifest,
            size,
            platform: { architecture: 'wasm', os: 'wasip2' },
          },
        ],
      }),
    });
    assert.equal(put.status, 201);
    const cwd = project('platforms');
    const { components } = await json(['add', `${registry.host}/${name}:all`], { cwd });
    assert.equal(components[0].manifest, manifest);
    assert.equal((await json(['add'], { cwd })).components[0].fetched, false);
  });

  test('a component of several megabytes goes whole, or in pieces where that is too much', async () => {
    const large = withSections(one, { filler: Buffer.alloc(3_500_000, 'filler') });
    writeFileSync(join(scratch, 'large.wasm'), large);
    const limit = 2 ** 20;
    const proxy = await startProxy(registry.host, {
      before: ({ method, body }, answer) => {
        if (method !== 'PUT' || body.length <= limit) return false;
        answer.writeHead(413);
        answer.end();
        return true;
      },
    });
    try {
      for (const host of [registry.host, proxy.host]) {
        const name = `acme/large-${host === proxy.host ? 'pieces' : 'whole'}`;
        const { layer } = await json(['publish', 'large.wasm', `${host}/${name}:1.0.0`]);
        assert.equal(layer, sha256(large));
        const cwd = project(name.replace('/', '-'));
        await json(['add', `${registry.host}/${name}:1.0.0`, '-o', 'a.wasm'], { cwd });
        assert.deepEqual(readFileSync(join(cwd, 'a.wasm')), large);
      }
      const pieces = proxy.seen.filter(({ method }) => method === 'PATCH');
      assert.deepEqual(
        pieces.map(({ headers }) => headers['content-range']),
        ['0-1048575', '1048576-2097151', '2097152-3145727', `3145728-${large.length - 1}`],
      );
    } finally {
      proxy.stop();
    }
  });

  test('names of packages, by the configuration', async () => {
    const cwd = project('packages');
    const registries = { acme: `${registry.host}/prefix` };
    writeFileSync(join(cwd, 'windlass.config.json'), JSON.stringify({ registries }));
    for (const version of ['1.1.0', '1.2.9', '1.2.10', '1.3.0-rc.1', '2.0.0']) {
      await json(['publish', join(scratch, 'one.wasm'), `acme:answers@${version}`], { cwd });
    }
    const add = async (name) => (await json(['add', name], { cwd })).components[0].reference;
    const prefix = `${registry.host}/prefix/acme/answers`;
    assert.equal(await add('acme:answers@1.2'), `${prefix}:1.2.10`);
    assert.equal(await add('acme:answers@1'), `${prefix}:1.2.10`);
    assert.equal(await add('acme:answers'), `${prefix}:2.0.0`);
    assert.equal(await add('acme:answers@1.3.0-rc.1'), `${prefix}:1.3.0-rc.1`);
    assert.equal((await failure(['add', 'acme:answers@3'], { cwd })).code, 'not-found');
    const { code, stderr } = await windlass(['add', 'other:thing@1.0.0'], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /"registries": \{ "other": /);
  });

  test('nobody there', async () => {
    const own = await startRegistry(program, join(scratch, 'gone'));
    await own.stop();
    const { code, message } = await failure(['add', `${own.host}/acme/gone`]);
    assert.equal(code, 'unreachable');
    assert.match(message, /ECONNREFUSED/);
  });
});

describe('a registry that asks who comes', { skip }, () => {
  let registry;
  let reference;
  const auth = Buffer.from(`${user}:${password}`).toString('base64');
  const outputs = [];
  /** Runs with a configuration of Docker, and keeps what it says. */
  const as = async (name, config, args, env = {}) => {
    const result = await windlass([...args, '--json'], {
      cwd: project(`project-${name}`),
      env: { DOCKER_CONFIG: dockerConfig(name, config), ...env },
    });
    outputs.push(result.stdout + result.stderr);
    return { ...result, error: result.code === 0 ? undefined : JSON.parse(result.stderr).error };
  };
  before(async () => {
    registry = await startRegistry(program, join(scratch, 'closed'), { htpasswd });
    reference = `${registry.host}/acme/closed:1.0.0`;
  });
  after(() => registry?.stop());
  after(() => {
    for (const output of outputs) {
      for (const secret of [password, auth, 'refresh-secret', 'access-secret']) {
        assert.ok(!output.includes(secret), `a secret in: ${output}`);
      }
    }
  });

  test('without credentials nothing goes', async () => {
    const { error } = await as('nobody', {}, ['publish', join(scratch, 'one.wasm'), reference]);
    assert.equal(error.code, 'unauthorized');
    assert.match(error.help, /docker login/);
  });

  test('with those that are in the configuration', async () => {
    const configs = {
      auth: { auths: { [registry.host]: { auth } } },
      url: { auths: { [`https://${registry.host}/v1/`]: { auth } } },
      fields: { auths: { [registry.host]: { username: user, password } } },
    };
    for (const [name, config] of Object.entries(configs)) {
      const args = ['publish', join(scratch, 'one.wasm'), `${registry.host}/acme/${name}:1.0.0`];
      assert.equal((await as(name, config, args)).code, 0);
      const add = ['add', `${registry.host}/acme/${name}:1.0.0`];
      assert.equal((await as(name, config, add)).code, 0);
    }
  });

  test('wrong ones are refused, and those of others not sent', async () => {
    const wrong = Buffer.from(`${user}:wrong`).toString('base64');
    const add = ['add', `${registry.host}/acme/auth:1.0.0`];
    const refused = await as('wrong', { auths: { [registry.host]: { auth: wrong } } }, add);
    assert.equal(refused.error.code, 'unauthorized');
    assert.match(refused.error.help, /were refused/);
    const other = await as('other', { auths: { 'ghcr.io': { auth } } }, add);
    assert.equal(other.error.code, 'unauthorized');
  });

  test(
    'with a credential helper',
    { skip: process.platform === 'win32' && 'needs a shell' },
    async () => {
      const bin = join(scratch, 'bin');
      mkdirSync(bin, { recursive: true });
      const helper = (name, script) => {
        writeFileSync(join(bin, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`);
        chmodSync(join(bin, `docker-credential-${name}`), 0o755);
      };
      const answer = JSON.stringify({ ServerURL: '', Username: user, Secret: password });
      helper(
        'fake',
        `read -r server\n[ "$1" = get ] && [ "$server" = "${registry.host}" ] || exit 3\necho '${answer}'`,
      );
      helper('empty', 'echo "credentials not found in native keychain"; exit 1');
      helper('broken', `echo '${answer}'; exit 7`);
      const env = { PATH: `${bin}${delimiter}${process.env.PATH}` };
      const add = ['add', `${registry.host}/acme/auth:1.0.0`];
      const helpers = { credHelpers: { [registry.host]: 'fake' }, credsStore: 'broken' };
      assert.equal((await as('helper', helpers, add, env)).code, 0);
      assert.equal((await as('store', { credsStore: 'fake' }, add, env)).code, 0);
      const both = { credsStore: 'empty', auths: { [registry.host]: { auth } } };
      assert.equal((await as('both', both, add, env)).code, 0);
      const broken = await as('broken', { credsStore: 'broken' }, add, env);
      assert.equal(broken.error.code, 'unauthorized');
      assert.match(broken.error.help, /`docker-credential-broken` ended with code 7/);
      const missing = await as('missing', { credsStore: 'nowhere' }, add, env);
      assert.match(missing.error.help, /`docker-credential-nowhere` does not start/);
      const outside = await as('outside', { credsStore: '../bin/fake' }, add, env);
      assert.match(outside.error.help, /is no name of a credential helper/);
    },
  );

  test('without TLS nothing secret leaves this machine', async () => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
    const proxy = await startProxy(registry.host, { address: address ?? '0.0.0.0' });
    try {
      const config = { auths: { [proxy.host]: { auth } } };
      const add = ['add', `${proxy.host}/acme/auth:1.0.0`];
      assert.equal((await as('tls', config, add)).error.code, 'unreachable');
      const plain = await as('plain', config, [...add, '--plain-http']);
      assert.equal(plain.error.code, 'unauthorized');
      assert.match(plain.error.help, /not sent without TLS/);
      assert.ok(proxy.seen.length > 0);
      for (const { headers } of proxy.seen) assert.equal(headers.authorization, undefined);
    } finally {
      proxy.stop();
    }
  });
});

describe('a registry with a server for tokens', { skip }, () => {
  let registry;
  let front;
  let tokens;
  let storage;
  const seen = { storage: [] };
  const auth = Buffer.from(`${user}:${password}`).toString('base64');
  before(async () => {
    registry = await startRegistry(program, join(scratch, 'tokens'));
    // Blobs lie on another host, as they do with those who keep them in a cloud.
    storage = await startProxy(registry.host);
    tokens = await startProxy(registry.host, {
      before: ({ method, url, headers, body }, answer) => {
        const form = new URLSearchParams(body.toString());
        const query = new URL(url, 'http://x').searchParams;
        const known =
          headers.authorization === `Basic ${auth}` ||
          form.get('refresh_token') === 'refresh-secret';
        const scope = (method === 'POST' ? form : query).get('scope') ?? '';
        const refused = headers.authorization && !known;
        answer.writeHead(refused ? 401 : 200, { 'content-type': 'application/json' });
        const allowed = known || !scope.endsWith('push');
        answer.end(JSON.stringify({ access_token: allowed ? 'access-secret' : 'nothing' }));
        return true;
      },
    });
    front = await startProxy(registry.host, {
      before: ({ method, path, headers, url }, answer) => {
        if (headers.authorization !== 'Bearer access-secret') {
          const realm = `http://${tokens.host}/token`;
          answer.writeHead(401, {
            'www-authenticate': `Basic realm="none", Bearer realm="${realm}",service="a \\"front\\"",scope="x"`,
          });
          answer.end();
          return true;
        }
        if (method !== 'GET' || !path.includes('/blobs/sha256:')) return false;
        answer.writeHead(307, { location: `http://${storage.host}${url}` });
        answer.end();
        return true;
      },
    });
  });
  after(() => {
    for (const one of [front, tokens, storage]) one?.stop();
    return registry?.stop();
  });

  test('anyone may pull; tokens stay with the registry', async () => {
    await json(['publish', 'one.wasm', `${registry.host}/acme/front:1.0.0`]);
    const cwd = project('front');
    await json(['add', `${front.host}/acme/front:1.0.0`], { cwd });
    assert.deepEqual(readFileSync(join(cwd, 'wasm/front.wasm')), one);
    const asked = new URL(tokens.seen.at(-1).url, 'http://x').searchParams;
    assert.equal(asked.get('service'), 'a "front"');
    assert.equal(asked.get('scope'), 'repository:acme/front:pull');
    const moved = storage.seen.filter(({ path }) => path.includes('/blobs/'));
    assert.ok(moved.length > 0);
    for (const { headers } of moved) assert.equal(headers.authorization, undefined);
    seen.storage.push(...moved);
  });

  test('credentials that are no longer good do not stand in the way', async () => {
    const stale = Buffer.from(`${user}:stale`).toString('base64');
    const DOCKER_CONFIG = dockerConfig('stale', { auths: { [front.host]: { auth: stale } } });
    const cwd = project('stale');
    await json(['add', `${front.host}/acme/front:1.0.0`], { cwd, env: { DOCKER_CONFIG } });
  });

  test('pushing needs a token for it', async () => {
    const reference = `${front.host}/acme/pushed:1.0.0`;
    const { code } = await failure(['publish', 'one.wasm', reference]);
    assert.equal(code, 'unauthorized');
    for (const [name, entry] of [
      ['password', { auth }],
      ['identity', { auth: 'YW5uOg==', identitytoken: 'refresh-secret' }],
      ['bearer', { registrytoken: 'access-secret' }],
    ]) {
      const DOCKER_CONFIG = dockerConfig(`token-${name}`, { auths: { [front.host]: entry } });
      const env = { DOCKER_CONFIG };
      const { layer } = await json(['publish', 'one.wasm', `${front.host}/acme/${name}:1.0.0`], {
        env,
      });
      assert.equal(layer, sha256(one));
    }
  });

  test('a host that a redirect leads to cannot ask for credentials', async () => {
    const DOCKER_CONFIG = dockerConfig('greedy', { auths: {} });
    const greedy = await startProxy(registry.host, {
      before: (_, answer) => {
        answer.writeHead(401, {
          'www-authenticate': `Basic realm="give", Bearer realm="http://${greedy.host}/token"`,
        });
        answer.end();
        return true;
      },
    });
    const leading = await startProxy(registry.host, {
      before: ({ path, url }, answer) => {
        if (!path.includes('/blobs/')) return false;
        answer.writeHead(307, { location: `http://${greedy.host}${url}` });
        answer.end();
        return true;
      },
    });
    try {
      writeFileSync(
        join(DOCKER_CONFIG, 'config.json'),
        JSON.stringify({ auths: { [leading.host]: { auth }, [greedy.host]: { auth } } }),
      );
      const options = { cwd: project('greedy'), env: { DOCKER_CONFIG } };
      const { code } = await failure(['add', `${leading.host}/acme/front:1.0.0`], options);
      assert.equal(code, 'registry');
      assert.equal(greedy.seen.length, 1);
      assert.equal(greedy.seen[0].headers.authorization, undefined);
    } finally {
      greedy.stop();
      leading.stop();
    }
  });

  test('redirects without end end, and to nowhere lead nowhere', async () => {
    for (const location of ['/v2/round/manifests/latest', 'file:///etc/passwd', 'javascript:1']) {
      const proxy = await startProxy(registry.host, {
        before: (_, answer) => {
          answer.writeHead(302, { location });
          answer.end();
          return true;
        },
      });
      try {
        assert.equal((await failure(['add', `${proxy.host}/round`])).code, 'registry');
      } finally {
        proxy.stop();
      }
    }
  });

  test('what a hostile registry says is no danger to a terminal', async () => {
    const proxy = await startProxy(registry.host, {
      before: (_, answer) => {
        answer.writeHead(400, { 'content-type': 'application/json' });
        answer.end(JSON.stringify({ errors: [{ code: 'X', message: '\u001b]0;title\u0007bad' }] }));
        return true;
      },
    });
    try {
      const { stderr } = await windlass(['add', `${proxy.host}/acme/hostile`]);
      assert.match(stderr, /status 400 \(X: .*bad\)/);
      assert.doesNotMatch(stderr, /[\u0000-\u0009\u000b-\u001f]/);
    } finally {
      proxy.stop();
    }
  });

  test('answers of other shapes are errors', async () => {
    const bodies = [
      '',
      'null',
      '[]',
      '{}',
      '{"layers":[null]}',
      '{"layers":{}}',
      '{"manifests":[1]}',
    ];
    const layer = (extra) =>
      JSON.stringify({
        layers: [{ mediaType: 'application/wasm', digest: sha256(one), ...extra }],
      });
    const sizes = [
      { size: -1 },
      { size: 1.5 },
      { size: '9' },
      { size: 2 ** 40 },
      { digest: '../x', size: 1 },
    ];
    for (const body of [...bodies, ...sizes.map(layer)]) {
      const proxy = await startProxy(registry.host, {
        before: ({ path }, answer) => {
          if (!path.includes('/manifests/')) return false;
          answer.writeHead(200, { 'content-type': manifestType });
          answer.end(body);
          return true;
        },
      });
      try {
        const { code } = await failure(['add', `${proxy.host}/acme/front:1.0.0`]);
        assert.match(code, /^(?:registry|no-component|too-large)$/, body);
      } finally {
        proxy.stop();
      }
    }
  });
});
