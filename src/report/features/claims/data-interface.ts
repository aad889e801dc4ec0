import { formatCount, formatRatio } from '../../../record/units.ts';
import type { AskedCase, Claim } from '../claim.ts';
import { DIRECT, LOOPBACK } from '../paths.ts';

const CASES: readonly AskedCase[] = [
  { scenario: 'boundaries', link: DIRECT },
  { scenario: 'boundaries', link: LOOPBACK, fallback: true },
];

export const dataInterface: Claim = {
  name: 'data interface',
  says: {
    udp: 'messages: what was sent as one is received as one',
    tcp: 'a stream of bytes without any structure',
  },
  cases: () => CASES,
  judge(evidence) {
    // Where there is a path, what came over it; else over loopback.
    const asked = CASES.find((one) => evidence.completed(one).length > 0) as AskedCase;
    const median = (metric: string): number => evidence.median(asked, metric) ?? 0;
    const [sent, reads, largest] = ['sent', 'reads', 'read_bytes_max'].map((name) => median(`boundaries_${name}`));
    const bytes = median('boundaries_message_bytes');
    const whole = median('boundaries_whole_ratio');
    const figures = [
      `${formatCount(sent)} messages of ${formatCount(bytes)} bytes came in ${formatCount(reads)} reads of up to ${formatCount(largest)} bytes`,
    ];
    if (largest === bytes && whole > 0) return { figures, side: 'udp', why: 'every read returned one message' };
    return {
      figures,
      side: 'tcp',
      why: `${formatRatio(1 - whole)} of the messages were joined with others or cut: the reader cannot tell where one ends`,
    };
  },
};
