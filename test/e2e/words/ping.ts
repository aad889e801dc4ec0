import { SERVER } from '../../../src/lab/addresses.ts';
import type { BareLab } from '../outside-lab.ts';

/** An answer; what came twice stands here twice. */
export interface Answer {
  /** From 1. */
  readonly seq: number;
  /** The round trip. */
  readonly ms: number;
  /** When ping says so, since 1970. */
  readonly atMs: number;
}

/** Ethernet, IPv4 and ICMP headers before what ping calls the size of a packet. */
export const PING_HEADERS = 14 + 20 + 8;
/** The size that makes full frames, of 1,514 bytes. */
export const FULL = ['-s', '1472'];
/** How long to wait for what was sent last, in seconds; an answer to be had comes sooner. */
const WAIT = '0.4';
const PATIENCE_MS = 5000;

/** Requests one right after the other, all at once; the answers in the order in which they came. */
export const burst = (lab: BareLab, count: number, options: readonly string[] = []): Promise<readonly Answer[]> =>
  ping(lab, count, ['-i', '0.01', '-l', `${count}`, ...options]);

/** Requests that do not meet, where a round trip takes less than 20 ms. */
export const spaced = (lab: BareLab, count: number, options: readonly string[] = []): Promise<readonly Answer[]> =>
  ping(lab, count, ['-i', '0.02', ...options]);

/** A request each ms from each of so many pings at once: as many as there are without a burst. Answers one ping after the other. */
export async function steady(lab: BareLab, pings: number, count: number): Promise<readonly Answer[]> {
  // What a ping may catch up with when it has woken up late.
  const options = ['-i', '0.001', '-l', '20'];
  return (await Promise.all(Array.from({ length: pings }, () => ping(lab, count, options)))).flat();
}

/** Requests 10 ms apart, for so long. */
export const during = (lab: BareLab, seconds: number): Promise<readonly Answer[]> =>
  ping(lab, 100 * seconds, ['-i', '0.01', '-l', '3']);

async function ping(lab: BareLab, count: number, options: readonly string[]): Promise<readonly Answer[]> {
  const args = ['-n', '-D', '-c', `${count}`, '-W', WAIT, ...options, SERVER.v4];
  const { stdout, stderr } = await lab.run('client', ['ping', ...args]);
  if (!stdout.includes(`${count} packets transmitted`)) throw new Error(`ping ${args.join(' ')}: ${stderr}${stdout}`);
  return [...stdout.matchAll(/\[([\d.]+)\] .*icmp_seq=(\d+) .*time=([\d.]+) ms/g)].map(([, at, seq, ms]) => ({
    seq: Number(seq),
    ms: Number(ms),
    atMs: 1000 * Number(at),
  }));
}

/** Requests of which only the arrival counts: nobody waits for answers. */
export async function flood(lab: BareLab, count: number, options: readonly string[] = []): Promise<void> {
  await burst(lab, count, ['-q', '-W', '0.01', ...options]);
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const { up } = await lab.lab.account();
    if (up.packetsIn >= count && up.held === 0) return;
    if (performance.now() > deadline) throw new Error(`${up.packetsIn} of ${count} packets came, ${up.held} are held`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const seqs = (answers: readonly Answer[]): number[] => answers.map(({ seq }) => seq);
export const times = (answers: readonly Answer[]): number[] => answers.map(({ ms }) => ms);

/** Numbers that grow, as a text: 1 to 3, 7. */
export function listOf(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');
}
