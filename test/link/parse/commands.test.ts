import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProfile } from '../../../src/link/format.ts';
import { parseProfile } from '../../../src/link/parse.ts';
import type { Stage } from '../../../src/link/profile.ts';
import { direction, filesOf } from '../arbitrary.ts';
import { pointedAt, refusal } from './refusal.ts';

const canonical = (text: string) => formatProfile(parseProfile(text));

/** Bytes that the next one bounds; what is behind a netem counts under its limit, and another tbf has its bound from its own child. */
function roomOf([child, ...further]: readonly Stage[]): number {
  if (child.kind === 'netem') return (child.limit ?? 32_768) * 1514;
  return further.length > 0 ? roomOf(further) : child.limitBytes;
}

describe('tc commands', () => {
  it.each([
    ['tc qdisc add dev eth0 root netem delay 1ms', 'delay 1ms'],
    ['sudo tc -s qdisc replace dev eth0 root handle 1: netem delay 1ms', 'delay 1ms'],
    [
      'sudo ip netns exec a /sbin/tc -n b q c dev eth0 handle 1: root tbf rate 1mbit burst 4k limit 4k',
      'tbf rate 1mbit burst 4kb limit 4kb',
    ],
    ['qdisc add dev eth0 root netem', 'netem'],
    ['  # shape\n\ntc qdisc add dev eth0 root netem delay \\\n 1ms # slow\n', 'delay 1ms'],
    ['tc qdisc add dev a root netem delay 1ms; # done', 'delay 1ms'],
    [
      'tc qdisc add dev a root handle 1: netem delay 1ms && tc qdisc add dev a parent 1:1 handle 10: netem loss 1%;tc qdisc add dev a parent 010: netem limit 5',
      'netem delay 1ms | netem loss 1% | netem limit 5',
    ],
  ])('reads %s', (text, profile) => {
    expect(canonical(text)).toBe(profile);
  });

  it('leaves a tbf the bound of its child alone, which has replaced its queue', () => {
    const chain = (child: string) =>
      `tc qdisc add dev x root handle 1: tbf rate 1mbit burst 4kb limit 4kb\ntc qdisc add dev x parent 1: handle 2: ${child}`;
    expect(canonical(chain('netem delay 1ms limit 100'))).toBe(
      'netem delay 1ms limit 100 | tbf rate 1mbit burst 4kb limit 151400b',
    );
    // 32,768 full frames: all that a direction holds.
    const free = canonical(chain('netem delay 1ms'));
    expect(free).toBe('netem delay 1ms | tbf rate 1mbit burst 4kb limit 48448kb');
    expect(canonical(free)).toBe(free);
    expect(canonical(chain('tbf rate 2mbit burst 2kb limit 9kb'))).toBe(
      'tbf rate 2mbit burst 2kb limit 9kb | tbf rate 1mbit burst 4kb limit 9kb',
    );
  });

  it('chains them by their handles, whatever the order of the lines', () => {
    const chain = direction({ maxStages: 4 }).filter(({ stages }) => stages.length > 0);
    fc.assert(
      fc.property(chain, fc.infiniteStream(fc.nat()), (up, keys) => {
        const lines = up.stages.map((stage, i) => {
          const single = { stages: [{ kind: 'netem' as const }, stage] };
          const words = formatProfile({ up: single, down: single }).replace('netem | ', '');
          return `tc qdisc add dev x ${i === 0 ? 'root' : `parent ${i}:1`} handle ${i + 1}: ${words}`;
        });
        const shuffled = lines
          .map((line) => ({ line, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ line }) => line);
        // A tbf takes packets from its child: all netems come first, and the innermost bucket.
        const of = (kind: 'netem' | 'tbf') => up.stages.filter((stage) => stage.kind === kind);
        const passed = [...of('netem'), ...of('tbf').reverse()].map((stage) => {
          const children = up.stages.slice(up.stages.indexOf(stage) + 1);
          return stage.kind === 'tbf' && children.length > 0 ? { ...stage, limitBytes: roomOf(children) } : stage;
        });
        expect(parseProfile(shuffled.join('\n'), filesOf(up)).up).toEqual({ stages: passed });
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['tc', 'needs qdisc', 'tc'],
    ['tc filter add dev x', "expected qdisc, not 'filter'", 'filter'],
    ['tc qdisc', 'needs add, change or replace', 'qdisc'],
    ['tc qdisc del dev x root', "expected add, change, replace, not 'del'", 'del'],
    ['qdisc netem 8001: root refcnt 2 limit 1000', "give the output of 'tc -j qdisc show'", 'netem'],
    ['tc qdisc add dev', 'needs a device', 'dev'],
    ['tc qdisc add dev x dev y root netem', "'dev' is given twice", 'dev'],
    ['tc qdisc add dev x root', 'needs a qdisc: netem or tbf', 'root'],
    ['tc qdisc add dev x root fq_codel limit 5', "'fq_codel' is not emulated; netem and tbf are", 'fq_codel'],
    ['tc qdisc add dev x netem delay 1ms', "needs 'root', or 'parent'", 'tc qdisc add dev x netem'],
    ['tc qdisc add dev x root parent 1: netem', 'exclude each other', 'tc qdisc add dev x root parent 1: netem'],
    ['tc qdisc add dev x root netem delay 1ms wobble', "'delay 1ms wobble': unknown word", 'wobble'],
    ['tc qdisc add dev x root netem delay 1ms | loss 1%', "unknown word '|'", '|'],
    ['tc qdisc add dev x root netem\nset -e', "is no 'tc qdisc' command", 'set -e'],
    ['tc qdisc add dev x root netem; tc qdisc add dev x root netem', 'second root', 'tc qdisc add dev x root netem'],
    ['tc qdisc add dev x parent 3: netem', 'parent 3: does not lead to the root', 'tc qdisc add dev x parent 3: netem'],
    [
      'tc qdisc add dev x root netem\ntc qdisc add dev x parent 1: netem',
      "write 'root', or 'root handle 1:'",
      'tc qdisc add dev x parent 1: netem',
    ],
    [
      'tc qdisc add dev x root handle 1: netem\ntc qdisc add dev x parent 1: netem\ntc qdisc add dev x parent 1: tbf rate 1mbit burst 4k limit 4k',
      'second child of 1:',
      'tc qdisc add dev x parent 1: tbf',
    ],
    [
      'tc qdisc add dev x root handle 1: netem\ntc qdisc add dev y parent 1: netem',
      'the devices are x and y',
      'tc qdisc add dev y parent 1: netem',
    ],
  ])('refuses "%s"', (text, problem, word) => {
    expect(refusal(text)).toContain(problem);
    expect(pointedAt(refusal(text))).toBe(word);
  });
});
