import { formatCount } from '../../../record/units.ts';
import type { Claim } from '../claim.ts';
import { LOSING } from './reliability.ts';

export const retransmissions: Claim = {
  name: 'retransmissions',
  says: {
    udp: 'none: the application has to notice what is missing and send it again',
    tcp: 'what was lost is sent again by the transport',
  },
  cases: () => [LOSING],
  judge(evidence) {
    const [onPath, missing, packets, messages] = [
      'link_up_lost',
      'messages_lost',
      'link_up_packets',
      'messages_sent',
    ].map((metric) => evidence.total(LOSING, metric));
    const again = evidence.total(LOSING, 'retransmits');
    const figures = [
      `${formatCount(onPath)} packets lost on the path, ${formatCount(missing)} messages missing`,
      `${again === 0 ? 'nothing' : formatCount(again)} sent again`,
      `${formatCount(packets)} packets for ${formatCount(messages)} messages`,
    ];
    if (onPath === 0) return { figures, why: 'the path lost nothing' };
    if (missing > 0) return { figures, side: 'udp', why: 'each message was sent once' };
    return { figures, side: 'tcp', why: 'all losses were made good without the application' };
  },
};
