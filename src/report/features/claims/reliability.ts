import { formatCount, formatRatio } from '../../../record/units.ts';
import type { Claim } from '../claim.ts';
import { LOSSY } from '../paths.ts';

/** Small messages at an easy pace: nothing but the loss keeps them from arriving. Shared with retransmissions. */
export const LOSING = { scenario: 'stream size=250 rate=1mbit', link: LOSSY };

export const reliability: Claim = {
  name: 'reliability, acknowledgements',
  says: {
    udp: 'unreliable: delivery as well as it goes, without acknowledgements',
    tcp: 'reliable: all data is acknowledged',
  },
  cases: () => [LOSING],
  judge(evidence) {
    const [sent, lost, forth, back] = ['messages_sent', 'messages_lost', 'link_up_packets', 'link_down_packets'].map(
      (metric) => evidence.total(LOSING, metric),
    );
    const perHundred = forth === 0 ? 0 : Math.round((100 * back) / forth);
    const figures = [
      `${formatRatio(sent === 0 ? 0 : 1 - lost / sent)} of ${formatCount(sent)} messages delivered at 5 % loss`,
      back === 0 ? 'no packet came back' : `${perHundred} packets came back per 100 sent`,
    ];
    if (lost > 0) return { figures, side: 'udp', why: 'what the path lost stays lost, and the sender does not know' };
    return { figures, side: 'tcp', why: 'everything arrived, and the receiver said so' };
  },
};
