import { expect, test, vi } from 'vitest';
import { parseProfile } from '../../src/link/parse.ts';
import { acrossKernel, type Crossing, up } from '../vm/across-kernel.ts';
import { type Arrivals, modelPings, received, type Train } from '../vm/pings.ts';
import { inVm, virtualMachine } from '../vm/vm.ts';
import { expectBalanced, expectBinomial } from './bounds.ts';
import { CLI } from './cli.ts';

/** The kernel's netem held against our own account of it and against the pure model, in a virtual machine whose clock is exact. */

const NONE: Train = { count: 0, intervalMs: 0, bytes: 0 };
const SMALL = { intervalMs: 20, bytes: 56 };
/** At once: 100 kbit/s take 83 ms for one frame of 1,042 bytes. */
const BURST = { count: 20, intervalMs: 20, bytes: 1000, burst: 20 };

const TRAINS: Readonly<Record<string, Train>> = {
  'limit 200 delay 20ms 1500us 25% loss 1% 10% duplicate 2% 5% corrupt 0.5% 1%': NONE,
  'limit 100 delay 20ms 5ms distribution pareto loss 0.1% ecn': NONE,
  'limit 100 delay 20ms reorder 25% 50% gap 5 rate 20mbit 38 48 -5': NONE,
  'limit 100 loss state 1% 20% 30% 40% 2% delay 1s': NONE,
  'limit 100 loss gemodel 1% 25% 90% 0.5% rate 1gbit': NONE,
  'duplicate 5% 10%': NONE,
  'delay 12345us slot 800us 10ms packets 42 bytes 64k': NONE,
  'delay 10ms loss 1% rate 50mbit': NONE,
  'delay 5ms | tbf rate 20mbit burst 32kb limit 100kb': NONE,
  'delay 5ms | loss 1% limit 50': NONE,
  'delay 5ms': { ...SMALL, count: 100 },
  'delay 6ms 3ms': { ...SMALL, count: 1500 },
  'delay 6ms 1ms distribution normal': { ...SMALL, count: 1500 },
  'loss 10%': { ...SMALL, count: 1500 },
  'loss gemodel 5% 30%': { ...SMALL, count: 1500 },
  'loss state 5% 30%': { ...SMALL, count: 1500 },
  'duplicate 10%': { ...SMALL, count: 1000 },
  'delay 70ms reorder 25% gap 3': { ...SMALL, count: 1000 },
  'delay 5ms rate 100kbit queue 5 packets': BURST,
  'delay 200ms loss 20% rate 100kbit queue 5 packets': { count: 300, intervalMs: 20, bytes: 1000 },
  'tbf rate 100kbit burst 1100 limit 5000': BURST,
};

vi.setConfig({ testTimeout: 180_000 });

const LAB_LINK = 'delay 5ms loss 20% rate 1mbit queue 5 packets';
const LAB_PING = ['ping', '-q', '-c', '50', '-i', '0.02', '-s', '1000', '-l', '20', 'server'];

/** Two machines for all tests, one for each core, which the first test waits for: half a minute, or longer where others compute too. */
function boot() {
  const lab = ['lab', '--emulator', 'kernel', '--json', '--link', LAB_LINK, '--', ...LAB_PING];
  return { trains: acrossKernel(TRAINS), lab: inVm([process.execPath, CLI, ...lab]) };
}
let machines: ReturnType<typeof boot> | undefined;

function booted(): ReturnType<typeof boot> {
  machines ??= boot();
  return machines;
}

interface Both {
  readonly kernel: Crossing;
  /** The same train across the pure model. */
  readonly model: Arrivals;
}

async function cross(profile: string): Promise<Both> {
  const kernel = (await booted().trains).get(profile);
  if (!kernel) throw new Error(`no train is sent across '${profile}'`);
  return { kernel, model: modelPings(TRAINS[profile], up(profile)) };
}

/** But for what tc does not show: a distribution's table, times to the ns (before 6.9 in ticks of 64 ns) and sizes to the byte. */
function expectSame(shown: unknown, told: unknown, at: string): void {
  if (typeof told === 'number') {
    const error = Math.abs((shown as number) - told);
    expect(error, at).toBeLessThanOrEqual(Math.max(told * 1e-5, /ns$/i.test(at) ? 1000 : /bytes$/i.test(at) ? 1 : 0));
    return;
  }
  if (typeof told !== 'object' || told === null) return expect(shown, at).toBe(told);
  const { distribution: _, ...rest } = told as Record<string, unknown>;
  expect(Object.keys(shown as object).sort(), at).toEqual(Object.keys(rest).sort());
  for (const [key, value] of Object.entries(rest)) expectSame((shown as typeof rest)[key], value, `${at} ${key}`);
}

for (const profile of Object.keys(TRAINS)) {
  test(`what tc is told of '${profile}' is what it shows`, async (context) => {
    await virtualMachine(context);
    const { qdiscs, shown } = (await cross(profile)).kernel;
    const { stages } = parseProfile(shown).up;
    expect(stages).toHaveLength(qdiscs.length);
    for (const [i, told] of qdiscs.entries()) expectSame(stages[i], told, `${profile}, stage ${i}:`);
  });
}

/** Bridge, ping and its rounding together, by a clock that counts instructions. */
const OVERHEAD_NS = 200e3;

test('a delay is exact', async (context) => {
  await virtualMachine(context);
  const { kernel } = await cross('delay 5ms');
  expect(received(kernel.arrivals)).toHaveLength(100);
  for (const delay of received(kernel.arrivals)) {
    expect(delay).toBeGreaterThanOrEqual(5e6);
    expect(delay).toBeLessThan(5e6 + OVERHEAD_NS);
  }
});

for (const profile of ['delay 6ms 3ms', 'delay 6ms 1ms distribution normal']) {
  // Kolmogorov-Smirnov for two samples of n = 1500: by the inequality of Dvoretzky, Kiefer, Wolfowitz and Massart each strays from its
  // distribution by more than e with probability 2 exp(-2 n e^2), one in two million at e = sqrt(ln(4e6) / 2n) = 0.072. They are at most
  // twice that apart, and the overhead, at 0.4 per ms, the most of both densities, shifts the kernel's by 0.08.
  test(`jitter has the model's distribution: ${profile}`, async (context) => {
    await virtualMachine(context);
    const { kernel, model } = await cross(profile);
    const delays = received(kernel.arrivals);
    expect(delays).toHaveLength(1500);
    expect(distance(delays, received(model))).toBeLessThan(2 * 0.072 + 0.08);
  });
}

/** The most by which the distribution functions of two samples differ. */
function distance(a: readonly number[], b: readonly number[]): number {
  const share = (sample: readonly number[], x: number): number =>
    sample.filter((value) => value <= x).length / sample.length;
  return Math.max(...[...a, ...b].map((x) => Math.abs(share(a, x) - share(b, x))));
}

test('loss is independent, and counted as such', async (context) => {
  await virtualMachine(context);
  const { kernel, model } = await cross('loss 10%');
  for (const { sent, delays } of [kernel.arrivals, model]) expectBinomial(lostOf(delays), sent, 0.1);
  const { packetsIn, lost, queueDropped } = kernel.account;
  expect({ packetsIn, lost, queueDropped }).toEqual({
    packetsIn: 1500,
    lost: lostOf(kernel.arrivals.delays),
    queueDropped: 0,
  });
});

const lostOf = (delays: Arrivals['delays']): number => delays.filter((delay) => delay === undefined).length;

for (const profile of ['loss gemodel 5% 30%', 'loss state 5% 30%']) {
  // With these values both are the same chain: of the lost, Bin(lost, 0.3) are followed by a packet that is not, and of the others
  // Bin(others, 0.05) by a lost one.
  test(`bursts of loss begin and end as often as they should: ${profile}`, async (context) => {
    await virtualMachine(context);
    const { kernel, model } = await cross(profile);
    for (const { delays } of [kernel.arrivals, model]) {
      const before = delays.slice(0, -1);
      const follows = (lost: boolean, next: boolean): number =>
        before.filter((delay, i) => (delay === undefined) === lost && (delays[i + 1] === undefined) === next).length;
      expectBinomial(follows(true, false), lostOf(before), 0.3);
      expectBinomial(follows(false, true), before.length - lostOf(before), 0.05);
    }
    expect(kernel.account.lost).toBe(lostOf(kernel.arrivals.delays));
  });
}

test('copies arrive and are counted', async (context) => {
  await virtualMachine(context);
  const { kernel, model } = await cross('duplicate 10%');
  for (const { duplicates } of [kernel.arrivals, model]) expectBinomial(duplicates, 1000, 0.1);
  expectBalanced(kernel.account);
  expect(kernel.account.packetsIn).toBe(1000);
  // Of the last packet ping does not wait for the copy.
  expect(kernel.account.duplicated - kernel.arrivals.duplicates).toBeOneOf([0, 1]);
});

test('every third packet at the most overtakes the others', async (context) => {
  await virtualMachine(context);
  const { kernel, model } = await cross('delay 70ms reorder 25% gap 3');
  for (const { delays, sent } of [kernel.arrivals, model]) {
    const overtaking = delays.filter((delay) => (delay ?? Infinity) < 35e6).length;
    // Two are delayed after each that overtakes, and at the start; all others are candidates.
    expectBinomial(overtaking, sent - 2 * (overtaking + 1), 0.25);
    if (delays === kernel.arrivals.delays) expect(kernel.account.reordered).toBe(overtaking);
  }
});

for (const profile of ['delay 5ms rate 100kbit queue 5 packets', 'tbf rate 100kbit burst 1100 limit 5000']) {
  // A packet takes 83 ms, the first of tbf none and the second 79, and ping needs a few to send all 20.
  test(`of a burst, the same packets find room as in the model: ${profile}`, async (context) => {
    await virtualMachine(context);
    const { kernel, model } = await cross(profile);
    expect(received(model)).toHaveLength(5);
    for (const [i, delay] of kernel.arrivals.delays.entries()) {
      const modelled = model.delays[i];
      if (delay === undefined || modelled === undefined) expect(delay, `packet ${i}`).toBe(modelled);
      else expect(Math.abs(delay - modelled), `packet ${i}`).toBeLessThan(10e6);
    }
    expect(kernel.account).toMatchObject({ packetsIn: 20, packetsOut: 5, lost: 0, queueDropped: 15 });
  });
}

test('loss and a full queue are told apart, and the queue is as long as it says', async (context) => {
  await virtualMachine(context);
  const { kernel } = await cross('delay 200ms loss 20% rate 100kbit queue 5 packets');
  const { account, arrivals } = kernel;
  expectBalanced(account);
  expectBinomial(account.lost, 300, 0.2);
  expect(account.queueDropped).toBeGreaterThan(0);
  expect(account.lost + account.queueDropped).toBe(lostOf(arrivals.delays));
  // 1,042 bytes take 83.36 ms, four packets before it at most; ping rounds down to 1 ms.
  for (const delay of received(arrivals)) {
    expect(delay).toBeGreaterThanOrEqual(283e6);
    expect(delay).toBeLessThan(200e6 + 5 * 83.36e6 + OVERHEAD_NS);
  }
});

test('netduel lab across the kernel', async (context) => {
  await virtualMachine(context);
  const { code, stdout, stderr } = await booted().lab;
  expect(code, stderr).toBe(0);
  const { emulator, account } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(emulator).toBe('kernel');
  for (const direction of [account.up, account.down]) {
    expectBalanced(direction);
    expectBinomial(direction.lost, direction.packetsIn, 0.2);
  }
  expect(account.up.packetsIn).toBe(50);
  expect(account.down.packetsIn).toBe(account.up.packetsOut);
  expect(stdout).toContain(`${account.down.packetsOut} received`);
  expect(account.up.queueDropped).toBeGreaterThan(0);
});
