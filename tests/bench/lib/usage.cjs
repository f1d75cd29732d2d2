/**
 * Loaded into a measured program: writes what it used when it ends. It imports nothing, since what
 * it loaded the program would find loaded, and is CommonJS, since `--import` would start the loader
 * of ES modules for a program that has none.
 */
const file = process.env.WINDLASS_BENCH_USAGE;
if (file !== undefined) {
  // Threads that begin later have nothing to write.
  delete process.env.WINDLASS_BENCH_USAGE;
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage = { cpu: (userCPUTime + systemCPUTime) / 1e3, memory: maxRSS * 1024 };
    process.getBuiltinModule('node:fs').writeFileSync(file, JSON.stringify(usage));
  });
}
