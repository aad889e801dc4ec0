import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseClip } from '../../../src/scenarios/playout/clip.ts';
import {
  countAt,
  cut,
  FRAGMENT_HEADER_BYTES,
  frameAt,
  indexAt,
  writeFragment,
} from '../../../src/scenarios/playout/fragment.ts';
import { playoutParams, traceOf } from '../../../src/scenarios/playout/params.ts';
import { bitsPerSecondOf, framesIn, scaled, synthetic } from '../../../src/scenarios/playout/trace.ts';

describe('a frame is cut', () => {
  it('into the fewest messages that fit, and nothing is lost of it', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 500_000 }), fc.integer({ min: 100, max: 100_000 }));
    fc.assert(
      fc.property(sizes, ([bytes, most]) => {
        const { count, bytes: size, lastBytes } = cut(bytes, most);
        expect(Math.max(size, lastBytes)).toBeLessThanOrEqual(most);
        expect(lastBytes).toBeGreaterThan(FRAGMENT_HEADER_BYTES);
        const payload = (count - 1) * (size - FRAGMENT_HEADER_BYTES) + lastBytes - FRAGMENT_HEADER_BYTES;
        expect(payload).toBe(bytes);
        expect(count).toBeLessThanOrEqual(Math.ceil(bytes / (most - FRAGMENT_HEADER_BYTES)));
      }),
    );
  });

  it('not into more than can be numbered', () => {
    expect(() => cut(10e6, 100)).toThrow(/needs 138889 messages, at most 65535 can be numbered/);
  });

  it('and the parts are numbered', () => {
    const u16 = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), u16, u16, (frame, index, count) => {
        const view = new DataView(new ArrayBuffer(FRAGMENT_HEADER_BYTES + 5));
        writeFragment(view, 5, frame, index, count);
        expect([frameAt(view, 5), indexAt(view, 5), countAt(view, 5)]).toEqual([frame, index, count]);
      }),
    );
  });
});

describe('a synthetic clip', () => {
  it('has its bit rate, key frames, and frames in a window', () => {
    const trace = synthetic({ fps: 25, bitsPerSecond: 1e6, keys: 50, factor: 6 });
    expect(bitsPerSecondOf(trace)).toBeGreaterThan(0.999e6);
    expect(bitsPerSecondOf(trace)).toBeLessThan(1.001e6);
    expect(trace.frames.filter(({ key }) => key)).toHaveLength(1);
    expect(trace.frames[0].bytes / trace.frames[1].bytes).toBeCloseTo(6, 1);
    expect(framesIn(trace, 2e9)).toBe(50);
    expect(framesIn(trace, 2.01e9)).toBe(51);
    expect(framesIn({ ...trace, fps: 30 }, 1e9)).toBe(30);
  });

  it('can be scaled', () => {
    const trace = scaled(synthetic({ fps: 25, bitsPerSecond: 1e6, keys: 50, factor: 6 }), 3e6);
    expect(bitsPerSecondOf(trace) / 3e6).toBeCloseTo(1, 3);
  });
});

test('a clip is read from its description', () => {
  const text = '{"fps": 30, "frames": [{"bytes": 10021, "key": true}, {"bytes": 485, "key": false}]}';
  expect(parseClip(text).frames[1]).toEqual({ bytes: 485, key: false });
  expect(() => parseClip('{"fps": 30, "frames": []}')).toThrow();
});

describe('parameters', () => {
  it('have defaults', () => {
    const params = playoutParams.parse({ clip: 'synthetic' });
    expect(params).toEqual({ clip: 'synthetic', buffer: 200e6, policy: 'auto', direction: 'up' });
    expect(traceOf(params)).toEqual(synthetic({ fps: 30, bitsPerSecond: 2e6, keys: 60, factor: 6 }));
  });

  it.each([
    [{ clip: 'film' }, "'film' is not accepted: expected one of real, synthetic"],
    [{ clip: 'real', fps: 25 }, "'25' is not accepted: expected clip=synthetic beside it"],
    [{ clip: 'synthetic', buffer: 200 }, "'200' is not accepted: expected a time"],
    [{ buffer: '2h' }, "'2h' is not accepted: expected a time up to 60s"],
    [{ bitrate: 'fast' }, "'fast' is not accepted: expected a rate"],
    [{ policy: 'hope' }, "'hope' is not accepted: expected one of auto, wait, skip"],
    [{ fps: 0 }, "'0' is not accepted"],
  ])('%j is refused', (given, message) => {
    expect(playoutParams.safeParse(given).error?.issues[0]?.message).toContain(message);
  });
});
