import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kernelStages } from '../../../src/lab/kernel/stages.ts';
import { unsupportedWords } from '../../../src/lab/kernel/unsupported.ts';
import { effectiveProfile } from '../../../src/link/effective.ts';
import { formatProfile } from '../../../src/link/format.ts';
import { parseProfile } from '../../../src/link/parse.ts';
import { type DirectionProfile, MAX_HELD, type Stage } from '../../../src/link/profile.ts';
import { kernelDirection } from './arbitrary.ts';

const up = (profile: string): DirectionProfile => effectiveProfile(parseProfile(`up: ${profile} down: direct`)).up;

/** As a profile, with what the drops of each stage are. */
function described(profile: string): string[] {
  return kernelStages(up(profile)).map(({ qdisc, drops }) => {
    const stage = { stages: [qdisc] };
    return `${formatProfile({ up: stage, down: stage })}: ${drops}`;
  });
}

describe('the qdiscs of a profile', () => {
  test.each<[string, string[]]>([
    ['direct', []],
    ['delay 20ms', ['delay 20ms limit 32768: queueDropped']],
    ['delay 20ms loss 1%', ['delay 20ms loss 1% limit 32768: lost']],
    [
      // 10 ms at 50 Mbit/s hold 977 frames of 64 bytes; one round trip of 10 ms is 42 frames of 1,514, and 64 the least.
      'delay 10ms loss 1% ecn rate 50mbit',
      ['loss 1% ecn limit 32768: lost', 'delay 10ms limit 1041: queueDropped', 'rate 50mbit limit 64: queueDropped'],
    ],
    ['rate 50mbit queue 10 packets', ['rate 50mbit limit 10: queueDropped']],
    ['loss 1% limit 50', ['loss 1% limit 32768: lost', 'limit 50: queueDropped']],
    [
      'delay 10ms slot 1ms 2ms rate 50mbit queue 10 packets',
      ['delay 10ms limit 987: queueDropped', 'rate 50mbit slot 1ms 2ms limit 10: queueDropped'],
    ],
  ])('%s', (profile, stages) => expect(described(profile)).toEqual(stages));

  // 10 ms at 50 Mbit/s hold 41.3 frames of 1,514 bytes.
  test.each([
    'delay 10ms 1ms rate 50mbit queue 10 packets',
    'delay 10ms reorder 25% gap 1 rate 50mbit queue 10 packets',
    'delay 10ms duplicate 1% rate 50mbit queue 10 packets',
  ])('a queue is a limit, with room for the delay line, where that has to stay with the serialiser: %s', (profile) => {
    const stages = kernelStages(up(profile));
    expect(stages).toHaveLength(1);
    expect(stages[0].qdisc).toMatchObject({ limit: 42 + 10 });
    expect(stages[0].qdisc).not.toHaveProperty('queue');
  });

  test('a limit of its own bounds the queue too', () => {
    expect(kernelStages(up('delay 10ms 1ms rate 50mbit queue 10 packets limit 20'))[0].qdisc).toMatchObject({
      limit: 20,
    });
  });

  test('what shares its draws with loss stays with it under a seed', () => {
    expect(described('delay 10ms 1ms loss 1% limit 50 seed 7')).toEqual([
      'delay 10ms 1ms loss 1% seed 7 limit 50: lost',
    ]);
    expect(described('delay 10ms loss 1% limit 50 seed 7')).toEqual([
      'loss 1% seed 7 limit 32768: lost',
      'delay 10ms seed 7 limit 50: queueDropped',
    ]);
  });

  test('packets that wait where nothing lets go of their sender get a qdisc in front that does', () => {
    const lettingGo = 'rate 10tbit limit 32768: queueDropped';
    expect(described('tbf rate 1mbit burst 2000b limit 5000b')[0]).toBe(lettingGo);
    expect(described('slot 10ms')[0]).toBe(lettingGo);
    expect(described('loss 1% | tbf rate 1mbit burst 2000b limit 5000b')[0]).toBe(lettingGo);
    expect(described('delay 1ms | tbf rate 1mbit burst 2000b limit 5000b')).toHaveLength(2);
    expect(described('loss 1%')).toHaveLength(1);
  });

  test('have words of tc alone, and what was asked for is in them once', () => {
    fc.assert(
      fc.property(kernelDirection, (direction) => {
        expect(unsupportedWords(direction)).toEqual([]);
        const stages = kernelStages(direction).map(({ qdisc }) => qdisc);
        for (const stage of stages) {
          if (stage.kind === 'tbf') continue;
          expect(stage).not.toHaveProperty('queue');
          expect(stage.limit).toBeGreaterThanOrEqual(1);
          expect(stage.limit).toBeLessThanOrEqual(MAX_HELD);
        }
        for (const word of ['delay', 'loss', 'ecn', 'duplicate', 'corrupt', 'reorder', 'slot'] as const) {
          expect(values(stages, word)).toEqual(values(direction.stages, word));
        }
      }),
      { numRuns: 300 },
    );
  });
});

const values = (stages: readonly Stage[], word: string): unknown[] =>
  stages.map((stage) => (stage as unknown as Record<string, unknown>)[word]).filter((value) => value !== undefined);

describe('words that netem has not', () => {
  test.each<[string, string[]]>([
    ['delay 10ms keep-order loss 1%', ['keep-order']],
    ['rate 1mbit queue 64kb bytes', ['queue ... bytes']],
    ['rate 1mbit queue 200ms', ['queue TIME']],
    ['rate 1mbit queue 10 packets codel', ['queue ... codel']],
    ['outage every 10s for 1s', ['outage']],
    ['corrupt 1% payload', ['corrupt ... payload']],
    ['tbf rate 1mbit burst 2000 limit 5000 | delay 10ms', ['a stage behind tbf']],
    ['delay 10ms reorder 25% | rate 1mbit', ['a stage behind reorder']],
    ['rate 1mbit | netem delay 10ms reorder 25%', []],
    ['delay 10ms loss 1% rate 1mbit queue 10 packets', []],
  ])('%s', (profile, words) => expect(unsupportedWords(up(profile))).toEqual(words));

  test('a trace', () => {
    const trace = { name: 'cell', ms: Uint32Array.of(1) };
    expect(unsupportedWords({ stages: [{ kind: 'netem', trace }] })).toEqual(['trace']);
  });
});
