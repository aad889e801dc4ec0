import { closeSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Loop } from '../../../src/io/loop.ts';
import { linuxSystemCalls } from '../../requirements.ts';

const modules = await Promise.all([
  import('../../../src/io/linux/loop.ts'),
  import('../../../src/io/linux/libc.ts'),
]).catch(() => undefined);

const onLinux = (name: string, act: (loop: InstanceType<LinuxLoopClass>, c: Libc) => void) =>
  test(name, async (context) => {
    await linuxSystemCalls(context);
    if (!modules) throw new Error('io/linux did not load');
    act(new modules[0].LinuxLoop(), modules[1]);
  });
type LinuxLoopClass = typeof import('../../../src/io/linux/loop.ts').LinuxLoop;
type Libc = typeof import('../../../src/io/linux/libc.ts');

const run = (loop: Loop, forNs: number): void => {
  loop.timer(() => loop.stop()).arm(loop.now() + forNs);
  void loop.run();
};

/** A UDP socket that is always writable, and bound. */
function udp(c: Libc): number {
  return c.check(c.libc.socket(c.AF_INET, c.SOCK_DGRAM | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC, 0), 'socket');
}

onLinux('only what is wanted is reported, from when it is wanted until it is not', (loop, c) => {
  const fd = udp(c);
  let heard = 0;
  const watch = loop.watch(fd, 0, (ready) => {
    expect(ready).toBe(c.POLLOUT);
    if (++heard === 3) watch.events &= ~c.POLLOUT;
  });
  run(loop, 2e6);
  expect(heard).toBe(0);
  watch.events |= c.POLLOUT;
  expect(watch.events).toBe(c.POLLOUT);
  run(loop, 2e6);
  expect(heard).toBe(3);
  watch.close();
  closeSync(fd);
});

onLinux(
  'what was closed by an earlier handler of a turn is not heard, nor for it one that has taken its number',
  (loop, c) => {
    const heard: string[] = [];
    const [a, b] = [udp(c), udp(c)];
    const watches = [a, b].map((fd, i) =>
      loop.watch(fd, c.POLLOUT, () => {
        heard.push(`first ${i}`);
        const other = i === 0 ? 1 : 0;
        watches[other]?.close();
        const number = [a, b][other] as number;
        closeSync(number);
        const again = udp(c);
        expect(again).toBe(number);
        const late = loop.watch(again, c.POLLIN, () => heard.push('late'));
        watches[i]?.close();
        loop.defer(() => {
          late.close();
          closeSync(again);
        });
      }),
    );
    run(loop, 2e6);
    expect(heard).toHaveLength(1);
    closeSync(heard[0] === 'first 0' ? a : b);
  },
);

onLinux('a loop that has ended leaves no descriptor behind', (loop) => {
  const open = (): number => readdirSync('/proc/self/fd').length;
  const before = open();
  for (let i = 0; i < 5; i++) run(loop, 0);
  expect(open()).toBe(before);
});
