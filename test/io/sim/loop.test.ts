import { expect, test } from 'vitest';
import { SimLoop } from '../../../src/io/sim/loop.ts';

const MS = 1e6;

test('time jumps from timer to timer, and stays where it was told to go', () => {
  const loop = new SimLoop(5);
  const fired: number[] = [];
  for (const ns of [300, 100, 200]) loop.after(ns, () => fired.push(loop.now()));
  loop.advanceTo(150);
  expect([fired, loop.now()]).toEqual([[105], 150]);
  loop.advance(1000);
  expect([fired, loop.now()]).toEqual([[105, 205, 305], 1150]);
  loop.advanceTo(10);
  expect(loop.now()).toBe(1150);
});

test('a stop leaves time where it is and timers armed', () => {
  const loop = new SimLoop();
  let late = 0;
  loop.after(10, () => loop.stop());
  loop.after(20, () => late++);
  loop.advanceTo(100);
  expect([loop.now(), late]).toEqual([10, 0]);
  loop.advanceTo(100);
  expect([loop.now(), late]).toEqual([100, 1]);
});

test('what was due while the thread was held happens late, in its order', () => {
  const loop = new SimLoop();
  const fired: string[] = [];
  for (const ns of [20, 10]) loop.after(ns, () => fired.push(`${ns} at ${loop.now()}`));
  loop.stall(50);
  expect(fired).toEqual([]);
  loop.advanceTo(50);
  expect(fired).toEqual(['10 at 50', '20 at 50']);
});

test('run ends when no timer is armed, and rejects with what a callback threw', async () => {
  const loop = new SimLoop();
  await loop.run();
  loop.after(7, () => {
    throw new Error('thrown');
  });
  await expect(loop.run()).rejects.toThrow('thrown');
  expect(loop.now()).toBe(7);
});

test('who looks at turns sees one every 50 ms at least', () => {
  const start = 1e15;
  const loop = new SimLoop(start);
  const turns: number[] = [];
  loop.onTurn = () => turns.push((loop.now() - start) / MS);
  loop.after(30 * MS, () => {});
  loop.advance(140 * MS);
  expect(turns).toEqual([30, 80, 130]);
});

test('a timer that arms itself for now is told of, instead of standing still for ever', () => {
  const loop = new SimLoop(3);
  const greedy = loop.timer(() => greedy.arm(loop.now()));
  greedy.arm(9);
  expect(() => loop.advanceTo(100)).toThrow('time stands still at 9 ns');
});
