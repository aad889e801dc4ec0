import { expect, test } from 'vitest';
import yargs from 'yargs';
import { givenFlags, yargsOptions } from '../../src/config/flags.ts';
import { RUN_KEYS, RUN_OPTIONS } from '../../src/config/options.ts';
import { resolveRun } from '../../src/config/resolve.ts';

const parse = (line: string[]) =>
  yargs(line).options(yargsOptions()).strictOptions().exitProcess(false).version(false).parseSync();

test('every flag reaches the request', () => {
  const parsed = parse(
    `mine.ts --trials 7 --duration 500ms --warmup 0 --timeout 1m --seed 9 --io node --out x --json`.split(' '),
  );
  expect(parsed._).toEqual(['mine.ts']);
  const { request, options } = resolveRun(givenFlags(parsed), undefined);
  expect(request).toMatchObject({ trials: 7, seconds: 0.5, warmupSeconds: 0, timeoutSeconds: 60, seed: 9, io: 'node' });
  expect(options).toMatchObject({ out: 'x', json: true });
});

test('repeatable flags take one value each and leave the file name alone', () => {
  const parsed = parse(['--link', 'delay 1ms', '--link', 'loopback', '--transport', 'tcp,udp', 'mine.ts']);
  expect(parsed._).toEqual(['mine.ts']);
  expect(givenFlags(parsed)).toEqual({ links: ['delay 1ms', 'loopback'], transports: ['tcp,udp'] });
});

test('without flags nothing is given, so that the file decides', () => {
  expect(givenFlags(parse([]))).toEqual({});
});

test('every default is one that its own schema accepts', () => {
  for (const key of RUN_KEYS) {
    if (key === 'seed' || key === 'qlog' || key === 'file') continue;
    expect(RUN_OPTIONS[key].schema.parse(RUN_OPTIONS[key].initial)).toEqual(RUN_OPTIONS[key].initial);
  }
});
