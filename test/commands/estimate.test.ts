import { expect, test } from 'vitest';
import { preparationSeconds, trialSeconds } from '../../src/commands/estimate.ts';
import { Progress } from '../../src/commands/progress.ts';
import { resolveRun } from '../../src/config/resolve.ts';
import { type PlannedCase, planSuite } from '../../src/suite/plan.ts';

const resolved = (transport: string, links: string[], scenario = 'stream') =>
  resolveRun({ transports: [transport], links, scenarios: [scenario], trials: 2, duration: '2s' }, undefined).request;
const planned = (...asked: Parameters<typeof resolved>): PlannedCase => planSuite(resolved(...asked)).cases[0];
const seconds = (entry: PlannedCase): number => trialSeconds(entry, { warmupSeconds: 0.5 });

test('a long path needs a longer warm-up, and time to empty before the window and behind it', () => {
  const [near, far] = ['delay 1ms', 'delay 500ms'].map((link) => planned('udp', [link]));
  // Ten round trips of 1 s in place of 0.5 s, and twice what the link holds.
  expect(seconds(far) - seconds(near)).toBeCloseTo(9.5 + (2 * (far.holdingNs - near.holdingNs)) / 1e9, 6);
});

test('a transport with congestion control does not settle', () => {
  const [tcp, udp] = ['tcp', 'udp'].map((transport) => planned(transport, ['delay 100ms rate 10mbit']));
  expect(seconds(udp) - seconds(tcp)).toBeCloseTo(udp.holdingNs / 1e9 + 0.1, 6);
});

test('an amount of data takes what the link needs for it, and no longer than the window', () => {
  const after = (bytes: string, link = 'delay 10ms rate 8mbit'): number =>
    seconds(planned('tcp', [link], `stream bytes=${bytes}`));
  expect(after('2000000') - after('1000000')).toBeCloseTo(1, 6);
  expect(after('1')).toBeLessThan(2);
  // The time-out of 30 s.
  expect(after('1000000000') - after('1')).toBeCloseTo(30 - 0.02, 4);
  expect(after('125000000', 'loopback') - after('1', 'loopback')).toBeCloseTo(1, 6);
});

test('every emulated link is calibrated once, and so is the emulator', () => {
  const { cases } = planSuite(resolved('udp', ['loopback', 'delay 100ms', 'delay 200ms']));
  const held = cases.reduce((sum, { holdingNs }) => sum + holdingNs / 1e9, 0);
  expect(preparationSeconds(cases)).toBeCloseTo(3 * 0.5 + held, 6);
  expect(preparationSeconds(planSuite(resolved('udp', ['loopback'])).cases)).toBe(0);
});

test('every transport is warmed up once whose trials have no warm-up', () => {
  const { cases } = planSuite(resolved('tcp,rudp', ['loopback'], 'stream bytes=1000'));
  expect(cases).toHaveLength(2);
  expect(preparationSeconds([...cases, ...cases])).toBeCloseTo(2 * 0.5, 6);
});

test('what is being prepared is said where there is no terminal', () => {
  const lines: string[] = [];
  const stream = { isTTY: false, write: (text: string) => lines.push(text) > 0 } as unknown as NodeJS.WriteStream;
  const request = resolved('udp', ['delay 10ms']);
  const progress = new Progress(stream, request, planSuite(request));
  progress.show({ type: 'preparing', what: 'calibrating delay 10ms' });
  progress.finish();
  expect(lines[0]).toMatch(/^1 cases x 2 trials = 2 trials, about \d+ s; seed \d+\n$/);
  expect(lines.slice(1)).toEqual(['calibrating delay 10ms\n']);
});
