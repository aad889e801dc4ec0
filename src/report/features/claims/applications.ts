import { formatMetric } from '../../../record/units.ts';
import type { AskedCase, Claim } from '../claim.ts';
import type { Evidence } from '../evidence.ts';
import { FAR } from '../paths.ts';

interface Application {
  readonly asked: AskedCase;
  /** What is told of it: metric and word. */
  readonly told: readonly (readonly [metric: string, word: string])[];
}

const over = (scenario: string): AskedCase => ({ scenario, link: FAR });

const FILE = over('file');
const CHAT = over('chat');
const PLAYOUT = over('playout');
const PING = over('ping');

const APPLICATIONS: readonly Application[] = [
  { asked: FILE, told: [['intact_ratio', 'of the file intact']] },
  { asked: CHAT, told: [['chat_delivery_ratio', 'of the chat delivered']] },
  {
    asked: PLAYOUT,
    told: [
      ['playout_freeze_ratio', 'of the video frozen'],
      ['playout_lost_ratio', 'of its frames lost'],
    ],
  },
  { asked: PING, told: [['ping_rtt_p99_ms', 'for a request and its answer at the 99th percentile']] },
];

export const applications: Claim = {
  name: 'suitable applications',
  says: {
    udp: 'where the moment matters more than every byte: multimedia, games, short requests',
    tcp: 'where every byte matters: files, web, mail, chat',
  },
  cases: (extent) => APPLICATIONS.map(({ asked }) => ({ ...asked, seconds: extent === 'quick' ? 2 : 4 })),
  judge(evidence) {
    const figures = APPLICATIONS.flatMap(({ asked, told }) =>
      told.flatMap(([metric, word]) => {
        const value = evidence.median(asked, metric);
        return value === undefined ? [] : [`${formatMetric(metric, value)} ${word}`];
      }),
    );
    const complete = isComplete(evidence);
    const prompt = isPrompt(evidence);
    const said = [
      ...(complete === undefined ? [] : [complete ? 'nothing is missing' : 'parts are missing']),
      ...(prompt === undefined ? [] : [`${prompt ? 'sooner' : 'not sooner'} than ${evidence.rival?.label}`]),
    ];
    if (complete === undefined) return { figures, why: said.join(', ') || 'nothing was measured' };
    const side = complete ? 'tcp' : 'udp';
    // Complete and late, or with holes and in time: that is the trade which the claim speaks of.
    const trade = prompt === undefined || prompt !== complete;
    return { figures, side, why: said.join(', '), ...(trade ? {} : { limited: true }) };
  },
};

/** Whether everything arrives where it has to; undefined where that was not measured. */
function isComplete(evidence: Evidence): boolean | undefined {
  // Of every trial: what is lost now and then cannot be relied upon.
  const shares = (
    [
      [FILE, 'intact_ratio'],
      [CHAT, 'chat_delivery_ratio'],
    ] as const
  ).flatMap(([asked, metric]) => evidence.completed(asked).flatMap(({ metrics }) => metrics[metric] ?? []));
  return shares.length === 0 ? undefined : shares.every((share) => share === 1);
}

/** Whether it is in time more often than its rival. */
function isPrompt(evidence: Evidence): boolean | undefined {
  const { rival } = evidence;
  if (!rival) return undefined;
  const pairs = (
    [
      [PLAYOUT, 'playout_freeze_ratio'],
      [PING, 'ping_rtt_p99_ms'],
    ] as const
  ).flatMap(([asked, metric]) => {
    const [own, other] = [evidence.median(asked, metric), rival.median(asked, metric)];
    return own === undefined || other === undefined ? [] : [own < other];
  });
  return pairs.length === 0 ? undefined : pairs.every((sooner) => sooner);
}
