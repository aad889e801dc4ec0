import { describe, expect, it } from 'vitest';
import { distributionTable } from '../../../src/link/model/tables.ts';
import { parseProfile } from '../../../src/link/parse.ts';
import type { Netem } from '../../../src/link/profile.ts';
import { pointedAt, refusal } from './refusal.ts';

const FILES = {
  read(path: string): string {
    if (path === './gaps.dist') return '# made up\n-8192 0x10\n\n  8192\n';
    if (path === 'cell.trace') return '0\n5\n5\n';
    throw new Error('no such file');
  },
};

function netem(text: string): Netem {
  const [stage, ...others] = parseProfile(text, FILES).up.stages;
  expect(others).toEqual([]);
  return stage as Netem;
}

describe('netem', () => {
  it('has every word of tc-netem(8)', () => {
    expect(
      netem(
        'netem limit 1000 delay 20ms 5ms 25% distribution pareto loss random 1% 10% seed 7 ecn reorder 25% 50% corrupt 2% 3% ' +
          'gap 5 duplicate 4% 6% rate 20mbit -14 48 5 slot 1ms 2ms packets 42 bytes 64k',
      ),
    ).toEqual({
      kind: 'netem',
      limit: 1000,
      delay: { ns: 20e6, jitterNs: 5e6, correlation: 0.25, distribution: { name: 'pareto' } },
      loss: { kind: 'random', p: 0.01, correlation: 0.1 },
      seed: 7n,
      ecn: true,
      reorder: { p: 0.25, correlation: 0.5, gap: 5 },
      corrupt: { p: 0.02, correlation: 0.03, where: 'frame' },
      duplicate: { p: 0.04, correlation: 0.06 },
      rate: { bps: 20e6, packetOverhead: -14, cellBytes: 48, cellOverhead: 5 },
      slot: { gap: { kind: 'uniform', minNs: 1e6, maxNs: 2e6 }, packets: 42, bytes: 65_536 },
    });
  });

  it("has netduel's own", () => {
    expect(netem('corrupt 1% payload keep-order outage every 30s for 2s after 5s trace cell.trace queue 50ms')).toEqual(
      {
        kind: 'netem',
        corrupt: { p: 0.01, correlation: 0, where: 'payload' },
        keepOrder: true,
        outage: { everyNs: 30e9, forNs: 2e9, afterNs: 5e9 },
        trace: { name: 'cell.trace', ms: Uint32Array.of(0, 5, 5) },
        queue: { ns: 50e6 },
      },
    );
  });

  it.each([
    ['d 1ms', 'delay 1ms'],
    ['la 1ms', 'delay 1ms'],
    ['l 5', 'limit 5'],
    ['lo 1%', 'loss 1%'],
    ['dr 1%', 'loss 1%'],
    ['d 1ms r 1%', 'delay 1ms reorder 1%'],
    ['ra 1mbit', 'rate 1mbit'],
    ['s 1', 'seed 1'],
    ['sl 1ms', 'slot 1ms'],
    ['d 1ms 1ms di normal', 'delay 1ms 1ms distribution normal'],
    ['du 1%', 'duplicate 1%'],
    ['d 1ms r 1% g 5', 'delay 1ms reorder 1% gap 5'],
    ['lo 1% e', 'loss 1% ecn'],
    ['c 1%', 'corrupt 1%'],
    ['limit 1k', 'limit 1024'],
    ['delay 1ms r 1% gap 0x10', 'delay 1ms reorder 1% gap 16'],
    ['delay 1ms r 1% gap 010', 'delay 1ms reorder 1% gap 8'],
    ['rate 1mbit 14 ecn loss 1%', 'rate 1mbit 14 loss 1% ecn'],
    ['slot 1ms bytes 64k packets 42', 'slot 1ms packets 42 bytes 64kb'],
  ])('reads %s as %s', (short, long) => {
    expect(netem(short)).toEqual(netem(long));
  });

  it('fills in defaults as tc does', () => {
    expect(netem('loss gemodel 7%').loss).toEqual({ kind: 'gemodel', p: 0.07, r: 0.93, h1: 1, k1: 0 });
    expect(netem('loss state 7%').loss).toEqual({ kind: 'state', p13: 0.07, p31: 0.93, p32: 0, p23: 1, p14: 0 });
    expect(netem('delay 1ms reorder 1%').reorder).toEqual({ p: 0.01, correlation: 0, gap: 1 });
    expect(netem('delay 1ms reorder 1% gap 0').reorder).toEqual({ p: 0.01, correlation: 0, gap: 1 });
    expect(netem('rate 1mbit').rate).toEqual({ bps: 1e6, packetOverhead: 0, cellBytes: 0, cellOverhead: 0 });
    expect(netem('slot 3ms').slot).toEqual({ gap: { kind: 'uniform', minNs: 3e6, maxNs: 3e6 }, packets: 0, bytes: 0 });
    expect(netem('outage every 30s for 2s').outage).toEqual({ everyNs: 30e9, forNs: 2e9, afterNs: 30e9 });
  });

  it('takes an optional value only if it starts with a digit, or a sign where one is allowed', () => {
    expect(refusal('delay 1ms .5ms')).toContain("'.5ms' is one number too many, or does not start with a digit");
    expect(refusal('delay 1ms -5ms')).toContain("'-5ms' is one number too many");
    expect(refusal('rate 1mbit +5')).toContain("'+5' is one number too many");
    expect(netem('rate 1mbit -5').rate?.packetOverhead).toBe(-5);
    // Of the three numbers only the cell may not be negative, so that this one is the third.
    expect(netem('rate 1mbit 0 -48').rate).toMatchObject({ cellBytes: 0, cellOverhead: -48 });
  });

  it('leaves out what has no effect', () => {
    const nothing =
      'delay 0ms 0ms 25% loss 0% 25% duplicate 0% corrupt 0% payload reorder 0% gap 0 slot 0ms packets 5 outage every 1s for 0s';
    expect(netem(nothing)).toEqual({ kind: 'netem' });
    expect(netem('delay 1ms 0ms 25%')).toEqual({ kind: 'netem', delay: { ns: 1e6, jitterNs: 0, correlation: 0 } });
  });

  it('keeps a seed of 64 bits exact', () => {
    expect(netem('seed 18446744073709551615').seed).toBe(18446744073709551615n);
  });

  it.each(['normal', 'pareto', 'paretonormal', 'experimental'])('has the table %s, as the link model does', (name) => {
    const distribution = netem(`delay 9ms 5ms distribution ${name}`).delay?.distribution;
    expect(distribution).toEqual({ name });
    expect(distributionTable({ name })).toHaveLength(4096);
  });

  it('reads tables of delays from files', () => {
    const distribution = { name: './gaps.dist', values: [-8192, 16, 8192] };
    expect(netem('delay 9ms 5ms distribution ./gaps.dist').delay?.distribution).toEqual(distribution);
    expect(netem('slot distribution ./gaps.dist 9ms 5ms').slot).toEqual({
      gap: { kind: 'distribution', distribution, delayNs: 9e6, jitterNs: 5e6 },
      packets: 0,
      bytes: 0,
    });
    expect(() => parseProfile('delay 9ms 5ms distribution none.dist', FILES)).toThrow(
      "'none.dist' cannot be read: no such file",
    );
  });

  it.each([
    ['wobble', "unknown word 'wobble'; accepted are delay, distribution, loss", 'wobble'],
    ['10ms', "unknown word '10ms'", '10ms'],
    ['constructor 1', "unknown word 'constructor'", 'constructor'],
    ['dealy 10ms', "unknown word 'dealy'; did you mean 'delay'?", 'dealy'],
    ['netem lsos 1%', "'netem lsos': unknown word 'lsos'; did you mean 'loss'?", 'lsos'],
    ['q 5 packets rate 1mbit', "unknown word 'q'; did you mean 'queue'?", 'q'],
    ['keeporder', "did you mean 'keep-order'?", 'keeporder'],
    ['loss gemodl 1%', "'gemodl' is not a percentage; write 1% or 0.1%; did you mean 'gemodel'?", 'gemodl'],
    ['corrupt 1% paylod', "did you mean 'payload'?", 'paylod'],
    ['delay 5ms wobble', "'delay 5ms wobble': unknown word 'wobble'", 'wobble'],
    ['delay', "'delay': needs a time", 'delay'],
    ['delay 10 parsecs', "'delay 10': '10' has no unit; write 10ms, 10us or 10s", '10'],
    ['loss 1% delay 5', '6.9', '5'],
    ['delay -5ms', "'delay -5ms': '-5ms' is negative", '-5ms'],
    ['delay inf', "'inf' is not a time", 'inf'],
    ['delay 3601s 1ms', '1 hour', '3601s'],
    ['delay 0ms 3s', 'a jitter of more than 2.147483647s', '3s'],
    ['delay 1ms delay 2ms', "'delay' is given twice", 'delay'],
    ['loss 1% drop 2%', "'loss' is given twice", 'drop'],
    ['delay 1ms 1ms 1% 1%', 'one number too many', '1%'],
    ['loss 101%', "'loss 101%': '101%' is not within", '101%'],
    ['loss -1%', "'loss -1%': '-1%' is not within", '-1%'],
    ['loss gemodel', 'needs a percentage', 'gemodel'],
    ['delay 1ms ecn', 'nothing to mark without a loss model', 'ecn'],
    ['loss 0% ecn', 'nothing to mark without a loss model', 'ecn'],
    ['delay 0ms 5ms reorder 1% 2%', 'add one, such as delay 10ms', 'reorder 1% 2%'],
    ['delay 1ms gap 5', 'does nothing without reorder', 'gap 5'],
    ['delay 1ms reorder 0% gap 5', 'does nothing without reorder', 'gap 5'],
    ['delay 10ms distribution normal', 'needs a delay and a jitter', 'distribution normal'],
    ['distribution normal', 'needs a delay and a jitter', 'distribution normal'],
    ['delay 10ms 1ms distribution uniform', 'times are uniform where no distribution is given', 'uniform'],
    ['delay 10ms 1ms distribution nromal', "no table 'nromal'; write normal, pareto", 'nromal'],
    ['delay 10ms 1ms distribution nromal', "did you mean 'normal'?", 'nromal'],
    ['delay 10ms 1ms distribution a.dist', "'a.dist': no files are read here", 'a.dist'],
    ['trace a', "'a': no files are read here", 'a'],
    ['trace', 'needs a file', 'trace'],
    ['rate 0', '8bit', '0'],
    ['rate 11tbit', '10tbit', '11tbit'],
    ['rate 5%', "a share of the device's speed", '5%'],
    ['rate 1mbit 1.5', "'1.5' is not a whole number", '1.5'],
    ['rate 1mbit 0 48 -48', 'a cell would take no time', '-48'],
    ['rate 1mbit 0 -48 5', 'one number too many', '5'],
    ['slot', 'needs a time', 'slot'],
    ['slot distribution normal 1ms 0ms', 'needs a jitter of more than 0', '0ms'],
    ['slot 2ms 1ms', 'is shorter than the shortest', '1ms'],
    ['slot 2ms packets 1 packets 2', "'packets' is given twice", 'packets'],
    ['slot 2ms packets -1', 'is not within 0 to', '-1'],
    ['limit 0', 'at least 1 packet', '0'],
    ['limit 32769', '32768', '32769'],
    ['seed 0x10', "'0x10' is not a whole number of 64 bits", '0x10'],
    ['seed 18446744073709551616', 'of 64 bits', '18446744073709551616'],
    ['outage every 10s', "needs 'every TIME for TIME'", '10s'],
    ['outage every 10s for 10s', 'nothing would ever pass', 'outage every 10s for 10s'],
    ['outage every 0s for 0s', '0 is too short', '0s'],
  ])('refuses "%s"', (text, problem, word) => {
    expect(refusal(text)).toContain(problem);
    expect(pointedAt(refusal(text))).toBe(word);
  });

  it('has one capacity', () => {
    expect(() => parseProfile('rate 1mbit trace cell.trace', FILES)).toThrow(
      "'rate' and 'trace' both say the capacity",
    );
  });
});
