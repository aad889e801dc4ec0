import type {
  Case,
  CompletedTrial,
  DelayCurve,
  DirectionAccount,
  Flag,
  LinkAccount,
  Metrics,
  RunRecord,
  Series,
  Trial,
} from '../../src/record/schema.ts';
import { FORMAT_VERSION } from '../../src/record/schema.ts';

/** Deterministic stand-in for noise: mulberry32, uniform in [0, 1). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Behaviour {
  readonly goodput: number;
  readonly lossRatio: number;
  readonly linkLossRatio: number;
  readonly queueRatio?: number;
  readonly socketRatio?: number;
  readonly reordered?: number;
  readonly delayMs: number;
  /** How far the tail stretches: p99.9 is about delay * (1 + tail). */
  readonly tail: number;
  readonly retransmits?: boolean;
  readonly lab: boolean;
}

const QUANTILES = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999, 1];
const SECONDS = 2;
const SIZE = 1400;

export const scenarioStream: Case['scenario'] = {
  label: 'stream',
  name: 'stream',
  params: { size: 1400, rate: 'auto', direction: 'up' },
};
export const lossy: Case['link'] = {
  label: 'delay 10ms loss 1% rate 50mbit',
  profile: 'delay 10ms loss random 1% rate 50mbit limit 256',
};
export const loopback: Case['link'] = { label: 'loopback', profile: '' };
export const transport = (label: string, options: Case['transport']['options'] = {}): Case['transport'] => ({
  label,
  name: label.split(' ')[0],
  options,
});

function direction(packets: number, behaviour: Behaviour, data: boolean): DirectionAccount {
  const lost = Math.round(packets * behaviour.linkLossRatio);
  const queueDropped = data ? Math.round(packets * (behaviour.queueRatio ?? 0)) : 0;
  const out = packets - lost - queueDropped - 3;
  return {
    packetsIn: packets,
    bytesIn: packets * (data ? SIZE + 42 : 66),
    windowBytesIn: packets * (data ? SIZE + 42 : 66),
    packetsOut: out,
    bytesOut: out * (data ? SIZE + 42 : 66),
    lost,
    outage: 0,
    queueDropped,
    aqmDropped: 0,
    duplicated: 0,
    corrupted: 0,
    ecnMarked: 0,
    reordered: data ? Math.round(packets * (behaviour.reordered ?? 0)) : 0,
    held: 5,
    heldBefore: 2,
    clearSeconds: 0,
    heldBytes: 0,
    heldBytesBefore: 0,
    overrun: 0,
    sendErrors: 0,
    oversize: 0,
    lateness: { p50: 9e-6, p99: 61e-6, max: 0.00041 },
  };
}

function delayCurve(behaviour: Behaviour, noise: number): DelayCurve {
  const seconds = QUANTILES.map((q) => {
    const stretch = Math.log10(1 / Math.max(1 - q, 1e-5)) / 3;
    return (behaviour.delayMs / 1e3) * (0.94 + 0.06 * q + behaviour.tail * stretch ** 2) * (1 + noise * 0.02);
  });
  return { quantiles: QUANTILES, seconds };
}

function goodputSeries(behaviour: Behaviour, next: () => number): Series {
  const t: number[] = [];
  const values: number[] = [];
  for (let i = -3; i < SECONDS * 10; i++) {
    t.push(i / 10);
    const start = Math.min(1, (i + 4) / 5);
    values.push(behaviour.goodput * start * (0.93 + 0.14 * next()));
  }
  return { metric: 'goodput_bps', t, values };
}

function completed(index: number, trial: number, behaviour: Behaviour, flags: readonly Flag[] = []): CompletedTrial {
  const next = random(index * 1000 + trial);
  const noise = next() * 2 - 1;
  const goodput = behaviour.goodput * (1 + noise * 0.03);
  const delivered = Math.round((goodput * SECONDS) / 8 / SIZE);
  const sent = Math.round(delivered / (1 - behaviour.lossRatio));
  const curve = delayCurve(behaviour, noise);
  const at = (q: number): number => curve.seconds[QUANTILES.indexOf(q)] * 1e3;
  const up = direction(sent, behaviour, true);
  const down = direction(Math.round(sent / 20), behaviour, false);
  const socketDrops = Math.round(sent * (behaviour.socketRatio ?? 0));
  const lost = behaviour.lossRatio === 0 ? 0 : behaviour.lab ? up.lost + up.queueDropped + socketDrops : socketDrops;
  const metrics: Metrics = {
    duration_s: SECONDS,
    offered_bps: (sent * SIZE * 8) / SECONDS,
    goodput_bps: goodput,
    messages_sent: sent,
    messages_delivered: sent - lost,
    messages_lost: lost,
    loss_ratio: lost / sent,
    reordered_ratio: behaviour.reordered ?? 0,
    delay_min_ms: at(0),
    delay_p50_ms: at(0.5),
    delay_p95_ms: at(0.95),
    delay_p99_ms: at(0.99),
    delay_p999_ms: at(0.999),
    delay_max_ms: at(1),
    jitter_ms: 0.2 + 0.1 * next(),
    connect_ms: 20.4 + next(),
    cpu_client_s: 0.4,
    cpu_server_s: 0.3,
  };
  if (behaviour.retransmits) metrics['retransmits'] = up.lost + up.queueDropped;
  else metrics['socket_drops'] = socketDrops;
  if (behaviour.lab) {
    metrics['wire_bps'] = (up.bytesIn * 8) / SECONDS;
    metrics['link_up_packets'] = up.packetsIn;
    metrics['link_up_lost'] = up.lost;
    metrics['link_up_queue_dropped'] = up.queueDropped;
    metrics['link_up_reordered'] = up.reordered;
    metrics['link_down_packets'] = down.packetsIn;
    metrics['link_down_lost'] = down.lost;
  }
  const link: LinkAccount = { up, down };
  return {
    case: index,
    trial,
    seed: 1000 + index * 10 + trial,
    state: 'completed',
    startedAt: `2026-11-22T10:0${index % 10}:0${trial % 10}.000Z`,
    metrics,
    flags: [...flags],
    series: [goodputSeries(behaviour, next)],
    delay: curve,
    ...(behaviour.lab ? { link } : {}),
    effective: {
      client: { send_buffer_bytes: 425984, congestion_control: 'cubic' },
      server: { receive_buffer_bytes: 425984 },
      warmupSeconds: 0.5,
      settleSeconds: 0,
      windowSeconds: 2,
    },
  };
}

const failed = (index: number, trial: number, reason: string): Trial => ({
  case: index,
  trial,
  seed: 1000 + index * 10 + trial,
  state: 'failed',
  reason,
});

const socketDrops: Flag = {
  name: 'socket-drops',
  reason: '12 % of the messages found the receiving socket full',
  remedy: 'set a rate, or a larger receive buffer',
};

/** A record around cases and trials that a test supplies. */
export function record(cases: Case[], trials: Trial[]): RunRecord {
  return {
    formatVersion: FORMAT_VERSION,
    runId: '2026-11-22T10-00-00',
    state: 'completed',
    startedAt: '2026-11-22T10:00:00.000Z',
    finishedAt: '2026-11-22T10:02:10.000Z',
    environment: {
      netduel: '0.1.0',
      node: 'v20.20.2',
      libraries: { koffi: '3.3.4' },
      os: 'Debian GNU/Linux 12',
      kernel: '6.1.0-28-amd64',
      arch: 'x64',
      cpu: 'AMD EPYC 7B13',
      cpus: 2,
      memoryBytes: 8_323_072_000,
      privilege: 'user',
      sysctls: { 'net.core.rmem_max': '212992', 'net.ipv4.tcp_congestion_control': 'cubic' },
    },
    requested: {
      transports: ['tcp', 'udp'],
      scenarios: ['stream'],
      links: [...new Set(cases.map((entry) => entry.link.label))],
      trials: 3,
      duration: '2s',
    },
    effective: { seed: 42, trials: 3, io: { name: 'linux' }, emulator: { name: 'user' } },
    cases,
    trials,
  };
}

const tcpLossy: Behaviour = {
  goodput: 5.1e6,
  lossRatio: 0,
  linkLossRatio: 0.0102,
  delayMs: 31.2,
  tail: 3,
  retransmits: true,
  lab: true,
};
const udpLossy: Behaviour = {
  goodput: 47.5e6,
  lossRatio: 0.0122,
  linkLossRatio: 0.0102,
  queueRatio: 0.002,
  reordered: 0.0004,
  delayMs: 10.9,
  tail: 0.3,
  lab: true,
};
const tcpLoopback: Behaviour = {
  goodput: 31e9,
  lossRatio: 0,
  linkLossRatio: 0,
  delayMs: 0.9,
  tail: 2,
  retransmits: true,
  lab: false,
};
const udpLoopback: Behaviour = {
  goodput: 9.4e9,
  lossRatio: 0.12,
  linkLossRatio: 0,
  socketRatio: 0.12,
  delayMs: 0.21,
  tail: 120,
  lab: false,
};

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

/** tcp and udp over a lossy link and over loopback, three trials each, udp flagged on loopback. */
export function duel(trials = 3): RunRecord {
  const cases: Case[] = [lossy, loopback].flatMap((link) =>
    ['tcp', 'udp'].map((name) => ({ transport: transport(name), scenario: scenarioStream, link })),
  );
  const behaviours = [tcpLossy, udpLossy, tcpLoopback, udpLoopback];
  return record(
    cases,
    range(trials).flatMap((trial) =>
      behaviours.map((behaviour, index) => completed(index, trial, behaviour, index === 3 ? [socketDrops] : [])),
    ),
  );
}

/** The datagrams of `duel`, impaired by the endpoints themselves. */
export function shimmed(): RunRecord {
  const run = duel();
  const cases = run.cases.filter((entry) => entry.transport.name === 'udp');
  return {
    ...run,
    effective: { ...run.effective, emulator: { name: 'shim' } },
    cases,
    trials: run.trials.flatMap((trial) => {
      const index = cases.indexOf(run.cases[trial.case]);
      return index < 0 ? [] : [{ ...trial, case: index }];
    }),
  };
}

/** `duel` with a failed trial, an aborted one, and a transport that cannot do it at all. */
export function troubled(): RunRecord {
  const run = duel();
  run.cases.push({ transport: transport('quic'), scenario: scenarioStream, link: lossy });
  const trials: Trial[] = run.trials.map((trial) =>
    trial.case === 0 && trial.trial === 2 ? failed(0, 2, 'connection reset by peer after 1.2 s') : trial,
  );
  trials.push(
    ...range(3).map(
      (trial): Trial => ({
        case: 4,
        trial,
        seed: 1,
        state: 'unsupported',
        reason: 'this Node has no QUIC',
        remedy: 'use Node 26',
      }),
    ),
    { case: 0, trial: 4, seed: 1, state: 'aborted', reason: 'interrupted' },
  );
  return { ...run, state: 'interrupted', trials };
}

export function loopbackOnly(): RunRecord {
  const run = duel();
  return {
    ...run,
    cases: run.cases.slice(2),
    trials: run.trials.filter((trial) => trial.case >= 2).map((trial) => ({ ...trial, case: trial.case - 2 })),
  };
}

export function oneCase(): RunRecord {
  const run = duel(1);
  return { ...run, cases: run.cases.slice(0, 1), trials: run.trials.filter((trial) => trial.case === 0) };
}

export function allFailed(): RunRecord {
  const run = duel();
  return { ...run, trials: run.trials.map((trial) => failed(trial.case, trial.trial, 'no route to host')) };
}

/** Twelve cases: four transports, two of them with options, over three links with labels of very different length. */
export function many(): RunRecord {
  const links: Case['link'][] = [
    lossy,
    {
      label: 'delay 40ms 8ms distribution normal loss gemodel 1% 25% 90% 0.1% reorder 2% 50% rate 20mbit',
      profile: 'delay 40ms 8ms distribution normal loss gemodel 1% 25% 90% 0.1% reorder 2% 50% rate 20mbit limit 300',
    },
    { label: 'satellite', profile: 'delay 300ms loss random 0.5% rate 8mbit limit 900' },
  ];
  const transports: [Case['transport'], Behaviour][] = [
    [transport('tcp cc=cubic', { cc: 'cubic' }), tcpLossy],
    [transport('tcp cc=bbr', { cc: 'bbr' }), { ...tcpLossy, goodput: 38e6, delayMs: 14, tail: 2 }],
    [transport('udp'), udpLossy],
    [
      transport('rudp ack=selective', { ack: 'selective' }),
      { ...udpLossy, goodput: 45e6, lossRatio: 0, delayMs: 12.5, tail: 1.4, retransmits: true },
    ],
  ];
  const speed = [1, 0.4, 0.16];
  const delay = [1, 4, 28];
  const cases: Case[] = [];
  const trials: Trial[] = [];
  links.forEach((link, l) => {
    for (const [entry, behaviour] of transports) {
      const index = cases.push({ transport: entry, scenario: scenarioStream, link }) - 1;
      const here: Behaviour = {
        ...behaviour,
        goodput: behaviour.goodput * speed[l],
        delayMs: behaviour.delayMs * delay[l],
        reordered: l === 1 && behaviour.lossRatio > 0 ? 0.021 : (behaviour.reordered ?? 0),
      };
      trials.push(...range(5).map((trial) => completed(index, trial, here)));
    }
  });
  return record(cases, trials);
}

/** Six groups of two: what `--link` five times and two scenarios would give. */
export function grid(): RunRecord {
  const cases: Case[] = [];
  const trials: Trial[] = [];
  for (const [rate, group] of [
    [50, 0],
    [20, 1],
    [5, 2],
  ]) {
    for (const size of [64, 1400]) {
      const scenario = { label: `stream size=${size}`, name: 'stream', params: { size, rate: 'auto' } };
      const link = { label: `delay ${10 + group * 20}ms loss ${group}% rate ${rate}mbit`, profile: 'delay' };
      for (const [name, behaviour] of [
        ['tcp', tcpLossy],
        ['udp', udpLossy],
      ] as const) {
        const index = cases.push({ transport: transport(name), scenario, link }) - 1;
        const here = {
          ...behaviour,
          goodput: (behaviour.goodput * rate) / 50,
          delayMs: behaviour.delayMs * (group + 1),
        };
        trials.push(...range(3).map((trial) => completed(index, trial, here)));
      }
    }
  }
  return record(cases, trials);
}

/** Labels that would break out of HTML, Markdown or CSV if they were not escaped. */
export function odd(label = '<script>alert("x")</script> & | , \n"quoted"', run = troubled()): RunRecord {
  const rename = (entry: Case): Case => ({
    ...entry,
    transport: { ...entry.transport, label: `${entry.transport.label} ${label}`, options: { note: label } },
    link: { ...entry.link, label: `${entry.link.label} ${label}` },
  });
  return { ...run, cases: run.cases.map(rename) };
}

/** The run with ten samples of a series more in every trial of those transports. */
export function told(run: RunRecord, metric: string, value: number, by: (transport: string) => boolean): RunRecord {
  const t = Array.from({ length: 10 }, (_, i) => i / 10 - 0.2);
  const series: Series = { metric, t, values: t.map((_, i) => value * (1 - i / 20)) };
  const trials = run.trials.map((trial) =>
    trial.state === 'completed' && by(run.cases[trial.case].transport.name)
      ? { ...trial, series: [...trial.series, series] }
      : trial,
  );
  return { ...run, trials };
}

/** All of the above that are runs by themselves, by name. */
export const FIXTURES = { duel, troubled, loopbackOnly, oneCase, allFailed, many, grid, odd, shimmed };
