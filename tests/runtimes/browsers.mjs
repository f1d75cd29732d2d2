/**
 * Chromium and Firefox without a window: those of `PATH`, else those of Debian,
 * fetched with the libraries that this machine lacks into `target/browsers`, which
 * needs no root and changes nothing of the system.
 *
 * A page says by itself what came of it, so that neither needs a driver.
 */
import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, extname, join } from 'node:path';
import { capture, root } from '../lib/setup.mjs';

const browsers = {
  Chromium: {
    names: ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'],
    debian: 'chromium',
    program: 'usr/lib/chromium/chromium',
    args: (profile) => [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      `--user-data-dir=${profile}`,
    ],
  },
  Firefox: {
    names: ['firefox-esr', 'firefox'],
    debian: 'firefox-esr',
    program: 'usr/lib/firefox-esr/firefox-esr',
    args: (profile) => ['--headless', '--no-remote', '--profile', profile],
    preferences: {
      'app.update.enabled': false,
      'browser.aboutwelcome.enabled': false,
      'browser.shell.checkDefaultBrowser': false,
      'datareporting.policy.dataSubmissionEnabled': false,
      'gfx.webrender.software': true,
      'network.proxy.type': 0,
    },
  },
};

/** The names of the browsers. */
export const browserNames = Object.keys(browsers);

/**
 * @param {string} name out of {@link browserNames}
 * @returns {Promise<{ program: string, env: Record<string, string> } | { missing: string }>}
 */
export async function findBrowser(name) {
  const { names, debian, program } = browsers[name];
  const found = names.map(which).find((path) => path !== undefined);
  if (found) return { program: found, env: {} };
  const tried = `no ${names.join(', ')} in PATH`;
  const folder = join(root, 'target/browsers', debian);
  const path = join(folder, program);
  if (!existsSync(path)) {
    if (!which('apt-get') || !which('dpkg-deb'))
      return { missing: `${tried}, and this is no Debian` };
    try {
      await fetchDebian(debian, folder);
    } catch (error) {
      return { missing: `${tried}, and from Debian: ${error.message}` };
    }
    if (!existsSync(path)) return { missing: `${tried}, and Debian's has no ${program}` };
  }
  return { program: path, env: { LD_LIBRARY_PATH: libraries(folder).join(delimiter) } };
}

function which(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // Not here.
    }
  }
}

/** Unpacks a package of Debian and those of its dependencies that are not installed. */
async function fetchDebian(name, folder) {
  rmSync(folder, { recursive: true, force: true });
  const state = `${folder}.apt`;
  mkdirSync(join(state, 'lists/partial'), { recursive: true });
  mkdirSync(join(state, 'cache/archives/partial'), { recursive: true });
  const options = {
    'Dir::State::Lists': join(state, 'lists'),
    'Dir::Cache': join(state, 'cache'),
    'Debug::NoLocking': '1',
    'APT::Sandbox::User': '',
    'APT::Install-Recommends': '0',
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  await run('apt-get', [...flags, '-qq', 'update']);
  await run('apt-get', [...flags, '-qq', '-y', '--download-only', 'install', name]);
  // The program appears with the last rename, so that half of it is never taken for all.
  const unpacked = join(state, 'root');
  for (const file of readdirSync(join(state, 'cache/archives'))) {
    if (!file.endsWith('.deb')) continue;
    await run('dpkg-deb', ['-x', join(state, 'cache/archives', file), unpacked]);
  }
  renameSync(unpacked, folder);
  rmSync(state, { recursive: true });
}

async function run(program, args) {
  const { code, output } = await capture(program, args, {
    seconds: 300,
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
  });
  if (code !== 0) throw new Error(`${program} ended with code ${code}: ${output.trim()}`);
}

/** The folders with libraries, some of which are private to a package. */
function libraries(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => /\.so(\.|$)/.test(entry.name))
    .map((entry) => entry.parentPath ?? entry.path)
    .filter((path, i, all) => all.indexOf(path) === i);
}

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/**
 * Opens a page and waits for what it posts to `/report`.
 *
 * @param {string} name out of {@link browserNames}
 * @param {{ program: string, env: Record<string, string> }} browser
 * @param {string} folder what is served
 * @param {{ page?: string, seconds?: number }} options
 * @returns {Promise<unknown>} what it posted, as JSON
 */
export async function openPage(name, { program, env }, folder, { page = '', seconds = 90 } = {}) {
  const { args, preferences } = browsers[name];
  const profile = mkdtempSync(join(tmpdir(), 'windlass-browser-'));
  if (preferences) {
    const lines = Object.entries(preferences).map(
      ([key, value]) => `user_pref(${JSON.stringify(key)}, ${JSON.stringify(value)});\n`,
    );
    writeFileSync(join(profile, 'user.js'), lines.join(''));
  }
  const report = {};
  report.promise = new Promise((resolve, reject) => Object.assign(report, { resolve, reject }));
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    if (request.method === 'POST') {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += chunk;
      response.end();
      report.resolve(JSON.parse(text));
      return;
    }
    try {
      const file = path.endsWith('/') ? `${path}index.html` : path;
      const contents = readFileSync(join(folder, decodeURIComponent(file)));
      response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
      response.end(contents);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${server.address().port}/${page}`;
  const child = spawn(program, [...args(profile), url], {
    // A group of its own: a browser is many processes.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A home of its own as well, where nothing of the user is read or written.
    env: { ...process.env, HOME: profile, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const stop = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  };
  process.once('exit', stop);
  const fail = (what) => report.reject(new Error(`${name} ${what}\n${output.slice(-3000)}`));
  const timer = setTimeout(() => fail(`reported nothing in ${seconds} seconds`), seconds * 1000);
  const closed = new Promise((resolve) => {
    child.on('error', (error) => resolve(fail(`does not start: ${error.message}`)));
    child.on('close', (code) => resolve(fail(`ended with code ${code}`)));
  });
  try {
    return await report.promise;
  } finally {
    clearTimeout(timer);
    stop();
    process.off('exit', stop);
    server.closeAllConnections();
    server.close();
    await closed;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
