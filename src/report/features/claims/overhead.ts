import { formatNumber } from '../../../record/units.ts';
import type { AskedCase, Claim } from '../claim.ts';
import { CLEAN } from '../paths.ts';
import { rivalry } from '../rivalry.ts';

/** About 500 messages a second each: paced, so that a stream cannot fill its packets with several. */
const PACED: readonly { readonly size: number; readonly asked: AskedCase }[] = [
  [64, '256kbit'],
  [512, '2mbit'],
  [1400, '5600kbit'],
].map(([size, rate]) => ({
  size: size as number,
  asked: { scenario: `stream size=${size} rate=${rate}`, link: CLEAN },
}));

/** The smallest of them: what latency is taken from where nothing better is measured. */
export const SMALL: AskedCase = PACED[0].asked;

export const overhead: Claim = {
  name: 'overhead',
  says: {
    udp: 'very low: headers of 8 bytes',
    tcp: 'low, but higher: headers of 20 bytes at least, and acknowledgements',
  },
  cases: () => PACED.map(({ asked }) => asked),
  judge(evidence) {
    const figures = PACED.flatMap(({ size, asked }) => {
      const ratio = evidence.median(asked, 'overhead_ratio');
      return ratio === undefined ? [] : [`${size}-byte messages: ${formatNumber(ratio)} bytes more per byte`];
    });
    const contests = PACED.map(({ size, asked }) => ({
      what: `${size} bytes`,
      asked,
      metric: 'overhead_ratio',
      better: 'lower' as const,
    }));
    return { figures, ...rivalry(evidence, contests, 'udp') };
  },
};
