/**
 * `npm run bench:emulator` (as root, or any user who can make a lab): what the emulated link carries when it impairs nothing, beside the kernel's own bridge
 * in the same place, one right after the other, since machines drift; and how late packets leave against the model. Traffic is iperf3's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import Table from 'cli-table3';
import { CLIENT, SERVER } from '../dist/lab/addresses.js';
import { findLauncher } from '../dist/lab/launcher.js';
import { Session } from '../dist/lab/session.js';
import { effectiveProfile } from '../dist/link/effective.js';
import { parseProfile } from '../dist/link/parse.js';
import type { DirectionAccount } from '../src/record/schema.ts';
import { formatBitRate, formatNumber } from '../src/record/units.ts';
import { median } from '../src/stats/quantile.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const SECONDS = 3;
const LISTEN_MS = 300;

const LOADS = [
  { name: 'TCP, client to server', args: [] },
  { name: 'TCP, server to client', args: ['-R'] },
  { name: 'UDP 1,400 B', args: ['-u', '-b', '0', '-l', '1400'] },
  { name: 'UDP 64 B', args: ['-u', '-b', '0', '-l', '64'] },
] as const;

interface Carried {
  readonly bitsPerSecond: number;
  /** Both directions, acknowledgements too. */
  readonly packetsPerSecond: number;
  readonly up: DirectionAccount;
}

const found = findLauncher();
if ('reason' in found) throw new Error(`${found.reason}; ${found.remedy}`);
const launcher = found;

async function carry(emulator: 'user' | 'kernel', profile: string, args: readonly string[]): Promise<Carried> {
  const session = await Session.open(launcher, { emulator, profile: effectiveProfile(parseProfile(profile)), seed: 1 });
  try {
    const [serve, ...serveArgs] = [...session.inside('server'), 'iperf3', '-s', '-1', '-B', SERVER.v4];
    const server = spawn(serve, serveArgs, { stdio: 'ignore' });
    await new Promise((resolve) => setTimeout(resolve, LISTEN_MS));
    const [call, ...callArgs] = [...session.inside('client'), 'iperf3', '-J', '-c', SERVER.v4, '-B', CLIENT.v4];
    const client = spawn(call, [...callArgs, '-t', String(SECONDS), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    client.stdout.on('data', (data: Buffer) => {
      said += data;
    });
    await once(client, 'close');
    server.kill();
    const { up, down } = await session.account();
    const report = JSON.parse(said) as { error?: string; end: { sum_received?: Sum; sum: Sum } };
    if (report.error !== undefined) throw new Error(`iperf3: ${report.error}`);
    const { bits_per_second: bitsPerSecond, seconds } = report.end.sum_received ?? report.end.sum;
    return { bitsPerSecond, packetsPerSecond: (up.packetsOut + down.packetsOut) / seconds, up };
  } finally {
    await session.close();
  }
}

interface Sum {
  readonly bits_per_second: number;
  readonly seconds: number;
}

const carried = new Table({ head: ['load', 'netduel', 'packets/s', 'kernel bridge', 'netduel / bridge', 'range'] });
for (const { name, args } of LOADS) {
  const pairs: { own: Carried; bridge: Carried }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const first = round % 2 === 0;
    const own = first ? await carry('user', 'direct', args) : undefined;
    const bridge = await carry('kernel', 'direct', args);
    pairs.push({ own: own ?? (await carry('user', 'direct', args)), bridge });
    process.stderr.write(`${name}: round ${round + 1} of ${ROUNDS}\n`);
  }
  const ratios = pairs.map(({ own, bridge }) => own.bitsPerSecond / bridge.bitsPerSecond);
  carried.push([
    name,
    formatBitRate(median(pairs.map(({ own }) => own.bitsPerSecond))),
    formatNumber(median(pairs.map(({ own }) => own.packetsPerSecond))),
    formatBitRate(median(pairs.map(({ bridge }) => bridge.bitsPerSecond))),
    `${formatNumber(median(ratios))}x`,
    `${formatNumber(Math.min(...ratios))} to ${formatNumber(Math.max(...ratios))}`,
  ]);
}
process.stdout.write(`${carried.toString()}\n`);

const late = new Table({
  head: ['packets/s', 'late p50', 'p99', 'max'],
  colAligns: ['right', 'right', 'right', 'right'],
});
const PAYLOAD = 200;
for (const packetsPerSecond of [1000, 20_000, 100_000]) {
  const rounds: NonNullable<DirectionAccount['lateness']>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const rate = String(packetsPerSecond * PAYLOAD * 8);
    const { up } = await carry('user', 'delay 5ms', ['-u', '-b', rate, '-l', String(PAYLOAD)]);
    if (up.lateness) rounds.push(up.lateness);
    process.stderr.write(`lateness at ${packetsPerSecond} packets/s: round ${round + 1} of ${ROUNDS}\n`);
  }
  const micros = (pick: 'p50' | 'p99' | 'max'): string =>
    `${formatNumber(1e6 * median(rounds.map((lateness) => lateness[pick])))} us`;
  late.push([formatNumber(packetsPerSecond), micros('p50'), micros('p99'), micros('max')]);
}
process.stdout.write(`${late.toString()}\n`);
