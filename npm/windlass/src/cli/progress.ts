import { plain } from '../error.js';
import { isTerminal, paint } from './print.js';

/** Waits for `work`, and says so on a terminal where that takes over a second. */
export async function withProgress<T>(what: string, work: () => Promise<T>): Promise<T> {
  if (!isTerminal(2)) return work();
  const stream = process.stderr;
  const begin = performance.now();
  const shownWhat = plain(what);
  let shown = false;
  const timer = setInterval(() => {
    const seconds = (performance.now() - begin) / 1000;
    if (seconds < 1) return;
    shown = true;
    stream.write(`\r\u001b[K${paint(2, 'dim', `${shownWhat} … ${seconds.toFixed(1)} s`)}`);
  }, 100);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (shown) stream.write('\r\u001b[K');
  }
}
