import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDistribution } from '../../src/link/distribution-file.ts';

const read = (text: string) => parseDistribution(text, 'a.dist');

describe('parseDistribution', () => {
  it('reads numbers of any base, lines with several, and no comments', () => {
    expect(read('# 8192 is one jitter\n-8192 0 8192\n\n 0x10\t-010\r\n32767\n#1\n-32768')).toEqual([
      -8192, 0, 8192, 16, -8, 32_767, -32_768,
    ]);
  });

  it.each([
    ['', "'a.dist' has no values"],
    ['# nothing\n', "'a.dist' has no values"],
    ['1\n2 x\n', "'a.dist', line 2: 'x' is not a whole number"],
    ['1.5', "line 1: '1.5' is not a whole number"],
    ['32768', "'32768' is not within -32768 to 32767"],
    ['1\n'.repeat(16_385), "'a.dist' has 16385 values; at most 16384"],
  ])('refuses %j', (text, problem) => {
    expect(() => read(text)).toThrow(problem);
  });

  it('reads what is written, however it is wrapped', () => {
    const values = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 10 }), (table, wrap) => {
        const text = table.map((value, i) => `${value}${i % wrap === 0 ? '\n' : ' '}`).join('');
        expect(read(text)).toEqual(table);
      }),
    );
  });
});
