/** Watchers of Rollup's kind. */

/** Tells of what a watcher of Rollup's kind does. */
export function follow(watcher, built) {
  watcher.on('event', async (event) => {
    if (event.code === 'BUNDLE_END') await event.result.close();
    if (event.code === 'END') built();
    if (event.code === 'ERROR') {
      await event.result?.close();
      built(event.error.message);
    }
  });
  return () => watcher.close();
}
