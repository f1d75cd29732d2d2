/** Loaded into a measured program: writes what it used when it ends. */
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage = { cpu: (userCPUTime + systemCPUTime) / 1e3, memory: maxRSS * 1024 };
    writeFileSync(process.env.WINDLASS_BENCH_USAGE, JSON.stringify(usage));
  });
}
