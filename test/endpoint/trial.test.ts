import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { FromEndpoint, TrialSpec } from '../../src/endpoint/protocol.ts';
import { EndpointTrial } from '../../src/endpoint/trial.ts';
import type { Io } from '../../src/io/io.ts';
import { SimLoop } from '../../src/io/sim/loop.ts';
import type { HalfContext, Scenario } from '../../src/scenarios/scenario.ts';
import type { ConnectionLog } from '../../src/transports/log.ts';
import type { Transport } from '../../src/transports/transport.ts';
import { FakeConnection } from '../fakes/connection.ts';

const MS = 1e6;
const START = 1e12;
const folder = mkdtempSync(join(tmpdir(), 'netduel-endpoint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const options = z.strictObject({ careful: z.boolean().default(true) });

/** Opens at once, and logs that it did, that it was aborted, and what it is told to. */
function telling(loop: SimLoop): { transport: Transport<z.output<typeof options>>; log: () => ConnectionLog } {
  let given: ConnectionLog | undefined;
  const never = (): never => {
    throw new Error('this end is a client');
  };
  const transport: Transport<z.output<typeof options>> = {
    ...{ name: 'telling', summary: '', options, logs: true, maxMessageBytes: () => 100, wireBytes: () => 100 },
    traits: ({ careful }) => ({
      ...{
        reliable: careful,
        ordered: false,
        framing: 'datagram',
        sockets: 'datagram',
        connection: true,
        congestionControl: false,
      },
    }),
    listen: never,
    connect(_, __, ___, log) {
      given = log;
      const connection = new FakeConnection(loop);
      connection.abort = () => log?.event(loop.now(), 'telling:aborted', {});
      loop.after(MS, () => {
        log?.event(loop.now(), 'telling:opened', {});
        connection.onOpen();
      });
      return connection;
    },
  };
  return { transport, log: () => given as ConnectionLog };
}

let made = 0;

function client(logs: boolean, transportOptions = { careful: true }) {
  const loop = new SimLoop(START);
  const { transport, log } = telling(loop);
  let context: HalfContext<unknown> | undefined;
  const scenario = {
    client: (given: HalfContext<unknown>) => {
      context = given;
      return { onConnection: () => given.ready(), result: () => 'all well' };
    },
  } as unknown as Scenario;
  const path = join(folder, `${made++}.sqlog`);
  const spec: TrialSpec = {
    ...{ role: 'client', id: 1, io: 'node', address: { host: '192.0.2.1', port: 0 }, path: { mtu: 1500 } },
    transport: { name: 'telling', options: transportOptions },
    scenario: { name: 'any', params: {} },
    ...(logs ? { qlog: { path, title: '', group: '' } } : {}),
  };
  const said: FromEndpoint[] = [];
  const trial = new EndpointTrial(
    spec,
    { name: 'node', loop } as Partial<Io> as Io,
    { transport: transport as unknown as Transport, scenario },
    (message) => said.push(message),
  );
  trial.onMessage({ type: 'peer', address: { host: '192.0.2.2', port: 1 } });
  loop.advance(10 * MS);
  const [open, close] = [START + 100 * MS, START + 300 * MS];
  trial.onMessage({
    type: 'schedule',
    schedule: { start: START + 50 * MS, warmEnd: open, open, close, drainEnd: close + 100 * MS },
  });
  const events = (): string[] =>
    readFileSync(path, 'utf8')
      .split('\x1e')
      .slice(2)
      .map((text) => JSON.parse(text))
      .map(({ time, name, data }) => `${time - START / MS} ${name}${data.message ? ` ${data.message}` : ''}`);
  return { trial, loop, said, events, log, context: context as unknown as HalfContext<unknown> };
}

test('a log holds what the connections did, when the window was, and how they ended', () => {
  const { trial, loop, said, events } = client(true);
  loop.advanceTo(START + 350 * MS);
  trial.onMessage({ type: 'finish' });
  expect(said.at(-1)).toMatchObject({ type: 'result', result: { result: 'all well' } });
  expect(events()).toEqual([
    '1 telling:opened',
    '100 loglevel:info the measured window opens',
    '300 loglevel:info the measured window closes',
    '350 telling:aborted',
  ]);
});

test('a trial that fails leaves its log', () => {
  const { trial, loop, events } = client(true);
  loop.advanceTo(START + 200 * MS);
  trial.fail(new Error('no more'));
  expect(events().at(-1)).toBe('200 telling:aborted');
});

test('what was logged is on disk within 100 ms, whatever becomes of the process', () => {
  const { loop, events, log } = client(true);
  loop.advanceTo(START + 150 * MS);
  log().event(loop.now(), 'telling:something', {});
  expect(events()).not.toContain('150 telling:something');
  loop.advanceTo(START + 250 * MS);
  expect(events()).toContain('150 telling:something');
});

test('a log that could not be written fails the trial at its end', () => {
  const { trial, loop, said, log } = client(true);
  log().event(loop.now(), 'telling:nonsense', { number: 1n });
  loop.advanceTo(START + 350 * MS);
  expect(said.map(({ type }) => type)).not.toContain('failed');
  trial.onMessage({ type: 'finish' });
  expect(said.at(-1)).toMatchObject({ type: 'failed', reason: expect.stringMatching(/^client: .*\.sqlog cannot be/) });
  expect(said.map(({ type }) => type)).not.toContain('result');
});

test('without a file a transport is given no log', () => {
  const { trial, loop, said, log } = client(false);
  loop.advanceTo(START + 350 * MS);
  trial.onMessage({ type: 'finish' });
  expect(log()).toBeUndefined();
  expect(said.at(-1)?.type).toBe('result');
});

test('a half learns the traits that the transport has with the options of the trial', () => {
  expect(client(false).context.traits.reliable).toBe(true);
  expect(client(false, { careful: false }).context.traits.reliable).toBe(false);
});

test('what a half opens is aborted with the trial, once; what it abandons at once, and then no more', () => {
  const { trial, loop, context, events } = client(true);
  const [kept, abandoned] = [context.connect(), context.connect()];
  expect(kept).not.toBe(abandoned);
  loop.advanceTo(START + 150 * MS);
  context.abandon(abandoned);
  loop.advanceTo(START + 350 * MS);
  trial.onMessage({ type: 'finish' });
  const aborted = events().filter((event) => event.endsWith('aborted'));
  // The trial's own, and the one that was kept.
  expect(aborted).toEqual(['150 telling:aborted', '350 telling:aborted', '350 telling:aborted']);
});
