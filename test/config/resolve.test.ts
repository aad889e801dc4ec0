import { expect, test } from 'vitest';
import type { Config } from '../../src/config/define.ts';
import { defineTransport } from '../../src/config/define.ts';
import { type Given, resolveRun } from '../../src/config/resolve.ts';
import { UserError } from '../../src/record/errors.ts';
import { builtinTransports } from '../../src/transports/index.ts';

const file = (config: Config) => ({ path: '/x/bench.config.ts', name: 'bench.config.ts', config: { ...config } });

function refusalOf(given: Given, config?: Record<string, unknown>): string {
  try {
    resolveRun(given, config && file(config));
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }
  throw new Error('it was accepted');
}

test('without anything given, the defaults', () => {
  const { request, options } = resolveRun({}, undefined);
  expect(request.transports.map(({ label }) => label)).toEqual(['tcp', 'udp']);
  expect(request.scenarios.map(({ label }) => label)).toEqual(['stream']);
  expect(request.links).toMatchObject([{ label: 'loopback' }]);
  expect(request).toMatchObject({ trials: 5, seconds: 2, warmupSeconds: 0.5, timeoutSeconds: 30, io: 'auto' });
  expect(options).toMatchObject({ out: 'results', report: true, json: false, seed: request.seed });
});

test('a seed that was not given is random, and two runs differ', () => {
  // Equal by chance once in 2^32.
  expect(resolveRun({}, undefined).request.seed).not.toBe(resolveRun({}, undefined).request.seed);
});

test('the command line goes before the file, the file before the defaults', () => {
  const { request } = resolveRun(
    { trials: '5', duration: '1m' },
    file({ trials: 4, duration: 9, warmup: '1s', seed: 42 }),
  );
  expect(request).toMatchObject({
    trials: 5,
    seconds: 60,
    warmupSeconds: 1,
    seed: 42,
    configPath: '/x/bench.config.ts',
  });
});

test('specs are split at commas, links are not', () => {
  const { request } = resolveRun(
    {
      transports: ['tcp cc=cubic,tcp cc=bbr', 'udp'],
      scenarios: ['stream size=64 rate=20mbit'],
      links: ['delay 20ms loss 1%', 'up: delay 10ms down: rate 20mbit', 'direct', 'loopback'],
    },
    undefined,
  );
  expect(request.transports.map(({ label, options }) => [label, options])).toEqual([
    ['tcp cc=cubic', { cc: 'cubic' }],
    ['tcp cc=bbr', { cc: 'bbr' }],
    ['udp', {}],
  ]);
  expect(request.scenarios[0]).toMatchObject({
    label: 'stream size=64 rate=20mbit',
    params: { size: 64, rate: '20mbit' },
  });
  expect(request.links.map(({ label, profile }) => [label, profile !== undefined])).toEqual([
    ['delay 20ms loss 1%', true],
    ['up: delay 10ms down: rate 20mbit', true],
    ['direct', true],
    ['loopback', false],
  ]);
});

test('the file may give objects, own transports and named links', () => {
  const own = defineTransport({ ...builtinTransports[0], name: 'own' });
  const { request } = resolveRun(
    {},
    file({
      transports: ['udp', { use: 'tcp', cc: 'bbr' }, own, { use: own, nodelay: false }],
      links: [{ name: 'dsl', profile: 'delay 15ms rate 16mbit' }],
    }),
  );
  expect(request.transports.map(({ label, options }) => [label, options])).toEqual([
    ['udp', {}],
    ['tcp cc=bbr', { cc: 'bbr' }],
    ['own', {}],
    ['own nodelay=false', { nodelay: false }],
  ]);
  expect(request.transports[2].transport).toBe(own);
  expect(request.links[0]).toMatchObject({
    label: 'dsl',
    profile: { up: { stages: [{ delay: { ns: 15e6 } }] }, down: { stages: [{ rate: { bps: 16e6 } }] } },
  });
  const named = resolveRun({ transports: ['own'] }, file({ transports: [own] }));
  expect(named.request.transports[0].transport).toBe(own);
});

test.each<[Given, RegExp]>([
  [{ trials: '0' }, /^--trials: '0' is not accepted; expected a whole number from 1 to 10000$/],
  [{ trials: '10001' }, /^--trials: '10001'/],
  [{ trials: '1.5' }, /^--trials: '1\.5'/],
  [{ trials: ['1', '2'] }, /^--trials: given more than once \(1, 2\)/],
  [{ duration: '2x' }, /^--duration: '2x' is not accepted; expected a time such as 2s, 500ms or 1m/],
  [{ duration: '50ms' }, /^--duration: '50ms'.*from 0\.1 s to 3600 s/],
  [{ duration: '2h' }, /^--duration: '2h'.*from 0\.1 s to 3600 s/],
  [{ seed: '-1' }, /^--seed: '-1' is not accepted; expected a whole number from 0 to 4294967295/],
  [{ io: 'windows' }, /^--io: 'windows' is not accepted; expected auto, linux, node/],
  [{ out: '' }, /^--out: '' is not accepted; expected a path/],
  [{ transports: ['tpc'] }, /^there is no transport 'tpc'; did you mean 'tcp'\? known are tcp, udp/],
  [{ transports: ['zzz'] }, /^there is no transport 'zzz'; known are tcp, udp/],
  [{ scenarios: ['steam'] }, /^there is no scenario 'steam'; did you mean 'stream'\?/],
  [{ transports: ['tcp,udp', 'tcp'] }, /^transport 'tcp' is given twice; use --trials/],
  [{ links: ['lopback'] }, /^there is no link 'lopback'; did you mean 'loopback'\?/],
  [{ links: ['delay 20'] }, /^link 'delay 20': .*20/],
  [{ links: ['direct', 'direct'] }, /^link 'direct' is given twice/],
])('refuses %j', (given, message) => {
  expect(refusalOf(given)).toMatch(message);
});

test.each<[Record<string, unknown>, RegExp]>([
  [
    { trails: 3 },
    /^bench\.config\.ts: unknown key 'trails'; did you mean 'trials'\? accepted are transports, .*out, qlog, report$/,
  ],
  [{ zebra: 3 }, /^bench\.config\.ts: unknown key 'zebra'; accepted are/],
  [{ json: true }, /^bench\.config\.ts: unknown key 'json'/],
  [{ duration: -1 }, /^bench\.config\.ts: duration: '-1' is not accepted/],
  [{ trials: null }, /^bench\.config\.ts: trials: 'null' is not accepted/],
  [{ transports: 'tcp' }, /^bench\.config\.ts: transports: 'tcp' is not accepted; expected a list/],
  [{ transports: [] }, /^bench\.config\.ts: transports: '\[\]' is not accepted; the list is empty/],
  [{ transports: [3] }, /^transport 3 is not understood; write a name/],
  [{ transports: [{ use: 'tcp', cc: ['bbr'] }] }, /^option 'cc' of tcp is \["bbr"\]; expected text/],
  [{ transports: [{ ...builtinTransports[0] }] }, /^two transports are called 'tcp'; give your own another name/],
  [{ links: [{ name: 'dsl' }] }, /^link \{"name":"dsl"\} is not understood/],
])('refuses the file %j', (config, message) => {
  expect(refusalOf({}, config)).toMatch(message);
});

test('--file is for the scenarios that take a file and name none', () => {
  const { request } = resolveRun({ scenarios: ['file', 'stream', 'file path=clip'], file: 'my, file.bin' }, undefined);
  expect(request.scenarios.map(({ params }) => params)).toEqual([{ path: 'my, file.bin' }, {}, { path: 'clip' }]);
  expect(refusalOf({ file: 'x.bin' })).toBe('--file x.bin: stream takes no file; add --scenario file');
});
