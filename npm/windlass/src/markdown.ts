/** Text of a component in Markdown, where it is text and nothing else. */
import { plain } from './error.js';

/**
 * Text as one paragraph that shows it: no links (also none that addresses become by
 * themselves), images, HTML, mentions, headings or lists come of it.
 */
export function quoted(text: string): string {
  return (
    plain(text.replace(/\s+/g, ' ').trim())
      .replace(/[\\`*_[\]<>&!#|~:@$^={}()/]/g, '\\$&')
      // `www.` alone is an address to some.
      .replace(/\bwww\./gi, (address) => address.replace('.', '\\.'))
      // Markers of a list, of a heading above, or of a horizontal rule.
      .replace(/^(?:[-+]|\d+(?=[.)]))/, (begin) => (/\d/.test(begin) ? `${begin}\\` : `\\${begin}`))
  );
}

/** Text in a block of code, which nothing in it ends. */
export function fenced(text: string, language: string): string {
  const runs = [...text.matchAll(/`{3,}/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return `${fence}${language}\n${plain(text, '\n\t')}\n${fence}`;
}

/** A name in a line, as code. */
export function code(name: string): string {
  const text = plain(name);
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(0, ...runs) + 1);
  const gap = runs.length > 0 ? ' ' : '';
  return `${fence}${gap}${text}${gap}${fence}`;
}
