#!/usr/bin/env node
// Runs the bundle of the command line. CommonJS: `import` would cost more than what most commands do.
// V8 is given the code that it made the last time that this command ran. Node's compile cache would
// hold only what is compiled before a file runs, which is none of its functions.
// Node 12 can parse this file, so that it can say which version is needed.
const { arch, argv, env, getBuiltinModule, versions } = process;
if (!getBuiltinModule) {
  console.error(
    `error: windlass needs Node 20.16, 22.3 or later, and this is Node ${versions.node}`,
  );
  process.exit(1);
}

const fs = require('node:fs');
const { dirname, isAbsolute, join } = require('node:path');
const { Script } = require('node:vm');

const folder = join(__dirname, '../dist');
const filename = join(folder, 'cli.script.js');
const text = fs.readFileSync(filename, 'utf8');
// The build writes a hash of the rest into the first line.
const hash = text.slice(0, text.indexOf('\n'));
const cache = cacheOf(/^[a-z]+$/.test(argv[2] || '') ? argv[2] : 'help');
const cachedData = cache && read(cache);
const script = new Script(text, { filename, cachedData });
if (cache && (!cachedData || script.cachedDataRejected)) {
  process.once('exit', (code) => code === 0 && keep(cache, script.createCachedData()));
}
script.runInThisContext()(require, filename, folder, (specifier) => import(specifier));

/** The cache file for the code of a command; none if caches are not wanted. */
function cacheOf(command) {
  if (versions.bun || versions.deno) return undefined;
  if (env.WINDLASS_CACHE === 'off' || env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  const home = absolute(env.HOME || env.USERPROFILE);
  const caches = absolute(env.XDG_CACHE_HOME) || (home && join(home, '.cache'));
  const ours = env.WINDLASS_CACHE || (caches && join(caches, 'windlass'));
  return ours && join(ours, 'cli', `${process.version}-${arch}`, command);
}

/** A folder of the user, who has none that is found from wherever a command runs. */
function absolute(path) {
  return path && isAbsolute(path) ? path : undefined;
}

/** A cache entry that is complete, of this bundle and of this user, since V8 trusts its input. */
function read(path) {
  let file;
  try {
    file = fs.openSync(path);
    // Of what is open, since the name may stand for another file a moment later.
    if (fs.fstatSync(file).uid !== (process.getuid ? process.getuid() : 0)) return undefined;
    const data = fs.readFileSync(file);
    const end = data.length - hash.length;
    return data.latin1Slice(end) === hash ? data.subarray(0, end) : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

/** Keeps code for the next time; there is none where it cannot be kept. */
function keep(path, data) {
  const own = `${path}.${process.pid}`;
  try {
    make(dirname(path));
    const whole = Buffer.concat([data, Buffer.from(hash)]);
    // Never into what is there already, which may be a link to a file of somebody else.
    fs.writeFileSync(own, whole, { flag: 'wx', mode: 0o600, flush: true });
    fs.renameSync(own, path);
  } catch {
    remove(own);
  }
}

/** Removes a file, if it is there and can be: an error here would be the end of a command that did well. */
function remove(path) {
  try {
    fs.unlinkSync(path);
  } catch {}
}

/** Makes a folder; `recursive` of Node does not return where none can be made, as in `/proc`. */
function make(path) {
  if (fs.existsSync(path)) return;
  if (path !== dirname(path)) make(dirname(path));
  fs.mkdirSync(path);
}
