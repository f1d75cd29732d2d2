import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantiate, transpile } from '../lib/guest.mjs';

const markdown = await instantiate('rust-markdown');

test('renders', () => {
  const source = '# Title\n\nSome *text* with `code`, “quotes” and 👩‍💻.\n\n- [x] done\n- ~~gone~~\n';
  assert.equal(
    markdown.render(source, {}),
    '<h1>Title</h1>\n<p>Some <em>text</em> with <code>code</code>, “quotes” and 👩‍💻.</p>\n<ul>\n<li>[x] done</li>\n<li>~~gone~~</li>\n</ul>\n',
  );
  const extended = markdown.render(source, { tasklists: true, strikethrough: true });
  assert.match(extended, /<input disabled="" type="checkbox" checked=""\/>\ndone/);
  assert.match(extended, /<del>gone<\/del>/);
});

test('tables and footnotes', () => {
  const html = markdown.render('|a|b|\n|-|-:|\n|1|2|\n\ntext[^1]\n\n[^1]: note\n', {
    tables: true,
    footnotes: true,
  });
  assert.match(html, /<th>a<\/th><th style="text-align: right">b<\/th>/);
  assert.match(html, /class="footnote-definition" id="1"/);
});

test('headings with their places', () => {
  const source = '# Eins\n\ntext\n\n## Zwö `drei`\n';
  const bytes = new TextEncoder().encode(source);
  const headings = markdown.headings(source);
  assert.deepEqual(
    headings.map(({ level, text }) => [level, text]),
    [
      [1, 'Eins'],
      [2, 'Zwö drei'],
    ],
  );
  const [begin, end] = headings[1].range;
  assert.equal(new TextDecoder().decode(bytes.subarray(begin, end)), '## Zwö `drei`\n');
});

test('events', () => {
  assert.deepEqual(markdown.events('a **b** `c`\n\n---\n', {}), [
    { tag: 'start', val: 'Paragraph' },
    { tag: 'text', val: 'a ' },
    { tag: 'start', val: 'Strong' },
    { tag: 'text', val: 'b' },
    { tag: 'end', val: 'Strong' },
    { tag: 'text', val: ' ' },
    { tag: 'code', val: 'c' },
    { tag: 'end', val: 'Paragraph' },
    { tag: 'other', val: 'Rule' },
  ]);
});

test('links', () => {
  assert.deepEqual(markdown.links('[a](https://a.example "A") ![i](i.png)'), [
    ['https://a.example', 'A'],
    ['i.png', undefined],
  ]);
});

test('a book', () => {
  const page = '# Chapter\n\nA paragraph — *of* words.\n\n|a|b|\n|-|-|\n|1|2|\n\n';
  const html = markdown.render(page.repeat(5000), { tables: true });
  assert.equal(html.match(/<h1>Chapter<\/h1>/g).length, 5000);
  assert.equal(html.match(/<table>/g).length, 5000);
  assert.equal(html.length, markdown.render(page, { tables: true }).length * 5000);
});

for (const target of ['universal', 'node', 'inline']) {
  test(`as a module, ${target}`, async (t) => {
    const url = await transpile(t, 'rust-markdown', '--target', target);
    const { render, headings } = await import(url);
    assert.equal(render('*hi*', {}), '<p><em>hi</em></p>\n');
    assert.equal(headings('# a').length, 1);
  });
}

test('as a module, minified', async (t) => {
  const { render } = await import(await transpile(t, 'rust-markdown', '--minify'));
  assert.equal(render('*hi*', {}), '<p><em>hi</em></p>\n');
});
