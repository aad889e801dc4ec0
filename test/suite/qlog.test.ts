import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Settings } from '../../src/record/schema.ts';
import { builtinScenarios } from '../../src/scenarios/index.ts';
import { planSuite, type SuitePlan } from '../../src/suite/plan.ts';
import { planQlog } from '../../src/suite/qlog.ts';
import type { SuiteRequest } from '../../src/suite/request.ts';
import { udp } from '../../src/transports/udp.ts';

const folder = mkdtempSync(join(tmpdir(), 'netduel-qlog-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [stream] = builtinScenarios as [(typeof builtinScenarios)[number]];
const silent = { label: 'udp', transport: udp as never, options: {} as Settings };
const telling = { label: 'telling', transport: { ...udp, name: 'telling', logs: true } as never, options: {} };

function suite(changes: Partial<SuiteRequest>): { request: SuiteRequest; plan: SuitePlan } {
  const request: SuiteRequest = {
    transports: [telling],
    scenarios: [{ label: 'stream', scenario: stream, params: {} }],
    links: [{ label: 'loopback' }],
    ...{ trials: 1, seconds: 1, warmupSeconds: 0, timeoutSeconds: 1, seed: 1, io: 'auto', emulator: 'auto' },
    qlog: join(folder, 'events.qlog'),
    ...changes,
  };
  return { request, plan: planSuite(request) };
}

const plan = (changes: Partial<SuiteRequest>) => {
  const { request, plan } = suite(changes);
  return planQlog(request, plan, '20260102-x');
};

test('without the option there are no files', async () => {
  const { qlog: _, ...request } = suite({}).request;
  expect(await planQlog(request, planSuite(request), 'x')).toEqual(new Map());
});

test('a single trial has a file per end, named after the one that was given', async () => {
  expect(await plan({})).toEqual(
    new Map([
      [
        1,
        {
          title: 'telling; stream; loopback; trial 1',
          group: '20260102-x/1',
          client: join(folder, 'events-client.qlog'),
          server: join(folder, 'events-server.qlog'),
        },
      ],
    ]),
  );
});

test('a name without an ending gets that of the format', async () => {
  expect((await plan({ qlog: join(folder, 'events') })).get(1)?.client).toBe(join(folder, 'events-client.sqlog'));
});

test('of several trials each has its number in the suite, and those of silent transports have none', async () => {
  const changes = { transports: [silent, telling], trials: 6 };
  const files = await plan(changes);
  const { plan: planned } = suite(changes);
  const telling_ = planned.trials.flatMap(({ case: index }, i) => (index === 1 ? [i + 1] : []));
  expect([...files.keys()]).toEqual(telling_);
  expect(telling_).toHaveLength(6);
  for (const [number, { server }] of files) {
    expect(server).toBe(join(folder, `events-${String(number).padStart(2, '0')}-server.qlog`));
  }
  const paths = [...files.values()].flatMap(({ client, server }) => [client, server]);
  expect(new Set(paths).size).toBe(12);
});

test('a case that cannot be run has no file', async () => {
  const needy = { label: 'needy', scenario: { ...stream, name: 'needy', needs: { reliable: true } }, params: {} };
  expect((await plan({ scenarios: [needy] })).size).toBe(0);
});

test.each<[string, Partial<SuiteRequest>, RegExp]>([
  ['transports that write none', { transports: [silent] }, /^--qlog: of the transports asked for \(udp\) none writes/],
  [
    'a folder that is not there',
    { qlog: join(folder, 'no/x') },
    /^--qlog \S+\/no\/x: there is no folder \S+\/no; make/,
  ],
  ['a file in place of the folder', { qlog: join(folder, 'there/x') }, /ENOTDIR/],
  ['a folder', { qlog: `${folder}/` }, /names a folder; name a file in it$/],
  ['a file that exists', { qlog: join(folder, 'old.x') }, /\/old-server\.x exists already; name another file$/],
])('%s: refused before anything is measured', async (_, changes, message) => {
  for (const name of ['there', 'old-server.x']) writeFileSync(join(folder, name), '');
  await expect(plan(changes)).rejects.toMatchObject({
    name: 'UserError',
    exitCode: 2,
    message: expect.stringMatching(message),
  });
});

test('a folder where nothing may be written: refused too', async (context) => {
  if (process.getuid?.() === 0 || process.platform === 'win32') context.skip('root may write anywhere');
  const closed = mkdtempSync(join(folder, 'closed-'));
  chmodSync(closed, 0o555);
  await expect(plan({ qlog: join(closed, 'x') })).rejects.toThrow(/is not writable \(EACCES\)/);
});
