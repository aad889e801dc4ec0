import { expect, test } from 'vitest';
import { effectiveProfile } from '../../src/link/effective.ts';
import { LinkModel } from '../../src/link/model.ts';
import { parseProfile } from '../../src/link/parse.ts';
import { ProbeFrames } from '../../src/link/probe-frames.ts';
import { MAX_HELD } from '../../src/link/profile.ts';

test('slots come back: more frames than there are slots, lost, copied, and dropped', () => {
  const frames = new ProbeFrames(100);
  const direction = effectiveProfile(parseProfile('delay 500ms loss 10% duplicate 50% corrupt 10%')).up;
  const model = new LinkModel(direction, 1, frames);
  for (let i = 0; i < 3 * MAX_HELD; i++) {
    for (let due = model.nextDue(); due <= i * 1e4; due = model.nextDue()) {
      const slot = model.take(due);
      if (slot >= 0) frames.receive(slot, due);
    }
    frames.send(model, i * 1e4, 100);
  }
  expect(model.counters.queueDropped).toBeGreaterThan(0);
  expect(frames.delays().length).toBeGreaterThan(80);
  expect(new Set(frames.delays())).toEqual(new Set([500e6]));
});

test('of duplicates the first counts', () => {
  const frames = new ProbeFrames(1);
  const copy = frames.copy(0);
  expect(copy).toBeGreaterThan(0);
  frames.receive(0, 5);
  frames.receive(copy, 9);
  expect(frames.delays()).toEqual(Float64Array.of(5));
  expect(frames.lossRuns()).toEqual([]);
});

test('runs of what never came', () => {
  const frames = new ProbeFrames(6);
  // Slots are given out from the last one down; frame 0 and 3 come through.
  const offered: number[] = [];
  const model = { offer: (_: number, slot: number) => offered.push(slot) } as unknown as LinkModel;
  for (let i = 0; i < 6; i++) frames.send(model, i, 100);
  frames.receive(offered[0], 1);
  frames.receive(offered[3], 4);
  for (const i of [1, 2, 4, 5]) frames.drop(offered[i]);
  expect(frames.lossRuns()).toEqual([2, 2]);
  expect(frames.delays()).toEqual(Float64Array.of(1, 1));
});
