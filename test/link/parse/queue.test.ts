import { describe, expect, it } from 'vitest';
import { parseProfile } from '../../../src/link/parse.ts';
import type { Netem } from '../../../src/link/profile.ts';
import { pointedAt, refusal } from './refusal.ts';

const netem = (text: string) => parseProfile(text).up.stages[0] as Netem;
const queue = (text: string) => netem(`rate 1mbit queue ${text}`).queue;

describe('queue', () => {
  it.each([
    ['100 packets', { packets: 100 }],
    ['1 packet', { packets: 1 }],
    ['1k packets', { packets: 1024 }],
    ['1500 bytes', { bytes: 1500 }],
    ['64kb bytes', { bytes: 65_536 }],
    ['200ms', { ns: 200e6 }],
    ['200 ms', { ns: 200e6 }],
    ['1.5secs', { ns: 1.5e9 }],
    ['100 packets 64kb bytes 50ms', { packets: 100, bytes: 65_536, ns: 50e6 }],
    ['10 packets drophead', { packets: 10, discipline: { kind: 'drophead' } }],
  ])('of %s', (text, expected) => {
    expect(queue(text)).toEqual(expected);
  });

  it('has the usual disciplines with their usual values', () => {
    const codel = { kind: 'codel', targetNs: 5e6, intervalNs: 100e6, ecn: false };
    expect(queue('codel')).toEqual({ packets: 1000, discipline: codel });
    expect(queue('64kb bytes codel')).toEqual({ bytes: 65_536, discipline: codel });
    expect(queue('fq_codel')).toEqual({
      packets: 10_240,
      discipline: { ...codel, kind: 'fq_codel', ecn: true, flows: 1024, quantumBytes: 1514 },
    });
    expect(queue('pie')).toEqual({
      packets: 1000,
      discipline: { kind: 'pie', targetNs: 15e6, updateNs: 15e6, ecn: false },
    });
  });

  it('takes the values of disciplines in any order', () => {
    expect(queue('5 packets fq_codel quantum 300 noecn flows 16 interval 20ms target 1ms')?.discipline).toEqual({
      kind: 'fq_codel',
      targetNs: 1e6,
      intervalNs: 20e6,
      ecn: false,
      flows: 16,
      quantumBytes: 300,
    });
    expect(queue('pie update 30ms ecn target 20ms')?.discipline).toEqual({
      kind: 'pie',
      targetNs: 20e6,
      updateNs: 30e6,
      ecn: true,
    });
  });

  it("is told from netem's own ecn by its place", () => {
    expect(netem('loss 1% ecn rate 1mbit queue codel')).toMatchObject({
      ecn: true,
      queue: { discipline: { ecn: false } },
    });
    expect(netem('loss 1% rate 1mbit queue codel ecn')).not.toHaveProperty('ecn');
    expect(netem('loss 1% rate 1mbit queue 9 packets ecn')).toMatchObject({ ecn: true });
  });

  it.each([
    ['queue 5 packets', 'nothing queues without a rate', 'queue 5 packets'],
    ['rate 1mbit queue 5', "'queue' needs its unit; write 'queue 5 packets'", '5'],
    ['rate 1mbit queue 64kb', "'queue' needs its unit; write 'queue 64kb packets'", '64kb'],
    ['rate 1mbit queue', 'needs a size', 'queue'],
    ['rate 1mbit queue drophead', 'needs a size', 'drophead'],
    ['rate 1mbit queue 0 packets', 'at least 1 packet', 'packets'],
    ['rate 1mbit queue 32769 packets', '32768', 'packets'],
    ['rate 1mbit queue 0 bytes', 'at least 1 byte', 'bytes'],
    ['rate 1mbit queue 0ms', 'too short', '0ms'],
    ['rate 1mbit queue 5 packets 6 packets', 'this bound is given twice', 'packets'],
    ['rate 1mbit queue 5 packts', "'queue' needs its unit", '5'],
    ['rate 1mbit queue 5 packets coddel', "did you mean 'codel'?", 'coddel'],
    ['rate 1mbit queue codel targte 5ms', "did you mean 'target'?", 'targte'],
    ['rate 1mbit queue codel target 0ms', 'too short', '0ms'],
    ['rate 1mbit queue codel target 1ms target 2ms', "'target' is given twice", 'target'],
    ['rate 1mbit queue codel ecn noecn', "'ecn' and 'noecn' exclude each other", 'noecn'],
    ['rate 1mbit queue codel flows 5', "unknown word 'flows'", 'flows'],
    ['rate 1mbit queue fq_codel flows 65537', 'is not within 1 to 65536', '65537'],
    ['rate 1mbit queue fq_codel quantum 255', 'is not within 256 to', '255'],
  ])('refuses "%s"', (text, problem, word) => {
    expect(refusal(text)).toContain(problem);
    expect(pointedAt(refusal(text))).toBe(word);
  });
});
