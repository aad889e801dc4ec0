import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProfile } from '../../../src/link/format.ts';
import { parseProfile } from '../../../src/link/parse.ts';
import type { Netem } from '../../../src/link/profile.ts';
import { netem } from '../arbitrary.ts';
import { refusal } from './refusal.ts';

const canonical = (text: string) => formatProfile(parseProfile(text));

function netemJson(options: object, place: object = { handle: '8001:', root: true }): object {
  return { kind: 'netem', ...place, options };
}

/** As C prints numbers with %g. */
const rounded = (value: number) => Number(value.toPrecision(6));

/** Whole microseconds as seconds: below one second they survive the six digits. */
const seconds = (ns: number) => rounded(Math.ceil(ns / 1e3) / 1e6);

const fractions = (values: object) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value)]));

function lossJson(loss: Netem['loss']): object {
  switch (loss?.kind) {
    case undefined:
      return {};
    case 'random':
      return { 'loss-random': fractions({ loss: loss.p, correlation: loss.correlation }) };
    case 'gemodel':
      return { 'loss-gemodel': fractions({ p: loss.p, r: loss.r, '1-h': loss.h1, '1-k': loss.k1 }) };
    case 'state': {
      const { kind, ...values } = loss;
      return { 'loss-state': fractions(values) };
    }
  }
}

/** What tc shows of a netem: neither tables nor netduel's own words. */
function shown(profile: Netem): object {
  const { delay, loss, duplicate, corrupt, reorder, rate, slot, seed, limit = 1000 } = profile;
  return {
    limit,
    ...(delay &&
      delay.ns > 0 && {
        delay: { delay: seconds(delay.ns), jitter: seconds(delay.jitterNs), correlation: rounded(delay.correlation) },
      }),
    ...lossJson(loss),
    ...(duplicate && { duplicate: fractions({ duplicate: duplicate.p, correlation: duplicate.correlation }) }),
    ...(reorder && { reorder: fractions({ reorder: reorder.p, correlation: reorder.correlation }) }),
    ...(corrupt && { corrupt: fractions({ corrupt: corrupt.p, correlation: corrupt.correlation }) }),
    ...(rate && {
      rate: {
        rate: rate.bps / 8,
        packetoverhead: rate.packetOverhead,
        cellsize: rate.cellBytes,
        celloverhead: rate.cellOverhead,
      },
    }),
    ...(slot?.gap.kind === 'uniform' && {
      slot: {
        'min-delay': seconds(slot.gap.minNs),
        'max-delay': seconds(slot.gap.maxNs),
        packets: slot.packets,
        bytes: slot.bytes,
      },
    }),
    seed: `<${seed ?? 0n}>`,
    ecn: profile.ecn ?? false,
    gap: reorder?.gap ?? 0,
  };
}

describe('the output of tc -j qdisc show', () => {
  it('is read exactly, seeds of 64 bits too', () => {
    const text =
      '[{"kind":"netem","handle":"8001:","dev":"eth0","root":true,"refcnt":2,"options":{"limit":1000,"delay":{"delay":0.02,' +
      '"jitter":0.005,"correlation":0.25},"loss-random":{"loss":0.01,"correlation":0},"rate":{"rate":2500000,"packetoverhead":0,' +
      '"cellsize":0,"celloverhead":0},"seed":18446744073709551615,"ecn":false,"gap":0},"bytes":0,"packets":0,"drops":0}]';
    expect(canonical(text)).toBe('delay 20ms 5ms 25% loss 1% rate 20mbit seed 18446744073709551615 limit 1000');
  });

  it('loses nothing of what tc shows', () => {
    fc.assert(
      fc.property(netem({ maxDelayNs: 9e8 }), (set) => {
        const text = JSON.stringify([netemJson(shown(set))]).replace(/"<(\d+)>"/, '$1');
        const [read] = parseProfile(text).up.stages;
        expect(shown(read as Netem)).toEqual(shown(set));
      }),
      { numRuns: 500 },
    );
  });

  it('chains what it knows, and passes over the rest', () => {
    const tbf = { kind: 'tbf', handle: '2:', parent: '1:1', options: { rate: 1250000, burst: 4095, lat: 50000 } };
    const other = { kind: 'fq_codel', handle: '3:', parent: '2:1', options: { limit: 10240 } };
    const first = netemJson({ limit: 10 }, { handle: '1:', parent: '8001:10' });
    const noqueue = { kind: 'noqueue', handle: '0:', dev: 'lo', root: true, options: {} };
    // 1,250,000 bytes/s x 50 ms + 4,095.
    expect(canonical(JSON.stringify([noqueue, tbf, other, first]))).toBe(
      'netem limit 10 | tbf rate 10mbit burst 4095b limit 66595b',
    );
    expect(canonical(JSON.stringify(first))).toBe('limit 10');
  });

  it('is read with details too, as tc prints token buckets then', () => {
    const json =
      '[{"kind":"tbf","handle":"1:","root":true,"refcnt":2,"options":{"rate":1250000,"burst":"4Kb/1","mpu":64,"lat":50000,' +
      '"overhead":10,"linklayer":"ethernet"},"bytes":0}]';
    expect(canonical(json)).toBe('tbf rate 10mbit burst 4kb limit 66596b mpu 64 overhead 10');
    const bare = '[{"kind":"tbf","handle":"1:","root":true,"options":{"rate":1250000,"burst":4095,"limit":10}}]';
    expect(canonical(bare)).toBe('tbf rate 10mbit burst 4095b limit 10b');
  });

  it('leaves out what stands for nothing', () => {
    expect(canonical(JSON.stringify([netemJson({ ecn: true, gap: 5 })]))).toBe('netem');
  });

  const on = (dev: string, handle: string) => netemJson({}, { dev, handle, root: true });
  it.each([
    ['[', "this is not the JSON of 'tc -j qdisc show'"],
    ['[]', 'neither netem nor tbf'],
    ['[{"kind":"fq_codel","options":{}}]', 'neither netem nor tbf'],
    ['{}', 'kind: Invalid input'],
    ['{"kind":"netem"}', "'netem': its \"options\" are missing; give all that 'tc -j qdisc show' printed"],
    ['{"kind":"tbf","handle":"1:"}', 'write the qdisc in words, such as tbf rate 10mbit burst 32kb latency 50ms'],
    [JSON.stringify([netemJson({ delay: { delay: 'long' } })]), "'netem 8001:' delay delay: Invalid input"],
    [JSON.stringify([netemJson({ 'loss-random': { loss: 2 } })]), 'loss-random loss: Too big'],
    [JSON.stringify([netemJson({ slot: { distribution: 0.1, jitter: 0.1 } })]), "tc does not tell a slot's table"],
    [
      '[{"kind":"tbf","options":{"rate":1250000,"burst":4105,"minburst":1549,"lat":49144}}]',
      'does not tell the peakrate; write this qdisc in words',
    ],
    [JSON.stringify([on('a', '1:'), on('b', '2:')]), "'netem 2: of b': the devices are a and b"],
    [
      JSON.stringify([netemJson({}, { handle: '1:', parent: ':1' }), netemJson({}, { handle: '2:', parent: ':2' })]),
      "'netem 2:': is a second root",
    ],
    [JSON.stringify([netemJson({ limit: 100_000 })]), '100000 packets are more than'],
  ])('refuses %s', (text, problem) => {
    expect(refusal(text)).toContain(problem);
  });

  it('shows the words that it stands for where one of them is refused', () => {
    expect(refusal(JSON.stringify([netemJson({ limit: 100_000, ecn: false })]))).toMatch(
      /\n {2}netem limit 100000\n {14}\^{6}$/,
    );
  });
});
