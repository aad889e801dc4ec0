import { realisedRate } from '../../../../src/link/realised-rate.ts';
import type { BareLab } from '../../outside-lab.ts';
import { countOf, fiveErrors } from '../bound.ts';
import { type Chain, chainMean, filtered, fourStates, gilbertElliott } from '../chain.ts';
import { growth } from '../counters.ts';
import { arrivals, echoNumber } from '../dumpcap.ts';
import { iperf } from '../iperf.ts';
import { burst, flood, seqs } from '../ping.ts';
import { gaps, mean } from '../statistics.ts';
import type { WordCase } from '../word-case.ts';

const N = 10_000;
const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`;

/** Share of N packets that are lost, and what the chain that decides it says. */
const share = (chain: Chain, closedForm: string) => {
  const { mean: lost, error } = chainMean(chain, N);
  return {
    what: `lost of ${N}`,
    unit: '%' as const,
    closedForm: `${closedForm} = ${percent(lost)}`,
    bound: fiveErrors(100 * lost, 100 * error),
  };
};

/** The numbers of those that arrive. */
const arrived = (lab: BareLab): Promise<readonly number[]> =>
  arrivals(
    lab,
    'server',
    () => flood(lab, N),
    (frames) => frames.map(echoNumber),
  );

/** Of the Gilbert model below: so many bursts, each of a geometric length. */
const BURSTS = (N * 0.05 * 0.25) / (0.05 + 0.25);
const CORRELATED = realisedRate(0.3, 0.5);
const CORRELATED_ERROR = chainMean(filtered(0.3, 0.5), N).error;

export const LOSS: readonly WordCase[] = [
  {
    word: 'loss',
    link: 'up: loss 1%',
    tools: ['iperf3', 'kernel'],
    figures: [
      {
        what: `lost of ${N}, less those that its socket dropped`,
        unit: '',
        closedForm: 'P = 1 %',
        bound: countOf(N, 0.01),
      },
    ],
    measure: async (lab) => {
      let lost = 0;
      const [dropped] = await growth(lab, [['Udp', 'RcvbufErrors']], async () => {
        const end = await iperf(lab, ['--udp', '--bitrate', '6M', '--length', '64', '--blockcount', `${N}`]);
        lost = end.sum.lost_packets;
      });
      return [lost - dropped];
    },
  },
  {
    word: 'loss, seed',
    link: 'up: loss 10% seed 42',
    tools: ['ping'],
    figures: [
      {
        what: 'lost of 100, counted from 0',
        closedForm: 'the draws of taus113',
        exactly: '13 27 37 38 39 43 49 53 65 76 79 87',
      },
    ],
    measure: async (lab) => {
      const answered = new Set(seqs(await burst(lab, 100)));
      return [
        Array.from({ length: 100 }, (_, i) => i)
          .filter((i) => !answered.has(i + 1))
          .join(' '),
      ];
    },
  },
  {
    word: 'loss with correlation',
    link: 'up: loss 30% 50%',
    tools: ['ping', 'kernel'],
    figures: [
      {
        what: `lost of ${N}`,
        unit: '%',
        closedForm: `30 % of the numbers that x' = (1 - c) u + c x makes: ${percent(CORRELATED)}`,
        bound: fiveErrors(100 * CORRELATED, 100 * CORRELATED_ERROR),
      },
    ],
    measure: async (lab) => {
      const [came] = await growth(lab, [['Icmp', 'InEchos']], () => flood(lab, N));
      return [100 * (1 - came / N)];
    },
  },
  {
    word: 'loss state',
    link: 'up: loss state 5% 40% 30% 60% 2%',
    tools: ['ping', 'dumpcap'],
    figures: [
      share(fourStates(0.05, 0.4, 0.3, 0.6, 0.02), '(p14 + p13 / p31) / (1 + p14 + p13 / p31 * (1 + p32 / p23))'),
    ],
    measure: async (lab) => [100 * (1 - (await arrived(lab)).length / N)],
  },
  {
    word: 'loss gemodel',
    link: 'up: loss gemodel 5% 25%',
    tools: ['ping', 'dumpcap'],
    figures: [
      share(gilbertElliott(0.05, 0.25, 1, 0), 'p / (p + r)'),
      {
        what: 'mean burst',
        unit: '',
        closedForm: '1 / r = 4 packets',
        bound: fiveErrors(4, Math.sqrt((1 - 0.25) / 0.25 ** 2 / BURSTS)),
      },
    ],
    measure: async (lab) => {
      const bursts = gaps(await arrived(lab), N);
      const lost = bursts.reduce((sum, length) => sum + length, 0);
      return [(100 * lost) / N, mean(bursts)];
    },
  },
  {
    word: 'loss gemodel with 1-h and 1-k',
    link: 'up: loss gemodel 2% 20% 70% 1%',
    tools: ['ping', 'dumpcap'],
    figures: [share(gilbertElliott(0.02, 0.2, 0.7, 0.01), '((1-h) p + (1-k) r) / (p + r)')],
    measure: async (lab) => [100 * (1 - (await arrived(lab)).length / N)],
  },
];
