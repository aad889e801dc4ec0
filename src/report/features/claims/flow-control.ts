import { formatBytes, formatRatio, formatSeconds } from '../../../record/units.ts';
import type { AskedCase, Claim } from '../claim.ts';
import { DIRECT, LOOPBACK } from '../paths.ts';

const CASES: readonly AskedCase[] = [
  { scenario: 'stalled-reader', link: DIRECT },
  { scenario: 'stalled-reader', link: LOOPBACK, fallback: true },
];

export const flowControl: Claim = {
  name: 'flow control',
  says: {
    udp: 'none: a receiver that does not keep up loses data',
    tcp: 'a sliding window: the receiver holds the sender back',
  },
  cases: () => CASES,
  judge(evidence) {
    const asked = CASES.find((one) => evidence.completed(one).length > 0) as AskedCase;
    const median = (metric: string): number | undefined => evidence.median(asked, metric);
    const taken = median('stalled_taken_bytes') ?? 0;
    const blockedMs = median('stalled_blocked_after_ms');
    const lost = median('loss_ratio') ?? 0;
    const drops = median('socket_drops') ?? 0;
    const missing = median('messages_lost') ?? 0;
    const inSocket = missing === 0 ? 0 : Math.min(1, drops / missing);
    const figures = [
      blockedMs === undefined
        ? `reader stopped: the sender never blocked, ${formatBytes(taken)} were taken`
        : `reader stopped: the sender blocked after ${formatBytes(taken)}, ${formatSeconds(blockedMs / 1e3)}`,
      lost === 0
        ? 'all of it was there when the reader went on'
        : `${formatRatio(lost)} lost, ${formatRatio(inSocket)} of that in the receiving socket`,
    ];
    if (blockedMs !== undefined && lost === 0) {
      return { figures, side: 'tcp', why: 'the sender has to wait for the reader' };
    }
    if (blockedMs === undefined && lost > 0) {
      return { figures, side: 'udp', why: 'the sender does not notice, and the kernel drops' };
    }
    if (lost > 0) return { figures, side: 'udp', limited: true, why: 'the sender was held back, but too late' };
    return { figures, why: 'all that was sent fitted into buffers' };
  },
};
