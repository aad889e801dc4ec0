import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyse } from '../../src/report/analyse.ts';
import { CHARTS } from '../../src/report/charts/index.ts';
import { inlineSvg } from '../../src/report/html/drawing.ts';
import { type DrawnChart, html } from '../../src/report/html/page.ts';
import { markdown } from '../../src/report/markdown.ts';
import { renderSvg } from '../../src/report/render.ts';
import { allFailed, duel, many, odd, troubled } from './fixtures.ts';

async function page(run = troubled()): Promise<string> {
  const analysis = analyse(run);
  const drawn: DrawnChart[] = [];
  for (const chart of CHARTS) {
    const spec = chart.spec(analysis);
    if (spec) drawn.push({ ...chart, svg: (await renderSvg(spec)).svg });
  }
  return html(analysis, drawn);
}

test('nothing is fetched: no address but the names of XML name spaces', async () => {
  for (const run of [troubled(), many(), odd()]) {
    const text = await page(run);
    const rest = text.replace(/ xmlns(:\w+)?="[^"]*"/g, '');
    expect(rest).not.toMatch(/https?:|\/\/[a-z]|<link|<script|@import|\bsrc=|url\((?!#)/i);
    expect(rest).not.toMatch(/href="(?!#)/);
  }
});

test('several drawings on one page do not share an id', async () => {
  const text = await page();
  const ids = [...text.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1]);
  expect(ids.length).toBeGreaterThan(CHARTS.length);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of text.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
});

test('ids and what refers to them are renamed together', () => {
  const { markup } = inlineSvg('<clipPath id="c"/><g clip-path="url(#c)"/><use href="#c"/>', 'p');
  expect(markup).toBe('<clipPath id="p-c"/><g clip-path="url(#p-c)"/><use href="#p-c"/>');
});

test('no label becomes markup', () => {
  const skeleton = (text: string): string[] => text.match(/<[^>]*>/g) ?? [];
  const page = (label: string): string => html(analyse(odd(label, duel(1))), []);
  const expected = skeleton(page('x'));
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '/', '!', '-', 'b', 'é', ' ') }),
      (label) => {
        expect(skeleton(page(`x${label}`))).toEqual(expected);
      },
    ),
  );
});

test('it says what was compared, what came out, what to doubt and how to repeat it', async () => {
  const text = await page();
  expect(text).toContain('<h1>tcp, udp and quic: stream over 2 links</h1>');
  expect(text).toMatch(/udp delivers 9[\d.]*x the goodput of tcp/);
  expect(text).toContain('quic unsupported: this Node has no QUIC (use Node 26)');
  expect(text).toContain('set a rate, or a larger receive buffer');
  expect(text).toContain('--seed 42');
  expect(text).toMatch(/over 5 trials: 3 agree, 2 show losses that the transport made good/);
  expect(text).not.toMatch(/undefined|NaN|\[object/);
});

test('a run in which everything failed still makes a page', async () => {
  const text = await page(allFailed());
  expect(text).toContain('tcp failed: no route to host');
  expect(text).not.toContain('<svg');
});

test('Markdown: the same verdicts and a well-formed table', () => {
  const text = markdown(analyse(troubled()), [{ name: 'goodput', title: 'Goodput' }]);
  expect(text).toContain('![Goodput](charts/goodput.svg)');
  expect(text).toMatch(/^- udp delivers 9[\d.]*x the goodput of tcp \\\[/m);
  expect(text).toMatch(/^\| quic \| 0\/3 \| – \|/m);
});

test('Markdown: a label can start neither a cell nor HTML', () => {
  const columns = (line: string): number => line.replace(/\\./g, '').split('|').length;
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('|', '`', '\\', '<', '\n', '*', 'a', ' ') }), (label) => {
      const lines = markdown(analyse(odd(`x${label}`, duel(1))), []).split('\n');
      const outside = lines.filter((line) => !line.startsWith('netduel run'));
      expect(outside.join('\n')).not.toContain('<');
      const tables = lines.filter((line) => line.startsWith('| '));
      // Two tables of cases with 2 rows each, and one of flags with 1, each with two lines of head.
      expect(tables).toHaveLength(11);
      for (const rows of [tables.slice(0, 4), tables.slice(4, 8)]) expect(new Set(rows.map(columns)).size).toBe(1);
    }),
  );
});
