/** Processes that share the addresses of a server. */
import type { Cluster, Worker } from 'node:cluster';

/** Milliseconds that a process must have lived for another to take its place at once. */
const LIFE = 1000;

const clusterOf = () =>
  process.getBuiltinModule('node:cluster') as unknown as Cluster & { default?: Cluster };

/** Whether this process is one of several. */
export const isWorker = (): boolean =>
  process.env['NODE_UNIQUE_ID'] !== undefined || clusterOf().isWorker;

/**
 * Runs this command in `count` processes, each of which is replaced when it ends by itself, and
 * settles when all have ended because this one was told to.
 */
export async function superviseWorkers(count: number): Promise<void> {
  const cluster = clusterOf();
  // Each accepts connections itself: what this process had accepted for them would be lost at the end.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  let isEnding = false;
  let code = 0;
  const begun = new Map<Worker, number>();
  const start = () => {
    const worker = cluster.fork();
    begun.set(worker, performance.now());
  };
  const end = () => {
    isEnding = true;
    for (const worker of begun.keys()) worker.process.kill('SIGTERM');
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  for (let i = 0; i < count; i += 1) start();
  await new Promise<void>((resolve) => {
    cluster.on('exit', (worker, exitCode) => {
      const lived = performance.now() - (begun.get(worker) ?? 0);
      begun.delete(worker);
      // One that never got to serve would not the next time.
      if (!isEnding && lived < LIFE) {
        code = exitCode || 1;
        end();
      }
      if (!isEnding) start();
      else if (begun.size === 0) resolve();
    });
  });
  process.exitCode = code;
}
