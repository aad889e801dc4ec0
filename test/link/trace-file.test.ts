import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../src/link/trace-file.ts';

const read = (text: string) => parseTrace(text, 'a.trace');

describe('parseTrace', () => {
  it.each([
    ['1', [1]],
    ['0\n0\n17\n', [0, 0, 17]],
    ['0\r\n5\r\n', [0, 5]],
    ['4294967295\n', [4_294_967_295]],
  ])('reads %j', (text, times) => {
    expect(read(text)).toEqual(Uint32Array.from(times));
  });

  it.each([
    ['', "'a.trace', line 1: is empty; each line is a time in ms, such as 17"],
    ['\n', 'line 1: is empty'],
    ['1\n\n2\n', 'line 2: is empty'],
    ['1\n2\n\n', 'line 3: is empty'],
    ['1\n2 \n', "line 2: '2 ' is not a time in whole ms"],
    ['1\n1.5\n', "line 2: '1.5' is not a time in whole ms"],
    ['-1\n', "line 1: '-1' is not a time"],
    ['# comment\n1\n', "line 1: '# comment' is not a time"],
    ['5\n4\n', 'line 2: 4 comes after 5; times may not decrease'],
    ['4294967296\n', 'is more than 4294967295 ms'],
    ['0\n0\n', "'a.trace' ends at 0 ms"],
  ])('refuses %j', (text, problem) => {
    expect(() => read(text)).toThrow(problem);
  });

  it('reads what is written, a time on each line', () => {
    const times = fc.array(fc.nat(2 ** 31), { minLength: 1 }).map((any) => [...any, 1 + 2 ** 31].sort((a, b) => a - b));
    fc.assert(
      fc.property(times, (ms) => {
        expect(read(`${ms.join('\n')}\n`)).toEqual(Uint32Array.from(ms));
      }),
    );
  });
});
