/**
 * `node npm/addon.mjs OUT [PLATFORM...]`: builds `OUT/<platform>/windlass.node` and
 * `wasi.node`, as they are published, for each platform that is named, or for the one of
 * this machine.
 *
 * Linux needs `pip install cargo-zigbuild ziglang` and builds every Linux platform;
 * macOS and Windows build their own two. The standard library of each target comes
 * from rustup (`rustup target add`), which is run where it is missing.
 */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { capture, root } from '../tests/lib/setup.mjs';

/**
 * The addons, by the name of their packages before `-<platform>`: the crate, its build profile,
 * the file that a build for this machine writes, and the description of the package.
 */
export const addons = {
  '@windlass/native': {
    crate: 'windlass-native',
    profile: 'addon',
    file: 'npm/native/windlass.node',
    description: 'The windlass transpiler as a Node addon',
  },
  '@windlass/wasi-native': {
    crate: 'windlass-wasi-native',
    profile: 'small',
    file: 'shims/native/wasi.node',
    description: 'Directories as handles, a Node addon of @windlass/wasi',
  },
};

/** The path of what cargo made of a crate in a folder. */
export function libraryIn(folder, crate) {
  const stem = crate.replaceAll('-', '_');
  const library = [`lib${stem}.so`, `lib${stem}.dylib`, `${stem}.dll`]
    .map((name) => join(folder, name))
    .find((path) => existsSync(path));
  if (!library) throw new Error(`cargo built no library of ${crate} in ${folder}`);
  return library;
}

/**
 * The platforms that we publish an addon for. `package` is what its `package.json` says, `target`
 * is Rust's name; zig links for Linux, against the C library that `libc` names and
 * not the one of the machine: the glibc of Node 20's own builds is 2.28, and ours
 * asks for no more than 2.17.
 */
export const platforms = {
  'linux-x64-gnu': {
    package: { os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
    target: 'x86_64-unknown-linux-gnu',
    glibc: '2.17',
  },
  'linux-arm64-gnu': {
    package: { os: ['linux'], cpu: ['arm64'], libc: ['glibc'] },
    target: 'aarch64-unknown-linux-gnu',
    glibc: '2.17',
  },
  'linux-x64-musl': {
    package: { os: ['linux'], cpu: ['x64'], libc: ['musl'] },
    target: 'x86_64-unknown-linux-musl',
  },
  'linux-arm64-musl': {
    package: { os: ['linux'], cpu: ['arm64'], libc: ['musl'] },
    target: 'aarch64-unknown-linux-musl',
  },
  'darwin-x64': {
    package: { os: ['darwin'], cpu: ['x64'] },
    target: 'x86_64-apple-darwin',
  },
  'darwin-arm64': {
    package: { os: ['darwin'], cpu: ['arm64'] },
    target: 'aarch64-apple-darwin',
  },
  'win32-x64-msvc': {
    package: { os: ['win32'], cpu: ['x64'] },
    target: 'x86_64-pc-windows-msvc',
  },
  'win32-arm64-msvc': {
    package: { os: ['win32'], cpu: ['arm64'] },
    target: 'aarch64-pc-windows-msvc',
  },
};

/** The platform of this process, as the packages spell it. */
export const thisPlatform = Object.keys(platforms).find((name) => {
  const { os, cpu, libc = [] } = platforms[name].package;
  const glibc = process.report?.getReport().header.glibcVersionRuntime !== undefined;
  const fits = os.includes(process.platform) && cpu.includes(process.arch);
  return fits && (libc.length === 0 || libc.includes(glibc ? 'glibc' : 'musl'));
});

/**
 * Builds the addons of one platform.
 *
 * @param {string} platform a key of {@link platforms}
 * @param {string} out the folder that gets `<platform>/windlass.node` and `wasi.node`
 * @returns {Promise<string[]>} the paths of the addons
 */
export async function buildAddons(platform, out) {
  const { target, glibc } = platforms[platform];
  const linux = platform.startsWith('linux-');
  const installed = await run('rustup', ['target', 'list', '--installed']);
  if (!installed.split('\n').includes(target)) await run('rustup', ['target', 'add', target]);
  // A musl addon links its C library dynamically, as every program that loads it does.
  const env = platform.endsWith('-musl') ? { RUSTFLAGS: '-C target-feature=-crt-static' } : {};
  const folder = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), target);
  mkdirSync(join(resolve(out), platform), { recursive: true });
  const paths = [];
  for (const { crate, file, profile } of Object.values(addons)) {
    await run(
      'cargo',
      [
        linux ? 'zigbuild' : 'build',
        '--profile',
        profile,
        '-p',
        crate,
        '--target',
        glibc ? `${target}.${glibc}` : target,
      ],
      env,
    );
    const addon = join(resolve(out), platform, basename(file));
    copyFileSync(libraryIn(join(folder, profile), crate), addon);
    paths.push(addon);
  }
  return paths;
}

async function run(program, args, env) {
  const { code, output } = await capture(program, args, { env });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed\n${output}`);
  return output;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [out, ...named] = process.argv.slice(2);
  const unknown = named.find((name) => !(name in platforms));
  if (!out || unknown) {
    console.error(
      unknown
        ? `error: there is no platform \`${unknown}\`; there are ${Object.keys(platforms).join(', ')}`
        : 'usage: node npm/addon.mjs OUT [PLATFORM...]',
    );
    process.exit(2);
  }
  for (const platform of named.length > 0 ? named : [thisPlatform]) {
    try {
      console.log(`${platform}  ${(await buildAddons(platform, out)).join('  ')}`);
    } catch (error) {
      console.error(error.message);
      process.exit(1);
    }
  }
}
