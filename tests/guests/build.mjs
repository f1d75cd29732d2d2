/** `node tests/guests/build.mjs [NAME…]`: builds the guests named, or all. */
import { buildGuest, names } from './lib/builder.mjs';

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : names) {
  const begin = performance.now();
  const built = await buildGuest(name);
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(built ? `built ${name} in ${seconds} s` : `${name} is up to date`);
}
