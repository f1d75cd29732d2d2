/** The application where there is a command line: `node print.mjs universal node`. */
import { use } from './app.mjs';

const results = [];
for (const target of process.argv.slice(2)) {
  const components = await import(`./${target}/components.mjs`);
  for (const { name, error } of await use(components)) {
    results.push({ name: `${target}: ${name}`, error });
  }
}
console.log(JSON.stringify(results));
