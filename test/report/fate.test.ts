import { expect, test } from 'vitest';
import type { CompletedTrial } from '../../src/record/schema.ts';
import { agreement, dataDirections, fateOf } from '../../src/report/fate.ts';
import { duel, loopbackOnly } from './fixtures.ts';

function trialOf(index: number, run = duel()): CompletedTrial {
  const trial = run.trials.find((entry) => entry.case === index);
  if (trial?.state !== 'completed') throw new Error('the fixture completed');
  return trial;
}

test('udp over the lossy link: every missing message has a cause', () => {
  const trial = trialOf(1);
  const fate = fateOf([trial]);
  expect(fate).toMatchObject({
    undelivered: trial.metrics['messages_lost'],
    lostByModel: trial.link?.up.lost,
    droppedByQueue: trial.link?.up.queueDropped,
    droppedBySocket: 0,
    unexplained: 0,
  });
  expect(agreement(trial)?.verdict).toBe('agrees');
});

test('what nothing accounts for is unexplained, and the accounts differ', () => {
  const trial = trialOf(1);
  trial.metrics['messages_lost'] += 500;
  expect(fateOf([trial])?.unexplained).toBe(500);
  expect(agreement(trial)?.verdict).toBe('differs');
});

test('tcp repairs what the link took', () => {
  const trial = trialOf(0);
  expect(agreement(trial)).toEqual({
    verdict: 'repaired',
    text: `${trial.link?.up.lost} taken on the way, all made good`,
  });
});

test('without a lab there is no account to agree with, and drops in the socket are a cause', () => {
  const trial = trialOf(1, loopbackOnly());
  expect(agreement(trial)).toBeUndefined();
  const fate = fateOf([trial]);
  expect(fate).not.toHaveProperty('packets');
  expect(fate?.droppedBySocket).toBe(trial.metrics['messages_lost']);
  expect(fate?.unexplained).toBe(0);
});

test('an account that does not balance is said to be off', () => {
  const trial = trialOf(1);
  if (!trial.link) throw new Error('the fixture has a link');
  trial.link.up.packetsOut -= 7;
  expect(agreement(trial)).toEqual({ verdict: 'differs', text: "the link's own counts are off by 7 packets" });
});

test('the data direction is the one with more bytes; both, when they are about equal', () => {
  const trial = trialOf(1);
  if (!trial.link) throw new Error('the fixture has a link');
  const { up, down } = trial.link;
  expect(dataDirections(trial)).toEqual([up]);
  expect(dataDirections({ ...trial, link: { up: down, down: up } })).toEqual([up]);
  expect(dataDirections({ ...trial, link: { up, down: up } })).toHaveLength(2);
});

test('nothing counted, nothing to say', () => {
  expect(fateOf([])).toBeUndefined();
  const trial = trialOf(0);
  expect(fateOf([{ ...trial, metrics: {} }])).toBeUndefined();
});
