// Finds the scripts of a suite and runs them, some at a time.

import { globSync } from 'node:fs';
import { matchesGlob, resolve } from 'node:path';
import { runScript } from './pool.mjs';

/** The scripts of `NAME=DIR[@GLOB]`. */
export function scriptsOf(spec) {
  const [, suite, root, glob = '**/*.wast'] = /^([^=]+)=([^@]+)(?:@(.+))?$/.exec(spec);
  return globSync(glob, { cwd: root })
    .sort()
    .map((path) => ({ suite, path, file: resolve(root, path) }));
}

/**
 * Runs `scripts`, `jobs` at a time, and resolves to one result per script in
 * their order; `onResult` sees each as it ends. `options` are those of
 * `runScript`, and `converter`, `skips` and `texts` (trap texts that may differ).
 */
export async function runScripts(scripts, { jobs, onResult, ...options }) {
  const files = [];
  const queue = scripts.entries();
  const lane = async () => {
    for (const [i, script] of queue) {
      files[i] = await runOne(script, options);
      onResult?.(files[i]);
    }
  };
  await Promise.all(Array.from({ length: jobs }, lane));
  return files;
}

async function runOne({ suite, path, file }, { converter, skips, texts = [], ...options }) {
  const applies = (s) => s.suite === suite && matchesGlob(path, s.path);
  const whole = skips.find((s) => applies(s) && !s.type && !s.lines);
  if (whole) return { suite, path, status: 'skip', reason: whole.reason, directives: [] };
  let script;
  try {
    script = await converter.convert(file);
  } catch (error) {
    const reason = `conversion: ${error.message}`;
    return { suite, path, status: 'fail', reason, directives: [] };
  }
  const skipOf = (c) =>
    skips.find(
      (s) => applies(s) && (!s.type || s.type === c.type) && (!s.lines || s.lines.includes(c.line)),
    );
  const commands = script.commands.map((c, index) => ({
    ...c,
    index,
    skip: textOnly(c) ?? skipOf(c),
  }));
  const { results, stderr } = await runScript({
    ...options,
    texts: texts.filter((t) => matchesGlob(path, t.path)),
    commands,
    dir: script.dir,
  });
  const directives = commands.map(({ index, line, type, name, module, action, text }, i) => ({
    index,
    line,
    type,
    name,
    module,
    field: action?.field,
    text,
    ...results[i],
  }));
  const failed = directives.some((d) => d.status === 'fail');
  return { suite, path, status: failed ? 'fail' : 'pass', directives, stderr: stderr || undefined };
}

function textOnly(command) {
  if (command.module_type !== 'text' || command.binary_filename) return undefined;
  return { kind: 'text-format', reason: 'tests the text format, not the binary' };
}
