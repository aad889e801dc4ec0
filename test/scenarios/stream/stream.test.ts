import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DirectionAccount, LinkAccount } from '../../../src/record/schema.ts';
import { writeHeader } from '../../../src/wire/message.ts';
import { MS, type Outcome, runTrial, SCHEDULE, TRIAL_ID, type TrialStage } from './trial.ts';

/** One message of 125 bytes every millisecond: 100 of warm-up, then numbers 100 to 1099 in the window. */
const PACED = { size: 125, rate: '1mbit' };
const { open, close } = SCHEDULE;
/** For what has to be done with the first byte. */
const NO_WARMUP = { start: open, warmEnd: open };
/** Warm-up without a pause, as transports with congestion control have it. */
const NO_PAUSE = { warmEnd: open };

/** `onWritable` every millisecond, as long as anything may be sent. */
function writableEveryMs({ loop, sending }: TrialStage): void {
  const timer = loop.timer(() => {
    sending.onWritable();
    if (loop.now() < SCHEDULE.drainEnd) timer.arm(loop.now() + MS);
  });
  timer.arm(SCHEDULE.start + MS);
}

/** No room from one time to another, and the word that there is room again. */
const blocked = (from: number, to: number) => ({
  path: { take: (offered: number, now: number) => (now >= from && now < to ? 0 : offered) },
  prepare: ({ loop, sending }: TrialStage) => loop.timer(() => sending.onWritable()).arm(to),
});

function expectBalance({ sender, receiver, sending }: Outcome): void {
  const { account } = receiver;
  expect(account.sent).toBe(sender.end - sender.first);
  expect(account.sent).toBe(account.delivered + account.lost);
  expect(sender.end).toBe(sending.taken);
}

/** The account of a link on which nothing went wrong. */
const quietDirection: DirectionAccount = {
  packetsIn: 1,
  bytesIn: 1,
  windowBytesIn: 1,
  packetsOut: 1,
  bytesOut: 1,
  lost: 0,
  outage: 0,
  queueDropped: 0,
  aqmDropped: 0,
  duplicated: 0,
  corrupted: 0,
  ecnMarked: 0,
  reordered: 0,
  held: 0,
  heldBefore: 0,
  clearSeconds: 0,
  heldBytes: 0,
  heldBytesBefore: 0,
  overrun: 0,
  sendErrors: 0,
  oversize: 0,
};

describe('a paced stream', () => {
  it('does not take the time that the link needs for the first message, or for earlier traffic, for slowness', () => {
    const up = { ...quietDirection, clearSeconds: 0.4 };
    const path = { fate: () => [400 * MS] };
    const { summary } = runTrial({ params: PACED, path, link: { up, down: quietDirection } });
    expect(summary.metrics['duration_s']).toBe(1);
    expect(summary.metrics['goodput_bps']).toBeCloseTo(1e6, 3);
  });

  it('counts as overhead what belongs to the payload delivered: frames inside the link at either end are set off', () => {
    // 1,000 messages of 125 bytes in frames of 167, of which 20 were still inside when the account was closed, and 20 when it was opened.
    const up = { ...quietDirection, bytesIn: 1000 * 167, heldBytesBefore: 20 * 167, heldBytes: 20 * 167 };
    const { summary } = runTrial({
      params: PACED,
      path: { fate: () => [10 * MS] },
      link: { up, down: { ...quietDirection, bytesIn: 0 } },
    });
    expect(summary.metrics['overhead_ratio']).toBeCloseTo(167 / 125 - 1, 9);
  });

  it('sends every slot of the window and accounts for it', () => {
    const outcome = runTrial({ params: PACED, path: { fate: () => [10 * MS] } });
    expectBalance(outcome);
    const { sender, receiver, summary } = outcome;
    expect(sender).toMatchObject({ first: 100, end: 1100, missed: 0, backlog: 0, windowSeconds: 1, intendedBps: 1e6 });
    expect(receiver).toMatchObject({ measuredBytes: 125_000, bytesSinceOpen: 125_000, strays: 0 });
    expect(receiver.lastSeconds).toBeCloseTo(1.009, 9);
    expect(summary.metrics).toMatchObject({ offered_bps: 1e6, messages_sent: 1000, messages_lost: 0, loss_ratio: 0 });
    // The last message left at 999 ms and arrived 10 ms later, and nothing says that the path could not serve the first at once.
    expect(summary.metrics['goodput_bps']).toBeCloseTo(1e6 / 1.009, 3);
    expect(summary.metrics['delay_min_ms']).toBe(10);
    expect(summary.metrics['delay_max_ms']).toBe(10);
    expect(summary.metrics['jitter_ms']).toBe(0);
    expect(summary.flags).toEqual([]);
  });

  it('does not count the warm-up, even where it arrives inside the window', () => {
    const { receiver } = runTrial({ params: PACED, path: { fate: (index) => [index < 100 ? 500 * MS : 0] } });
    expect(receiver.account).toMatchObject({ sent: 1000, delivered: 1000, lost: 0 });
    expect(receiver.measuredBytes).toBe(125_000);
    // 100 ms to 199 ms before the opening plus 500 ms: all of them since it opened.
    expect(receiver.bytesSinceOpen).toBe(137_500);
    expect(receiver.delay?.max).toBe(0);
  });

  it('does not count the loss of the warm-up either', () => {
    const { receiver } = runTrial({ params: PACED, path: { fate: (index) => (index % 100 === 50 ? [] : [0]) } });
    expect(receiver.account).toMatchObject({ sent: 1000, lost: 10, lossPeriods: 10, lossPeriodMean: 1 });
  });

  it('sees the loss of the tail, which no later message betrays', () => {
    const outcome = runTrial({ params: PACED, path: { fate: (index) => (index >= 1093 ? [] : [0]) } });
    expectBalance(outcome);
    expect(outcome.receiver.account).toMatchObject({ lost: 7, lossPeriods: 1 });
    expect(outcome.summary.metrics['loss_ratio']).toBe(0.007);
  });

  it('balances whatever the path loses, duplicates and reorders', () => {
    // Less than the 400 ms of drain, all of which the loss of the last message makes the receiver wait: it is done as soon
    // as nothing is missing, and does not wait for copies then.
    const fates = fc.array(fc.array(fc.integer({ min: 0, max: 399 * MS }), { maxLength: 3 }), { minLength: 1 });
    fc.assert(
      fc.property(fates, (cycle) => {
        const copies = (index: number) => (index === 1099 ? [] : (cycle[index % cycle.length] ?? []));
        const outcome = runTrial({ params: PACED, path: { fate: copies } });
        expectBalance(outcome);
        const measured = Array.from({ length: 1000 }, (_, i) => copies(100 + i).length);
        expect(outcome.receiver.account).toMatchObject({
          sent: 1000,
          lost: measured.filter((count) => count === 0).length,
          duplicates: measured.reduce((sum, count) => sum + Math.max(0, count - 1), 0),
        });
        expect(outcome.receiver.strays).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it('shows the delay of messages that had to wait for the transport (no coordinated omission)', () => {
    const outcome = runTrial({ params: PACED, ...blocked(open + 500 * MS, open + 800 * MS) });
    expectBalance(outcome);
    expect(outcome.sender).toMatchObject({ first: 100, end: 1100, missed: 0, backlog: 0 });
    const { delay } = outcome.receiver;
    // 300 of 1000 waited 1 to 300 ms: the median did not, the 950th longest is the 250th of them.
    expect(delay?.p50).toBeLessThan(1e-8);
    expect(delay?.p95).toBeGreaterThan(0.249);
    expect(delay?.p95).toBeLessThan(0.251);
    expect(delay?.max).toBe(0.3);
  });

  it('opens the window on time although the transport has no room then', () => {
    const outcome = runTrial({ params: PACED, ...blocked(SCHEDULE.start + 50 * MS, open + 50 * MS) });
    expectBalance(outcome);
    expect(outcome.sender).toMatchObject({ first: 50, end: 1050, missed: 0, backlog: 0 });
    expect(outcome.receiver.delay?.max).toBe(0.05);
  });

  it('tells what the transport had not taken by the end', () => {
    const outcome = runTrial({ params: PACED, ...blocked(open + 900 * MS, close + 100 * MS) });
    expectBalance(outcome);
    expect(outcome.sender).toMatchObject({ first: 100, end: 1000, missed: 0, backlog: 100 });
    expect(outcome.summary.metrics).toMatchObject({ stream_backlog: 100, messages_lost: 0 });
  });

  it('tells it too when the transport never had room', () => {
    const outcome = runTrial({ params: PACED, ...blocked(0, close + 100 * MS) });
    expect(outcome.sender).toMatchObject({ first: 0, end: 0, missed: 0, backlog: 1000 });
    expect(outcome.receiver.account).toMatchObject({ sent: 0, lost: 0 });
    expect(outcome.summary.metrics).toMatchObject({ offered_bps: 0, goodput_bps: 0 });
  });

  it('misses the slots that passed while the thread was held elsewhere, and says so', () => {
    const prepare = ({ loop }: TrialStage) => loop.timer(() => loop.stall(100 * MS)).arm(open + 300.5 * MS);
    const outcome = runTrial({ params: PACED, prepare });
    expectBalance(outcome);
    const { sender, summary } = outcome;
    // Slots 301 to 400 had passed; the latest five are caught up on.
    expect(sender.missed).toBe(95);
    expect(sender.end - sender.first + sender.missed + sender.backlog).toBe(1000);
    expect(summary.flags.map(({ name }) => name)).toEqual(['generator-limited']);
  });

  it('sends what is taken in parts, each message once and in order', () => {
    const outcome = runTrial({
      params: { size: 125, rate: '10mbit' },
      path: { take: (offered) => Math.ceil(offered / 2), headroom: 0 },
      prepare: writableEveryMs,
    });
    expectBalance(outcome);
    expect(outcome.receiver.account).toMatchObject({ sent: 10_000, lost: 0, duplicates: 0, reordered: 0 });
    expect(outcome.sender.missed).toBe(0);
  });

  it('takes 95 % of the link where the transport does not find its own rate', () => {
    const auto = (given: Parameters<typeof runTrial>[0]) =>
      runTrial({ params: { size: 125 }, path: { take: (n) => Math.min(n, 5) }, ...given }).sender.intendedBps;
    expect(auto({ capacityBps: 1e6 })).toBe(0.95e6);
    expect(auto({})).toBeUndefined();
    expect(auto({ capacityBps: 1e6, traits: { congestionControl: true } })).toBeUndefined();
    expect(auto({ capacityBps: 1e6, params: { size: 125, rate: 'max' } })).toBeUndefined();
  });
});

describe('a stream as fast as it goes', () => {
  it('counts exactly what is taken from the opening on, and sends nothing at the close', () => {
    let room = 0;
    const outcome = runTrial({
      params: { size: 125, rate: 'max' },
      schedule: NO_PAUSE,
      path: { take: (offered) => (room-- > 0 ? Math.min(1, offered) : 0) },
      prepare: ({ loop, sending }) => {
        for (const time of [open - 1, open, close - 1, close]) {
          const timer = loop.timer(() => {
            room = 1;
            sending.onWritable();
          });
          timer.arm(time);
        }
      },
    });
    expectBalance(outcome);
    expect(outcome.sender).toMatchObject({ first: 1, end: 3, windowSeconds: 1 });
    expect(outcome.receiver.account).toMatchObject({ sent: 2, delivered: 2 });
    expect(outcome.summary.flags.map(({ name }) => name)).toEqual(['too-few-samples']);
  });

  it('offers the transport as much as it takes', () => {
    const outcome = runTrial({
      params: { size: 125, rate: 'max' },
      schedule: NO_PAUSE,
      path: { take: (offered) => Math.min(offered, 3) },
      prepare: writableEveryMs,
    });
    expectBalance(outcome);
    // Three at the opening of the window and at every millisecond after it, the close left out.
    expect(outcome.receiver.account.sent).toBeGreaterThanOrEqual(3000);
    expect(outcome.receiver.account).toMatchObject({ lost: 0, reordered: 0, duplicates: 0 });
    expect(outcome.sender.intendedBps).toBeUndefined();
  });
});

describe('a stream of so many bytes', () => {
  it('ends with the last of them, whose delivery completes it', () => {
    const outcome = runTrial({
      params: { ...PACED, bytes: 12_400 },
      schedule: NO_WARMUP,
      path: { fate: () => [7 * MS] },
    });
    expectBalance(outcome);
    // 99.2 messages: the last one is sent in full.
    expect(outcome.sender).toMatchObject({ first: 0, end: 100, backlog: 0, missed: 0 });
    expect(outcome.summary.metrics['completion_s']).toBeCloseTo(0.106, 9);
    expect(outcome.summary.metrics['duration_s']).toBeCloseTo(0.106, 9);
    expect(outcome.summary.metrics['goodput_bps']).toBeCloseTo((100 * 125 * 8) / 0.106, 3);
    expect(outcome.loop.now(), 'nothing is waited for any more').toBeLessThan(open + 200 * MS);
  });

  it('is not complete when some are lost, and waits for them no longer than the drain', () => {
    const { summary, loop } = runTrial({
      params: { ...PACED, bytes: 12_500 },
      schedule: NO_WARMUP,
      path: { fate: (index) => (index === 99 ? [] : [0]) },
    });
    expect(summary.metrics['messages_lost']).toBe(1);
    expect(summary.metrics).not.toHaveProperty('completion_s');
    expect(loop.now()).toBeLessThan(open + 600 * MS);
  });

  it('has no figure that is not a number, though all is taken and delivered at once', () => {
    const { summary } = runTrial({ params: { size: 125, rate: 'max', bytes: 125 }, schedule: NO_WARMUP });
    expect(summary.metrics['messages_delivered']).toBe(1);
    expect(Object.entries(summary.metrics).filter(([, value]) => !Number.isFinite(value))).toEqual([]);
  });

  it('fails when time runs out first, and says how much was left', () => {
    const trial = () => runTrial({ params: { ...PACED, bytes: 200_000 }, schedule: NO_WARMUP });
    expect(trial).toThrow('75000 of 200000 bytes were not sent in time; allow more (--timeout)');
  });
});

describe('a receiver', () => {
  it('lets a reliable transport take its time, up to the drain', () => {
    const slow = { params: PACED, traits: { reliable: true } };
    const { receiver, summary } = runTrial({ ...slow, path: { fate: () => [390 * MS] } });
    expect(receiver.account.lost).toBe(0);
    expect(summary.metrics['duration_s']).toBeCloseTo(1.389, 9);
    expect(() => runTrial({ ...slow, path: { fate: () => [405 * MS] } })).toThrow(
      // Those sent in the last 4 ms or so of the window.
      /^[3-6] messages were not delivered before the drain was over; allow more time \(--timeout\)$/,
    );
  });

  it('fails a reliable transport that loses', () => {
    const path = { fate: (index: number) => (index === 500 ? [] : [0]) };
    expect(() => runTrial({ params: PACED, traits: { reliable: true }, path })).toThrow(
      '1 messages were not delivered',
    );
  });

  it('leaves strays out of every account, and counts them', () => {
    const prepare = ({ loop, receiving }: TrialStage) =>
      loop
        .timer(() => {
          const message = (trial: number, sequence: number) => {
            const bytes = new Uint8Array(125);
            writeHeader(new DataView(bytes.buffer), 0, trial, sequence, loop.now());
            return bytes;
          };
          receiving.deliver(
            message(TRIAL_ID - 1, 3),
            new Uint8Array(0),
            new Uint8Array(19),
            message(TRIAL_ID, 2 ** 40),
          );
        })
        .arm(open + 10.5 * MS);
    const { receiver, summary } = runTrial({ params: PACED, prepare });
    expect(receiver).toMatchObject({ strays: 4, measuredBytes: 125_000, bytesSinceOpen: 125_000 });
    expect(receiver.account).toMatchObject({ sent: 1000, lost: 0, duplicates: 0, reordered: 0 });
    expect(summary.metrics['stream_strays']).toBe(4);
  });

  it('tells apart the clocks that disagree', () => {
    const prepare = ({ loop, receiving }: TrialStage) => {
      const receive = receiving.onMessages;
      // This end is 1 ms behind.
      receiving.onMessages = (batch) => receive({ ...batch, arrival: loop.now() - MS });
    };
    const { receiver, summary } = runTrial({ params: PACED, prepare });
    expect(receiver.account.delivered).toBe(1000);
    expect(receiver.delay).toBeUndefined();
    expect(summary.metrics).not.toHaveProperty('delay_p50_ms');
    expect(summary.flags.map(({ name }) => name)).toEqual(['clock-uncertain']);
  });

  it('tells what either end’s transport says of the window, and nothing of what it does not know', () => {
    const known = { retransmits: 4, spuriousRetransmits: 1, packetsDeclaredLost: 5, acksSent: 7, srttSeconds: 0.02 };
    const later = {
      retransmits: 14,
      spuriousRetransmits: 4,
      packetsDeclaredLost: 10,
      acksSent: 107,
      srttSeconds: 0.03,
    };
    const prepare = ({ loop, sending, receiving }: TrialStage) => {
      sending.known = known;
      // What acknowledges is the receiver; that the sender does so too is not counted.
      receiving.known = { ...known, acksSent: 50 };
      loop
        .timer(() => {
          sending.known = later;
          receiving.known = { ...later, acksSent: 450 };
        })
        .arm(open + 500 * MS);
    };
    expect(runTrial({ params: PACED, prepare }).summary.metrics).toMatchObject({
      ...{ retransmits: 10, spurious_retransmits: 3, packets_declared_lost: 5, acks_sent: 400, srtt_ms: 30 },
    });
    const { metrics } = runTrial({ params: PACED }).summary;
    for (const name of ['retransmits', 'spurious_retransmits', 'packets_declared_lost', 'acks_sent', 'srtt_ms']) {
      expect(metrics).not.toHaveProperty(name);
    }
  });

  it('samples what the sending transport knows, from the second sample on', () => {
    const prepare = ({ loop, sending }: TrialStage) => {
      sending.known = { congestionWindowBytes: 10_000, retransmits: 4 };
      loop
        .timer(() => (sending.known = { congestionWindowBytes: 5_000, retransmits: 6, bytesInFlight: 3_000 }))
        .arm(open + 350 * MS);
    };
    const { samples } = runTrial({ params: PACED, prepare });
    const of = (wanted: string) => samples.filter(({ metric }) => metric === wanted);
    const counts = Object.fromEntries(
      [...new Set(samples.map(({ metric }) => metric))].map((name) => [name, of(name).length]),
    );
    // 13 times from 200 ms before the opening to its close, 1 s behind it; 7 of them after the change.
    expect(counts).toEqual({ sent_bps: 12, congestion_window_bytes: 12, retransmits: 12, bytes_in_flight: 7 });
    expect(of('retransmits').map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]);
    expect(of('congestion_window_bytes')[4]).toEqual({
      ...{ metric: 'congestion_window_bytes', at: open + 300 * MS, value: 10_000 },
    });
  });

  describe('counts the drops of its socket', () => {
    const link: LinkAccount = { up: quietDirection, down: quietDirection };
    /** 5 drops before the window, 3 in it. */
    const dropping = ({ loop, receiving }: TrialStage) => {
      receiving.known = { socketDrops: 0 };
      for (const [time, socketDrops] of [
        [open - 10 * MS, 5],
        [open + 500 * MS, 8],
      ] as const) {
        loop.timer(() => (receiving.known = { socketDrops })).arm(time);
      }
    };
    const drops = (more: object) => {
      const path = { fate: (index: number) => (index >= 600 && index < 640 ? [] : [0]) };
      return runTrial({ params: PACED, path, prepare: dropping, ...more }).summary;
    };

    it('since the window opened, exactly, behind a link', () => {
      expect(drops({ link }).metrics['socket_drops']).toBe(3);
    });

    it('as all the loss there is without one, where the kernel counts batches', () => {
      const { metrics, flags } = drops({});
      expect(metrics['socket_drops']).toBe(40);
      expect(flags.map(({ name }) => name)).toEqual(['socket-drops']);
      expect(flags[0]?.reason).toContain('no room for 40 messages');
    });

    it('as none where the kernel saw none in the window, and as all that is missing where it does not tell', () => {
      const quiet = ({ receiving }: TrialStage) => {
        receiving.known = { socketDrops: 5 };
      };
      const { metrics, flags } = drops({ prepare: quiet });
      expect(metrics['socket_drops']).toBe(0);
      expect(flags).toEqual([]);
      expect(drops({ prepare: () => {} }).metrics['socket_drops']).toBe(40);
    });
  });
});
