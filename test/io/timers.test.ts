import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerQueue } from '../../src/io/timers.ts';

test('fires what is due, in order of time and then of arming', () => {
  const queue = new TimerQueue();
  const fired: string[] = [];
  const make = (name: string) => queue.timer(() => fired.push(name));
  make('c').arm(30);
  make('a').arm(10);
  make('b1').arm(20);
  make('b2').arm(20);
  expect(queue.next()).toBe(10);
  queue.fire(9);
  expect(fired).toEqual([]);
  queue.fire(20);
  expect(fired).toEqual(['a', 'b1', 'b2']);
  expect(queue.next()).toBe(30);
  queue.fire(30);
  expect(queue.next()).toBe(Infinity);
});

test('a timer that re-arms itself for the past fires once per call', () => {
  const queue = new TimerQueue();
  let fired = 0;
  const timer = queue.timer(() => {
    fired++;
    timer.arm(0);
  });
  timer.arm(0);
  queue.fire(100);
  expect(fired).toBe(1);
  expect(queue.next()).toBe(0);
  queue.fire(100);
  expect(fired).toBe(2);
});

test('timers armed for the past inside a callback fire next time in order of time, unless cancelled or moved', () => {
  const queue = new TimerQueue();
  const fired: string[] = [];
  const make = (name: string) => queue.timer(() => fired.push(name));
  const [late, later, cancelled, moved] = [make('late'), make('later'), make('cancelled'), make('moved')];
  const first = queue.timer(() => {
    later.arm(6);
    late.arm(5);
    cancelled.arm(4);
    cancelled.cancel();
    moved.arm(3);
    moved.arm(50);
  });
  first.arm(1);
  queue.fire(10);
  expect(fired).toEqual([]);
  queue.fire(10);
  expect(fired).toEqual(['late', 'later']);
  queue.fire(50);
  expect(fired).toEqual(['late', 'later', 'moved']);
});

test('what a callback throws is thrown on, and the other timers stay armed', () => {
  const queue = new TimerQueue();
  let fired = 0;
  const next = queue.timer(() => fired++);
  queue
    .timer(() => {
      next.arm(1);
      throw new Error('broken');
    })
    .arm(5);
  queue.timer(() => fired++).arm(7);
  expect(() => queue.fire(10)).toThrow('broken');
  queue.fire(10);
  expect(fired).toBe(2);
});

test('refuses to be armed for NaN', () => {
  expect(() => new TimerQueue().timer(() => {}).arm(Number.NaN)).toThrow(/NaN/);
});

test('behaves like a sorted list under any sequence of arm, cancel and fire', () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('arm' as const), timer: fc.nat(9), time: fc.nat(20) }),
    fc.record({ what: fc.constant('cancel' as const), timer: fc.nat(9), time: fc.constant(0) }),
    fc.record({ what: fc.constant('fire' as const), timer: fc.constant(0), time: fc.nat(20) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new TimerQueue();
      const fired: number[] = [];
      const timers = Array.from({ length: 10 }, (_, i) => queue.timer(() => fired.push(i)));
      const model = new Map<number, { time: number; order: number }>();
      const expected: number[] = [];
      steps.forEach((s, order) => {
        if (s.what === 'arm') {
          timers[s.timer].arm(s.time);
          model.set(s.timer, { time: s.time, order });
        } else if (s.what === 'cancel') {
          timers[s.timer].cancel();
          model.delete(s.timer);
        } else {
          queue.fire(s.time);
          const due = [...model].filter(([, entry]) => entry.time <= s.time);
          due.sort(([, a], [, b]) => a.time - b.time || a.order - b.order);
          for (const [index] of due) {
            expected.push(index);
            model.delete(index);
          }
        }
        expect(queue.next()).toBe(Math.min(Infinity, ...[...model.values()].map((entry) => entry.time)));
      });
      expect(fired).toEqual(expected);
    }),
  );
});
