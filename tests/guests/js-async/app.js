/** Asynchronous functions, streams and futures of JavaScript in QuickJS. */
import host from 'guest:js-async/host';

async function fetch(key) {
  const { tag, val } = await host.fetch(key).read();
  if (tag === 'err') throw val;
  return val;
}

export async function greet(key) {
  return `Hello, ${await fetch(key)}!`;
}

export function all(keys) {
  return Promise.all(keys.map((key) => fetch(key).catch((error) => `(${error})`)));
}

export async function shout(text) {
  const { readable, writable } = wit.Future(wit.Future.STRING);
  text.read().then((text) => writable.write(text.toUpperCase()));
  return readable;
}

export function plain(n) {
  return n * n;
}

export const streams = {
  async upper(bytes) {
    return (async function* () {
      for await (const chunk of bytes) {
        yield chunk.map((byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte));
      }
    })();
  },

  async total(numbers) {
    let sum = 0;
    for await (const number of numbers) sum += number;
    return sum;
  },

  async items(names) {
    return (async function* () {
      for (const name of names) yield { name, size: (await fetch(name)).length };
    })();
  },

  async head(items, count) {
    const names = [];
    for await (const { name } of items) {
      names.push(name);
      if (names.length === count) break;
    }
    return names;
  },
};
