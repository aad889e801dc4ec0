import assert from 'node:assert/strict';
import type { Io } from '../../io/io.ts';
import type { ConformanceCase, IoSetup } from '../case.ts';
import { countdown, onStage } from '../stage.ts';

/** What every `Loop` must do. */
export function loopConformance({ makeIo }: Pick<IoSetup, 'makeIo'>): ConformanceCase[] {
  return [
    { name: 'the clock is CLOCK_MONOTONIC in nanoseconds', run: async () => clockIsMonotonic(makeIo()) },
    {
      name: 'timers fire in order of time, then of arming, and never inside arm()',
      run: onStage(makeIo, (stage) => {
        const { loop } = stage.io;
        const start = loop.now();
        const fired: number[] = [];
        const add = (id: number, ns: number) => loop.timer(() => fired.push(id)).arm(ns);
        add(4, start + 6e6);
        add(2, start + 3e6);
        add(3, start + 3e6);
        add(0, 0);
        add(1, start + 1e6);
        assert.deepEqual(fired, [], 'a timer fired inside arm()');
        loop
          .timer(() => {
            assert.deepEqual(fired, [0, 1, 2, 3, 4]);
            stage.done();
          })
          .arm(start + 6e6);
      }),
    },
    {
      name: 'a timer never fires early',
      run: onStage(makeIo, (stage) => {
        const { loop } = stage.io;
        const fired = countdown(200, () => stage.done());
        for (let i = 0; i < 200; i++) {
          const due = loop.now() + i * 173_000;
          loop
            .timer(() => {
              assert.ok(loop.now() >= due, `${due - loop.now()} ns early`);
              fired();
            })
            .arm(due);
        }
      }),
    },
    {
      name: 'a timer can be cancelled, moved to a later time, and moved to an earlier one',
      run: onStage(makeIo, (stage) => {
        const { loop } = stage.io;
        const start = loop.now();
        const fired: string[] = [];
        const timer = (name: string) => loop.timer(() => fired.push(name));
        const [cancelled, later, earlier, idle] = [timer('cancelled'), timer('later'), timer('earlier'), timer('idle')];
        cancelled.arm(start + 1e6);
        later.arm(start + 1e6);
        earlier.arm(start + 9e9);
        timer('middle').arm(start + 2e6);
        later.arm(start + 3e6);
        earlier.arm(start);
        cancelled.cancel();
        idle.cancel();
        loop
          .timer(() => {
            assert.deepEqual(fired, ['earlier', 'middle', 'later']);
            later.cancel();
            stage.done();
          })
          .arm(start + 4e6);
      }),
    },
    {
      name: 'a timer can be armed again by its own callback',
      run: onStage(makeIo, (stage) => {
        let fired = 0;
        const timer = stage.io.loop.timer(() => {
          if (++fired < 100) timer.arm(stage.io.loop.now() + 10_000);
          else stage.done();
        });
        timer.arm(0);
      }),
    },
    {
      name: 'a timer that always arms itself for the past does not hold the loop',
      run: onStage(makeIo, (stage) => {
        let over = false;
        const greedy = stage.io.loop.timer(() => {
          if (!over) greedy.arm(0);
        });
        greedy.arm(0);
        stage.after(3e6, () => {
          over = true;
          stage.done();
        });
      }),
    },
    {
      name: '10,000 timers fire once each, in order',
      run: onStage(makeIo, (stage) => {
        const { loop } = stage.io;
        const count = 10_000;
        const start = loop.now();
        let last = -1;
        const fired = countdown(count, () => stage.done());
        for (let i = 0; i < count; i++) {
          // 7,919 is a prime: every position once, out of order.
          const position = (i * 7919) % count;
          loop
            .timer(() => {
              assert.equal(position, last + 1);
              last = position;
              fired();
            })
            .arm(start + position * 2000);
        }
      }),
    },
    {
      name: 'what a callback throws rejects run()',
      run: async () => {
        const { loop } = makeIo();
        const thrown = new Error('thrown by a timer');
        loop
          .timer(() => {
            throw thrown;
          })
          .arm(0);
        await assert.rejects(loop.run(), (error) => error === thrown);
      },
    },
    {
      name: 'onTurn is called again and again while nothing happens',
      run: onStage(makeIo, (stage) => {
        stage.io.loop.onTurn = countdown(5, () => stage.done());
      }),
    },
    {
      name: 'run() can be called again after stop(), and armed timers are kept',
      run: async () => {
        const { loop } = makeIo();
        const fired: string[] = [];
        loop
          .timer(() => {
            fired.push('first');
            loop.stop();
          })
          .arm(0);
        loop
          .timer(() => {
            fired.push('second');
            loop.stop();
          })
          .arm(loop.now() + 20e6);
        await loop.run();
        assert.deepEqual(fired, ['first']);
        await loop.run();
        assert.deepEqual(fired, ['first', 'second']);
      },
    },
  ];
}

/** Within a millisecond, which is far more than the calibration of any clock may be off. */
function clockIsMonotonic({ loop }: Io): void {
  let last = loop.now();
  for (let i = 0; i < 1000; i++) {
    const before = Number(process.hrtime.bigint());
    const now = loop.now();
    const after = Number(process.hrtime.bigint());
    assert.ok(now >= last, 'the clock went back');
    assert.ok(now > before - 1e6 && now < after + 1e6, `now() is ${now}, the monotonic clock ${before}`);
    last = now;
  }
}
