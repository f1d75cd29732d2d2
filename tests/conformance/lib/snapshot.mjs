// The committed state of a suite: counts per folder, then each directive that
// fails, with its reason.
//
//     # values 12/12 files, 240/240 directives
//     async/zero-length.wast:3 module: unsupported: error[unsupported]: …

import { groups } from './report.mjs';

/** The comparable part of the results of `runScripts`. */
export function summarize(files) {
  const failures = new Map();
  let passed = 0;
  /** Why each that was skipped was. */
  const skipped = [];
  for (const file of files) {
    if (file.status === 'skip') skipped.push(oneLine(file.reason));
    if (file.status === 'fail' && file.directives.length === 0)
      failures.set(`${file.path}:1 script`, oneLine(file.reason));
    const seen = new Map();
    for (const d of file.directives) {
      if (d.status === 'pass') passed += 1;
      if (d.status === 'skip') skipped.push(why(d));
      // A line may hold more than one directive.
      const base = `${file.path}:${d.line} ${d.type}`;
      const n = (seen.get(base) ?? 0) + 1;
      seen.set(base, n);
      if (d.status === 'fail') failures.set(n === 1 ? base : `${base}#${n}`, why(d));
    }
  }
  const lines = groups(files).map(
    ({ name, files: f, directives: d }) =>
      `# ${name.split(' ').at(-1)} ${f.pass}/${f.total} files, ${d.pass}/${d.total} directives`,
  );
  return { groups: lines, failures, passed, skipped };
}

function why({ reason, message }) {
  return reason === 'blocked' || !message ? reason : `${reason}: ${oneLine(message)}`;
}

function oneLine(text) {
  const line = text.replace(/\s+/g, ' ').replace(/ help: .*/, '');
  return line.replace('compile: TranspileError: ', '').trim().slice(0, 160).trim();
}

export function print({ groups, failures }) {
  return `${[...groups, ...[...failures].map(([key, reason]) => `${key}: ${reason}`)].join('\n')}\n`;
}

export function parse(text) {
  const lines = text.split('\n').filter(Boolean);
  const failures = lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => /^(\S+ \S+): (.*)$/.exec(line).slice(1));
  return { groups: lines.filter((line) => line.startsWith('#')), failures: new Map(failures) };
}

/**
 * The differences of `now` from `known`, one line each. When only some scripts ran,
 * `ran` tells which, and the counts are not compared.
 */
export function diff(known, now, ran) {
  const lines = [];
  for (const [key, reason] of now.failures) {
    const before = known.failures.get(key);
    if (before === undefined) lines.push(`NOW FAILS  ${key}: ${reason}`);
    else if (before !== reason) lines.push(`CHANGED    ${key}\n  was ${before}\n  now ${reason}`);
  }
  for (const [key, reason] of known.failures) {
    if (now.failures.has(key)) continue;
    if (!ran || ran(key.slice(0, key.indexOf(':')))) lines.push(`NOW PASSES ${key}: ${reason}`);
  }
  if (!ran && lines.length === 0 && known.groups.join() !== now.groups.join()) {
    lines.push(['COUNTS', 'was', ...known.groups, 'now', ...now.groups].join('\n  '));
  }
  return lines;
}
