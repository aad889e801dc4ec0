import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { netduel, type Outcome, temporary } from './cli.ts';

let work: ReturnType<typeof temporary>;
const made: (typeof work)[] = [];
beforeEach(() => {
  work = temporary();
  made.push(work);
});
afterAll(() => {
  for (const folder of made) folder.remove();
});

const run = (...args: string[]): Promise<Outcome> => netduel(args, { cwd: work.path });
const inWork = (name: string): string => join(work.path, name);
const read = (name: string): string => readFileSync(inWork(name), 'utf8');

test('list --links has a line for every preset', async () => {
  const { code, stdout, stderr } = await run('list', '--links');
  expect([code, stderr]).toEqual([0, '']);
  for (const name of ['lan', 'wifi', 'lte-trace', 'satellite-geo', 'starlink', 'quic-interop']) {
    expect(stdout.match(new RegExp(`^${name} `, 'gm'))).toHaveLength(1);
  }
  const { stdout: json } = await run('list', '--links', '--json');
  expect(JSON.parse(json).length).toBeGreaterThan(20);
});

test('link show says what a preset does, and the same again', async () => {
  const show = (...args: string[]): Promise<Outcome> => run('link', 'show', 'lte-trace', ...args);
  const [{ code, stdout }, again, otherwise] = await Promise.all([show(), show(), show('--seed', '2')]);
  expect(code).toBe(0);
  expect(stdout).toContain('The capacity follows the trace lte-down.trace');
  expect(again.stdout).toBe(stdout);
  expect(otherwise.stdout).not.toBe(stdout);
  expect(readdirSync(work.path)).toEqual([]);
});

test('link show reads a file, and the trace beside it', async () => {
  mkdirSync(inWork('links'));
  writeFileSync(inWork('links/home.txt'), '# at home\nup: delay 5ms rate 5mbit\ndown: delay 5ms trace here.trace\n');
  writeFileSync(inWork('links/here.trace'), '1\n2\n3\n');
  const { code, stdout } = await run('link', 'show', 'links/home.txt', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    link: 'links/home.txt',
    up: { capacityBps: 5e6 },
    roundTripSeconds: 0.01,
  });
});

test('link show --chart draws: SVG by a name of its own, or the page or specification asked for', async () => {
  const draw = (...file: string[]): Promise<Outcome> => run('link', 'show', 'starlink', '--chart', ...file);
  const [{ code, stderr }] = await Promise.all([draw(), draw('own.html'), draw('own.vl.json')]);
  expect([code, stderr.trim().split('\n').at(-1)]).toEqual([0, 'chart: link-starlink.svg']);
  expect(read('link-starlink.svg')).toMatch(/^<svg .*Capacity, down: server to client.*<\/svg>\n$/s);
  expect(read('own.html')).toMatch(/^<!doctype html>.*<svg .*Every 15 s all packets are lost for 80 ms/s);
  expect(JSON.parse(read('own.vl.json')).concat).toHaveLength(6);
});

test.each<[string, string[], RegExp]>([
  ['a link that is not there', ['starlnk'], /no link 'starlnk'; did you mean 'starlink'\?/],
  ['loopback', ['loopback'], /'loopback' is no link/],
  ['a kind of chart that we cannot draw', ['lte', '--chart', 'a.png'], /'a\.png' is not accepted; .*\.svg/],
  ['a folder that is not there', ['lte', '--chart', 'none/a.svg'], /none\/a\.svg cannot be written.*--chart/],
  ['a seed that is none', ['lte', '--seed', 'x'], /--seed: 'x' is not accepted; expected a whole number/],
  ['two charts', ['lte', '--chart', 'a.svg', '--chart', 'b.svg'], /--chart is given 2 times/],
  ['nothing', [], /[Nn]ot enough/],
])('link show refuses %s', async (_, args, names) => {
  const { code, stderr } = await run('link', 'show', ...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(names);
  expect(stderr).not.toMatch(/^\s+at |unexpected error/m);
  expect(existsSync(inWork('a.svg'))).toBe(false);
});

test('link alone names what it can do', async () => {
  const { code, stderr } = await run('link');
  expect(code).toBe(2);
  expect(stderr).toContain('link show');
});
