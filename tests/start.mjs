/**
 * `npm start`: installs, builds, makes a component out of Rust, turns it into an
 * ES module and runs a Node script that imports it.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { capture, install, need, root, toolchain } from './lib/setup.mjs';

const begin = performance.now();
const bold = (text) =>
  process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[1m${text}\u001b[22m` : text;

need();
try {
  await step('Rust targets', toolchain);
  await step('npm packages', install);
  const { build } = await import('../npm/build.mjs');
  await step('the transpiler (the first time this takes a minute or two)', (note) =>
    build(note, ['native', 'typescript']),
  );
  await step('a component: Rust, compiled for wasm32-wasip2, from tests/guests/hello', (note) =>
    run(note, process.execPath, ['tests/guests/build.mjs', 'hello']),
  );
  const wasm = 'tests/guests/build/hello.wasm';
  const out = 'target/start/hello';
  await step(`windlass transpile ${wasm} -o ${out}`, (note) =>
    run(note, process.execPath, ['npm/windlass/bin/windlass.cjs', 'transpile', wasm, '-o', out]),
  );

  const kB = (path) => `${(statSync(root + path).size / 1000).toFixed(1)} kB`.padStart(9);
  console.log(`\n${kB(wasm)}  ${wasm}, whose interface is:\n`);
  const wit = readFileSync(`${root}tests/guests/hello/wit/hello.wit`, 'utf8');
  const world = wit
    .slice(wit.indexOf('world hello'))
    .replace(/^ *\/\/\/.*\n/gm, '')
    .trim();
  console.log(world.replace(/^(?=.)/gm, '             '));
  console.log('\nbecame\n');
  for (const name of readdirSync(root + out))
    console.log(`${kB(`${out}/${name}`)}  ${out}/${name}`);

  console.log(`\nand ${bold('tests/start/visit.mjs')} imports it as any other module:\n`);
  const { code, output } = await capture(process.execPath, ['tests/start/visit.mjs']);
  if (code !== 0) throw new Error(output);
  console.log(output);
} catch (error) {
  console.error(`\nerror: ${error.message.trim()}`);
  process.exit(1);
}

console.log(`That took ${((performance.now() - begin) / 1000).toFixed(1)} s. ${bold('Now yours')}: change tests/guests/hello/src/lib.rs and start again, or

  npx windlass transpile your.wasm     an ES module with types, made from any component
  npx windlass run your.wasm           a program, which sees only what you grant
  npx windlass inspect your.wasm       what is in it
`);

async function step(what, work) {
  process.stdout.write(`• ${what}\n`);
  const start = performance.now();
  await work((text) => process.stdout.write(`    ${text}\n`));
  const seconds = (performance.now() - start) / 1000;
  if (seconds > 0.5) process.stdout.write(`    done in ${seconds.toFixed(1)} s\n`);
}

async function run(note, program, args) {
  let latest = '';
  const timer = setInterval(() => note(latest), 20_000);
  const { code, output } = await capture(program, args, {
    onLine: (line) => (latest = line.trim()),
  });
  clearInterval(timer);
  if (code !== 0) throw new Error(output);
}
