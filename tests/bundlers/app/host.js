/** `guest:asynchronous/host`. The later the key in the alphabet, the sooner the answer. */
const names = { a: 'Ada', g: 'Grace', k: '楓' };

export const sleep = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

export async function fetch(key) {
  await sleep(122 - key.charCodeAt(0));
  if (!(key in names)) throw { payload: `no ${key}` };
  return names[key];
}
