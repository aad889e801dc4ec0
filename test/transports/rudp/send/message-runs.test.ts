import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageRuns } from '../../../../src/transports/rudp/send/message-runs.ts';

interface Message {
  readonly start: number;
  readonly end: number;
  readonly takenAt: number;
}

const run = fc.record({
  stride: fc.integer({ min: 4, max: 9 }),
  count: fc.integer({ min: 1, max: 4 }),
  pause: fc.constantFrom(0, 0, 10),
});

describe('MessageRuns', () => {
  it('answers as a list of all messages would, while the oldest are forgotten', () => {
    const scenario = fc.tuple(fc.array(run, { minLength: 1, maxLength: 60 }), fc.constantFrom(0, 2 ** 45), fc.nat());
    fc.assert(
      fc.property(scenario, ([pushes, origin, seed]) => {
        const runs = new MessageRuns();
        const messages: Message[] = [];
        let end = origin;
        let time = 0;
        let draw = seed;
        const below = (limit: number): number => {
          draw = (Math.imul(draw, 1_103_515_245) + 12_345) >>> 0;
          return Math.floor((draw / 2 ** 32) * limit);
        };
        for (const { stride, count, pause } of pushes) {
          time += pause;
          runs.push(end, stride, count, time);
          for (let i = 0; i < count; i++) {
            messages.push({ start: end, end: end + stride, takenAt: time });
            end += stride;
          }
          if (below(4) === 0) {
            const dropped = messages[below(messages.length)].start;
            runs.dropBefore(dropped);
            while (messages[0].start < dropped) messages.shift();
          }
          const from = messages[0].start;
          const offset = from + below(end - from);
          const at = messages.findIndex((message) => offset < message.end);
          expect(runs.boundary(offset)).toBe(messages[at].start);
          expect(runs.messageEnd(offset)).toBe(messages[at].end);
          expect(runs.boundary(end)).toBe(end);
          const to = offset + 1 + below(end - offset);
          expect(runs.count(offset, to)).toBe(messages.filter((m) => m.end > offset && m.start < to).length);
          const since = below(time + 2);
          // What comes before `from` in its run is still known: it makes no difference to who asks.
          const fresh = messages.find((message) => message.takenAt >= since)?.start ?? end;
          expect(Math.max(from, runs.takenSince(since, end))).toBe(fresh);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('forgets a run when its last message is, not before', () => {
    const runs = new MessageRuns();
    runs.push(0, 10, 2, 0);
    runs.push(20, 10, 2, 5);
    runs.dropBefore(19);
    expect(runs.takenSince(0, 40)).toBe(0);
    runs.dropBefore(20);
    expect(runs.takenSince(0, 40)).toBe(20);
  });

  it('knows nothing to begin with', () => {
    const runs = new MessageRuns();
    expect(runs.boundary(0)).toBe(0);
    expect(runs.takenSince(5, 0)).toBe(0);
  });
});
