import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { maxHoldingNs } from '../../src/link/effective.ts';
import type { LinkCounters } from '../../src/link/model.ts';
import type { Stage } from '../../src/link/profile.ts';
import { anyStages, settledNetem, traffic } from './arbitrary-model.ts';
import { FakeFrames } from './fake-frames.ts';
import { ReferenceLink } from './reference-link.ts';
import { Rig } from './rig.ts';

type Step = typeof traffic extends fc.Arbitrary<(infer S)[]> ? S : never;

const balance = (counters: LinkCounters): number =>
  counters.packetsIn +
  counters.duplicated -
  counters.packetsOut -
  counters.lost -
  counters.outage -
  counters.queueDropped -
  counters.aqmDropped;

/** Plays traffic; `punctual` takes what is due before each packet whatever the traffic says. */
function play(rig: Rig, steps: readonly Step[], punctual: boolean, each: (now: number) => void = () => {}) {
  const out: [number, number][] = [];
  let now = 1_000_000;
  for (const { gap, bytes, drains, frame } of steps) {
    now += gap;
    if (drains || punctual) out.push(...rig.take(now));
    rig.offer(now, bytes, frame);
    each(now);
  }
  out.push(...rig.take());
  return out;
}

/** What there is to say about a netem stage that keeps order. */
const keepsOrder = (stage: Stage): boolean =>
  stage.kind === 'tbf' ||
  (!stage.reorder &&
    !takesTurns(stage) &&
    (stage.keepOrder === true || stage.rate !== undefined || stage.trace !== undefined || !stage.delay?.jitterNs));

/** A copy that a later stage makes goes in at the front again: behind packets that came after its original. */
const copiesLate = (stage: Stage, i: number): boolean =>
  i > 0 && stage.kind === 'netem' && stage.duplicate !== undefined;

/** Packets of other flows may come first for as long as they come. */
const takesTurns = (stage: Stage): boolean => stage.kind === 'netem' && stage.queue?.discipline?.kind === 'fq_codel';

// node:assert, since thousands of runs would spend most of their time in `expect`.
describe('LinkModel, whatever the profile and the traffic', () => {
  // Some 10 s in all on an idle machine.
  const patience = 60_000;

  it('does what the plain form does', { timeout: patience }, () => {
    fc.assert(
      fc.property(settledNetem, fc.nat(), traffic, (stage, seed, steps) => {
        const rig = new Rig([stage], seed);
        const frames = new FakeFrames();
        const plain = new ReferenceLink(stage, seed, frames);
        let slot = 0;
        const out = play(rig, steps, false, (now) => {
          const { bytes, frame } = steps[slot];
          plain.offer(now, frames.arrive(slot++, frame), bytes);
          equal(rig.counters.packetsIn, slot);
        });
        plain.passTime(Infinity);
        deepEqual(out, plain.out);
        for (const [slot] of plain.out) frames.taken(slot);
        deepEqual(rig.frames.frames, frames.frames);
        deepEqual(rig.frames.dropped, frames.dropped);
      }),
      { numRuns: 4000 },
    );
  });

  it('balances, gives every slot back once, keeps its limits, and goes forward in time', { timeout: patience }, () => {
    fc.assert(
      fc.property(anyStages, fc.nat(), traffic, (stages, seed, steps) => {
        const rig = new Rig(stages, seed);
        const [first] = stages;
        const limit = first?.kind === 'netem' ? first.limit : undefined;
        const arrivals: number[] = [];
        const out = play(rig, steps, true, (now) => {
          arrivals.push(now);
          equal(balance(rig.counters), rig.link.held());
          if (limit !== undefined) ok(rig.link.held() <= limit);
        });
        equal(rig.link.held(), 0);
        equal(rig.link.heldBytes(), 0);
        equal(balance(rig.counters), 0);
        // FakeFrames refuses a slot that leaves twice.
        deepEqual(
          [...rig.frames.frames.values()].filter(({ fate }) => fate === 'inside'),
          [],
        );
        const longest = stages.some(copiesLate) || stages.some(takesTurns) ? Infinity : maxHoldingNs({ stages });
        for (const [slot, due] of out) {
          const spent = due - arrivals[rig.frames.at(slot).copyOf ?? slot];
          ok(spent >= 0 && spent <= longest * (1 + 1e-9), `${spent} ns of ${longest}`);
        }
        deepEqual(
          out.map(([, due]) => due),
          out.map(([, due]) => due).toSorted((a, b) => a - b),
        );
        if (stages.every(keepsOrder) && !stages.some(copiesLate)) equal(rig.counters.reordered, 0);
      }),
      { numRuns: 4000 },
    );
  });

  it('keeps all that even when packets are offered for times that it has been asked about before', {
    timeout: patience,
  }, () => {
    fc.assert(
      fc.property(anyStages, fc.nat(), traffic, (stages, seed, steps) => {
        const rig = new Rig(stages, seed);
        const arrivals: number[] = [];
        const out: [number, number][] = [];
        let now = 0;
        for (const { gap, bytes, drains, frame } of steps) {
          now += gap;
          if (drains) out.push(...rig.take(now + 100_000));
          arrivals.push(now);
          rig.offer(now, bytes, frame);
          equal(balance(rig.counters), rig.link.held());
        }
        out.push(...rig.take());
        equal(balance(rig.counters), 0);
        ok([...rig.frames.frames.values()].every(({ fate }) => fate !== 'inside'));
        ok(out.every(([slot, due]) => due >= arrivals[rig.frames.at(slot).copyOf ?? slot]));
      }),
      { numRuns: 1000 },
    );
  });

  it('does the same however late its packets are taken', { timeout: patience }, () => {
    fc.assert(
      fc.property(anyStages, fc.nat(), traffic, (stages, seed, steps) => {
        const punctual = new Rig(stages, seed);
        const late = new Rig(stages, seed);
        deepEqual(play(late, steps, false), play(punctual, steps, true));
        deepEqual(late.frames.frames, punctual.frames.frames);
        deepEqual(late.counters, punctual.counters);
      }),
      { numRuns: 1000 },
    );
  });
});
