import { describe, expect, test } from 'vitest';
import type { Metrics } from '../../../src/record/schema.ts';
import { applications } from '../../../src/report/features/claims/applications.ts';
import { dataInterface } from '../../../src/report/features/claims/data-interface.ts';
import { flowControl } from '../../../src/report/features/claims/flow-control.ts';
import { overhead } from '../../../src/report/features/claims/overhead.ts';
import { quantity } from '../../../src/report/features/claims/quantity.ts';
import { reliability } from '../../../src/report/features/claims/reliability.ts';
import { retransmissions } from '../../../src/report/features/claims/retransmissions.ts';
import { setUp } from '../../../src/report/features/claims/set-up.ts';
import { speed } from '../../../src/report/features/claims/speed.ts';
import { CLEAN, DIRECT, FAR, LONG, LOOPBACK, LOSSY, WIRELESS } from '../../../src/report/features/paths.ts';
import { judged, type Measured } from './records.ts';

const once = (transport: string, scenario: string, link: string, ...trials: Metrics[]): Measured => ({
  ...{ transport, scenario, link },
  trials,
});

describe('connection set-up', () => {
  const opening = (transport: string, ms: number, up: number, down: number): Measured =>
    once(transport, 'opening', LONG, {
      ...{ opening_setup_ms: ms, link_rtt_ms: 40, link_up_packets: up, link_down_packets: down },
    });

  test('a handshake takes a round trip, and packets without payload', () => {
    expect(judged(setUp, 'tcp', [opening('tcp', 41.2, 2, 1)])).toEqual({
      figures: ['ready to send after 41.2 ms, 1.03 round trips', '2 + 1 packets (up + down) before the first payload'],
      side: 'tcp',
      why: 'nothing may be sent before an answer has come back',
    });
  });

  test('without one, nothing is waited for', () => {
    expect(judged(setUp, 'udp', [opening('udp', 0.1, 0, 0)])).toMatchObject({
      figures: ['ready to send after 100 µs, 0 round trips', 'no packet before the first payload'],
      side: 'udp',
    });
  });

  test('a machine that was slow did not wait for an answer that never came', () => {
    expect(judged(setUp, 'udp', [opening('udp', 31, 0, 0)]).side).toBe('udp');
  });

  test('an answer for which nobody waited is no set-up that has to be', () => {
    expect(judged(setUp, 'x', [opening('x', 0.1, 2, 1)]).side).toBe('udp');
  });

  test('the clock decides where no packet was counted, and neither does without both', () => {
    const bare = (metrics: Metrics): Measured => once('x', 'opening', LONG, { opening_setup_ms: 41, ...metrics });
    expect(judged(setUp, 'x', [bare({ link_rtt_ms: 40 })]).side).toBe('tcp');
    expect(judged(setUp, 'x', [bare({})])).toMatchObject({ why: 'neither packets nor round trips were measured' });
    expect(judged(setUp, 'x', [bare({})]).side).toBeUndefined();
  });
});

describe('data interface', () => {
  const reads = (reads: number, largest: number, whole: number, link = DIRECT): Measured =>
    once('x', 'boundaries', link, {
      boundaries_sent: 120,
      boundaries_message_bytes: 10,
      boundaries_reads: reads,
      boundaries_read_bytes_max: largest,
      boundaries_whole_ratio: whole,
    });

  test.each([
    ['every read is one message', reads(120, 10, 1), 'udp'],
    ['some of which were lost', reads(118, 10, 118 / 120), 'udp'],
    ['reads of several', reads(70, 30, 0.3), 'tcp'],
    ['on loopback alone', reads(70, 30, 0.3, LOOPBACK), 'tcp'],
    ['only whole groups: no read is a message', reads(40, 30, 0), 'tcp'],
  ])('%s', (_, measured, side) => {
    expect(judged(dataInterface, 'x', [measured]).side).toBe(side);
  });

  test('a limit of nothing: where nothing came, no bounds were kept', () => {
    expect(judged(dataInterface, 'x', [reads(0, 0, 0)]).side).not.toBe('udp');
  });
});

describe('loss, and what is done about it', () => {
  const losing = (transport: string, metrics: Metrics): Measured =>
    once(transport, 'stream size=250 rate=1mbit', LOSSY, metrics, metrics);
  const udp = losing('udp', {
    messages_sent: 500,
    messages_lost: 26,
    link_up_packets: 500,
    link_up_lost: 26,
    link_down_packets: 0,
  });
  const tcp = losing('tcp', {
    ...{ messages_sent: 500, messages_lost: 0, link_up_packets: 530, link_up_lost: 27, link_down_packets: 265 },
    retransmits: 29,
  });

  test('trials are taken together', () => {
    expect(judged(reliability, 'udp', [udp])).toMatchObject({
      figures: ['94.8 % of 1,000 messages delivered at 5 % loss', 'no packet came back'],
      side: 'udp',
    });
    expect(judged(reliability, 'tcp', [tcp])).toMatchObject({
      figures: ['100 % of 1,000 messages delivered at 5 % loss', '50 packets came back per 100 sent'],
      side: 'tcp',
    });
  });

  test('what was lost is sent again, or not', () => {
    expect(judged(retransmissions, 'tcp', [tcp])).toMatchObject({
      figures: ['54 packets lost on the path, 0 messages missing', '58 sent again', '1,060 packets for 1,000 messages'],
      side: 'tcp',
    });
    expect(judged(retransmissions, 'udp', [udp])).toMatchObject({ side: 'udp' });
    expect(judged(retransmissions, 'udp', [udp]).figures).toContain('nothing sent again');
  });

  test('a path that lost nothing says nothing', () => {
    const lucky = losing('udp', { messages_sent: 5, messages_lost: 0, link_up_packets: 5, link_up_lost: 0 });
    expect(judged(retransmissions, 'udp', [lucky])).not.toHaveProperty('side');
  });
});

describe('flow control', () => {
  const stalled = (metrics: Metrics): Measured => once('x', 'stalled-reader', DIRECT, metrics);

  test('held back, and nothing lost', () => {
    const measured = stalled({
      stalled_taken_bytes: 111_000,
      stalled_blocked_after_ms: 6.5,
      loss_ratio: 0,
      messages_lost: 0,
    });
    expect(judged(flowControl, 'x', [measured])).toMatchObject({
      figures: [
        'reader stopped: the sender blocked after 111 kB, 6.5 ms',
        'all of it was there when the reader went on',
      ],
      side: 'tcp',
    });
  });

  test('never held back, and the socket drops', () => {
    const measured = stalled({ stalled_taken_bytes: 12.5e6, loss_ratio: 0.6, messages_lost: 5400, socket_drops: 5400 });
    expect(judged(flowControl, 'x', [measured])).toMatchObject({
      figures: [
        'reader stopped: the sender never blocked, 12.5 MB were taken',
        '60 % lost, 100 % of that in the receiving socket',
      ],
      side: 'udp',
    });
  });

  test('held back too late is a limit; room for all is no answer', () => {
    const late = stalled({
      stalled_taken_bytes: 9e6,
      stalled_blocked_after_ms: 700,
      loss_ratio: 0.1,
      messages_lost: 640,
    });
    expect(judged(flowControl, 'x', [late])).toMatchObject({ side: 'udp', limited: true });
    expect(judged(flowControl, 'x', [stalled({ stalled_taken_bytes: 100, loss_ratio: 0 })])).not.toHaveProperty('side');
  });
});

describe('claims that one is ahead', () => {
  const sizes = [
    ['64', '256kbit'],
    ['512', '2mbit'],
    ['1400', '5600kbit'],
  ] as const;
  const overheads = (transport: string, values: readonly number[]): Measured[] =>
    values.map((overhead_ratio, i) =>
      once(transport, `stream size=${sizes[i]?.[0]} rate=${sizes[i]?.[1]}`, CLEAN, { overhead_ratio }),
    );

  test('in everything', () => {
    const both = [...overheads('udp', [0.66, 0.08, 0.03]), ...overheads('tcp', [1.9, 0.21, 0.07])];
    expect(judged(overhead, 'udp', both)).toEqual({
      figures: [
        '64-byte messages: 0.66 bytes more per byte',
        '512-byte messages: 0.08 bytes more per byte',
        '1400-byte messages: 0.03 bytes more per byte',
      ],
      side: 'udp',
      why: 'against tcp better in 64 bytes, 512 bytes, 1400 bytes',
    });
    expect(judged(overhead, 'tcp', both)).toMatchObject({ side: 'tcp' });
    expect(judged(overhead, 'tcp', both)).not.toHaveProperty('limited');
  });

  test('in some: with limits, named', () => {
    const both = [...overheads('udp', [0.66, 0.08, 0.09]), ...overheads('tcp', [1.9, 0.08, 0.07])];
    expect(judged(overhead, 'udp', both)).toMatchObject({
      side: 'udp',
      limited: true,
      why: 'against tcp better in 64 bytes; worse in 1400 bytes; even in 512 bytes',
    });
    expect(judged(overhead, 'tcp', both)).toMatchObject({ side: 'tcp', limited: true });
  });

  test('in nothing, or with nobody to compare with', () => {
    const same = [...overheads('udp', [1, 1, 1]), ...overheads('tcp', [1, 1, 1.02])];
    expect(judged(overhead, 'udp', same)).not.toHaveProperty('side');
    expect(judged(overhead, 'udp', overheads('udp', [1, 1, 1]))).toMatchObject({
      why: 'there is nothing to compare it with',
    });
    const worse = [...overheads('udp', [2, 2, 2]), ...overheads('tcp', [1, 1, 1])];
    expect(judged(overhead, 'udp', worse).side).toBe('tcp');
  });

  test('speed: goodput counts upwards, delay downwards', () => {
    const of = (transport: string, bps: number, ms: number): Measured[] => [
      once(transport, 'stream', CLEAN, { goodput_bps: bps, delay_p50_ms: ms }),
      once(transport, 'stream rate=max', LOOPBACK, { goodput_bps: bps, delay_p50_ms: ms }),
      once(transport, 'stream size=64 rate=256kbit', LOOPBACK, { goodput_bps: 256e3, delay_p50_ms: ms }),
    ];
    const both = [...of('udp', 47e6, 11), ...of('tcp', 40e6, 30)];
    expect(judged(speed, 'udp', both)).toMatchObject({ side: 'udp' });
    expect(judged(speed, 'udp', both)).not.toHaveProperty('limited');
    expect(judged(speed, 'udp', both).figures).toEqual([
      'goodput on loopback 47 Mbit/s',
      'goodput over 50 Mbit/s 47 Mbit/s',
      'delay on loopback 11 ms',
      'delay over 50 Mbit/s 11 ms',
    ]);
  });
});

describe('quantity of data', () => {
  const sent = (
    transport: string,
    scenario: string,
    link: string,
    completion: number | undefined,
    rest = {},
  ): Measured =>
    once(transport, scenario, link, { ...(completion === undefined ? {} : { completion_s: completion }), ...rest });
  const measured = [
    sent('tcp', 'stream size=20 rate=1mbit bytes=1', CLEAN, 0.01, { connect_ms: 20 }),
    sent('udp', 'stream size=20 rate=1mbit bytes=1', CLEAN, 0.01),
    sent('tcp', 'stream bytes=1000000', CLEAN, 0.2, { connect_ms: 20 }),
    sent('udp', 'stream bytes=1000000', CLEAN, 0.17),
    sent('tcp', 'stream bytes=1000000', WIRELESS, 0.6, { connect_ms: 40 }),
    sent('udp', 'stream bytes=1000000', WIRELESS, undefined, { loss_ratio: 0.01 }),
  ];

  test('the time to connect counts; what is not whole is said', () => {
    expect(judged(quantity, 'tcp', measured)).toEqual({
      figures: ['over 50 Mbit/s: 1 B 30 ms, 1 MB 220 ms', 'at 1 % loss: 1 MB 640 ms'],
      side: 'tcp',
      why: 'every amount arrived whole; done before udp in 1 of 3',
    });
    expect(judged(quantity, 'udp', measured)).toEqual({
      figures: ['over 50 Mbit/s: 1 B 10 ms, 1 MB 170 ms', 'at 1 % loss: 1 MB 1 % missing'],
      side: 'udp',
      limited: true,
      why: '1 MB at 1 % loss did not always arrive whole, but 1 MB over 50 Mbit/s did; done before tcp in 2 of 3',
    });
  });

  test('larger amounts take a larger extent', () => {
    const amounts = (extent: 'quick' | 'usual' | 'full'): string[] =>
      quantity.cases(extent).map(({ scenario }) => scenario);
    expect(amounts('full')).toContain('stream bytes=1000000000');
    expect(amounts('usual')).not.toContain('stream bytes=1000000000');
    expect(amounts('usual').length).toBeGreaterThan(amounts('quick').length);
    expect(amounts('full')).toEqual(expect.arrayContaining(amounts('usual')));
  });
});

describe('suitable applications', () => {
  const of = (transport: string, intact: number, frozen: number, rtt: number): Measured[] => [
    once(transport, 'file', FAR, { intact_ratio: intact }),
    once(transport, 'playout', FAR, {
      playout_freeze_ratio: frozen,
      playout_late_ratio: frozen,
      playout_lost_ratio: 0,
    }),
    once(transport, 'ping', FAR, { ping_rtt_p99_ms: rtt }),
  ];

  test('whole and late against in time with holes: the trade of the claim', () => {
    const both = [...of('tcp', 1, 0.08, 140), ...of('udp', 0.991, 0.01, 43)];
    expect(judged(applications, 'tcp', both)).toMatchObject({
      side: 'tcp',
      why: 'nothing is missing, not sooner than udp',
    });
    expect(judged(applications, 'udp', both)).toEqual({
      figures: [
        '99.1 % of the file intact',
        '1 % of the video frozen',
        '1 % of its frames late',
        '0 % of its frames lost',
        '43 ms for a request and its answer at the 99th percentile',
      ],
      side: 'udp',
      why: 'parts are missing, sooner than tcp',
    });
  });

  test('whole and in time takes neither side alone', () => {
    const both = [...of('tcp', 1, 0.08, 140), ...of('x', 1, 0.01, 43)];
    expect(judged(applications, 'x', both)).toMatchObject({ side: 'tcp', limited: true });
  });

  test('half of it measured: no verdict', () => {
    const [, playout] = of('x', 1, 0.08, 140);
    if (playout) expect(judged(applications, 'x', [playout])).not.toHaveProperty('side');
  });
});
