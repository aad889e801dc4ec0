/**
 * `npm run bench:peers`: stream on loopback beside iperf3, interleaved, one pair after the other in the same minute, since
 * machines drift. Prints medians of goodput and the ratio of each pair. netduel accounts for every sequence number and
 * stamps every delay meanwhile; iperf3 is given its own best settings as named.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import Table from 'cli-table3';
import { formatBitRate } from '../src/record/units.ts';
import { median } from '../src/stats/quantile.ts';
import { netduelRun } from './netduel.ts';

const run = promisify(execFile);
const SECONDS = 2;
const ROUNDS = Number(process.env['ROUNDS'] ?? 7);

interface Peer {
  readonly name: string;
  readonly netduel: readonly string[];
  readonly iperf3: readonly string[];
}

const PEERS: readonly Peer[] = [
  { name: "TCP 1,400 B, iperf3's default (128 KiB)", netduel: ['tcp', 'stream size=1400 rate=max'], iperf3: [] },
  { name: 'TCP 1,400 B, iperf3 -l 1M', netduel: ['tcp', 'stream size=1400 rate=max'], iperf3: ['-l', '1M'] },
  { name: 'TCP 64 KiB, iperf3 -l 1M', netduel: ['tcp', 'stream size=65536 rate=max'], iperf3: ['-l', '1M'] },
  {
    name: 'UDP 1,400 B, iperf3 -u -b 0',
    netduel: ['udp', 'stream size=1400 rate=max'],
    iperf3: ['-u', '-b', '0', '-l', '1400'],
  },
  {
    name: 'UDP 64 B, iperf3 -u -b 0',
    netduel: ['udp', 'stream size=64 rate=max'],
    iperf3: ['-u', '-b', '0', '-l', '64'],
  },
];

async function netduel([transport, scenario]: readonly string[]): Promise<number> {
  const what = ['--transport', transport, '--scenario', scenario, '--link', 'loopback'];
  const [trial] = (await netduelRun([...what, '--trials', '1', '--duration', `${SECONDS}s`])).trials;
  if (trial?.state !== 'completed') throw new Error(`netduel: ${trial?.state}: ${trial?.reason}`);
  return trial.metrics['goodput_bps'] as number;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

interface Iperf3Report {
  readonly end: {
    readonly sum_received?: { readonly bits_per_second: number };
    readonly sum: { readonly bits_per_second: number; readonly lost_percent?: number };
  };
}

/** What the receiver got, of the same length of time after the same warm-up (-O). */
async function iperf3(options: readonly string[]): Promise<number> {
  const port = String(await freePort());
  const server = spawn('iperf3', ['-s', '-1', '-B', '127.0.0.1', '-p', port, '--forceflush'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server.stdout, 'data');
  const client = ['-c', '127.0.0.1', '-p', port, '-t', String(SECONDS), '-O', '1', '-J', ...options];
  const { stdout } = await run('iperf3', client, { maxBuffer: 1 << 26 });
  if (server.exitCode === null) await once(server, 'exit');
  const { end } = JSON.parse(stdout) as Iperf3Report;
  const udp = options.includes('-u');
  if (!udp && end.sum_received) return end.sum_received.bits_per_second;
  return end.sum.bits_per_second * (1 - (end.sum.lost_percent ?? 0) / 100);
}

const results = PEERS.map((peer) => ({ peer, ours: [] as number[], theirs: [] as number[], ratios: [] as number[] }));
for (let round = 0; round < ROUNDS; round++) {
  for (const { peer, ours, theirs, ratios } of results) {
    // Who goes first changes from round to round.
    const first = round % 2 === 0 ? await netduel(peer.netduel) : undefined;
    const other = await iperf3(peer.iperf3);
    const own = first ?? (await netduel(peer.netduel));
    ours.push(own);
    theirs.push(other);
    ratios.push(own / other);
    process.stderr.write(
      `round ${round + 1}/${ROUNDS}  ${peer.name}: ${formatBitRate(own)} against ${formatBitRate(other)}\n`,
    );
  }
}

const table = new Table({
  head: ['loopback, medians of pairs', 'netduel', 'iperf3', 'ratio', 'min', 'max'],
  style: { head: [], border: [] },
});
for (const { peer, ours, theirs, ratios } of results) {
  const two = (x: number): string => `${x.toFixed(2)}x`;
  table.push([
    peer.name,
    formatBitRate(median(ours)),
    formatBitRate(median(theirs)),
    two(median(ratios)),
    two(Math.min(...ratios)),
    two(Math.max(...ratios)),
  ]);
}
process.stdout.write(`${table.toString()}\n`);
