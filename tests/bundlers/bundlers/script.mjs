/** Bundlers that run in a process of their own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { capture } from '../../lib/setup.mjs';

/** A build by a script that runs on its own. */
export async function byScript(program, script, build) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { code, output } = await capture(program, [path, JSON.stringify(build)], {
    cwd: build.root,
    seconds: 60,
  });
  if (code !== 0) throw new Error(output);
}

/** A script that builds again and again, and what it prints; an error of many lines is one text. */
export async function watchByScript(program, script, build, told, flags = []) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(program, [...flags, path, JSON.stringify(build), 'watch'], {
    cwd: build.root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = new Promise((resolve) => {
    child.on('close', resolve);
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      // Errors have empty lines in them; a build is told of on a line of its own.
      const parts = text.split(/^(built)$/m).map((part) => part.trim());
      for (const part of parts) if (part !== '') told(part);
    });
  }
  return () => {
    child.kill();
    return closed;
  };
}
