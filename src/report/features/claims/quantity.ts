import { formatRatio, formatSeconds } from '../../../record/units.ts';
import type { AskedCase, Claim, Extent } from '../claim.ts';
import type { Evidence } from '../evidence.ts';
import { CLEAN, LOOPBACK, WIRELESS } from '../paths.ts';

/** One amount of data to be sent, and how much has to be measured before it is. */
interface Amount {
  /** For people: "10 kB". */
  readonly name: string;
  readonly asked: AskedCase;
  readonly from: Extent;
}

const amount = (name: string, words: string, link: string, from: Extent = 'quick'): Amount => ({
  name,
  asked: { scenario: `stream ${words}`, link },
  from,
});

/** One byte takes a message of the smallest size, which holds netduel's header alone; with a rate, or it would be taken for a flood of them. */
const ONE_BYTE = 'size=20 rate=1mbit bytes=1';

const CLEAN_AMOUNTS: readonly Amount[] = [
  amount('1 B', ONE_BYTE, CLEAN),
  amount('10 kB', 'bytes=10000', CLEAN, 'usual'),
  amount('1 MB', 'bytes=1000000', CLEAN),
  amount('10 MB', 'bytes=10000000', CLEAN, 'usual'),
  amount('100 MB', 'bytes=100000000', CLEAN, 'full'),
];
const LOSSY_AMOUNTS: readonly Amount[] = [
  amount('1 B', ONE_BYTE, WIRELESS),
  amount('10 kB', 'bytes=10000', WIRELESS),
  amount('1 MB', 'bytes=1000000', WIRELESS),
  amount('10 MB', 'bytes=10000000', WIRELESS, 'full'),
];
const LOOPBACK_AMOUNTS: readonly Amount[] = [
  amount('1 B', ONE_BYTE, LOOPBACK, 'usual'),
  amount('10 MB', 'bytes=10000000', LOOPBACK),
  amount('100 MB', 'bytes=100000000', LOOPBACK, 'usual'),
  amount('1 GB', 'bytes=1000000000', LOOPBACK, 'full'),
];
const SWEEPS: readonly { readonly over: string; readonly amounts: readonly Amount[] }[] = [
  { over: 'over 50 Mbit/s', amounts: CLEAN_AMOUNTS },
  { over: 'at 1 % loss', amounts: LOSSY_AMOUNTS },
  { over: 'on loopback', amounts: LOOPBACK_AMOUNTS },
];

const REACH: Readonly<Record<Extent, number>> = { quick: 0, usual: 1, full: 2 };

export const quantity: Claim = {
  name: 'quantity of data',
  says: { udp: 'small amounts, up to some hundred bytes', tcp: 'any amount, from bytes to gigabytes' },
  cases: (extent) =>
    SWEEPS.flatMap(({ amounts }) => amounts)
      .filter(({ from }) => REACH[from] <= REACH[extent])
      .map(({ asked }) => asked),
  judge(evidence) {
    const known = SWEEPS.map(({ over, amounts }) => ({
      over,
      amounts: amounts.filter(({ asked }) => evidence.completed(asked).length > 0),
    })).filter(({ amounts }) => amounts.length > 0);
    const figures = known.map(
      ({ over, amounts }) => `${over}: ${amounts.map((one) => `${one.name} ${outcome(evidence, one)}`).join(', ')}`,
    );
    const all = known.flatMap(({ over, amounts }) => amounts.map((one) => ({ ...one, over })));
    const broken = all.filter(({ asked }) => wholeShare(evidence, asked) < 1);
    const sooner = fasterFor(evidence, all);
    const [first] = broken;
    if (!first) return { figures, side: 'tcp', why: `every amount arrived whole${sooner}` };
    const missing = `${first.name} ${first.over} did not always arrive whole`;
    const whole = known[0].amounts.filter((one) => wholeShare(evidence, one.asked) === 1).at(-1);
    if (!whole || whole.name === '1 B') return { figures, side: 'udp', why: `${missing}${sooner}` };
    return {
      figures,
      side: 'udp',
      limited: true,
      why: `${missing}, but ${whole.name} ${known[0].over} did${sooner}`,
    };
  },
};

/** Of the trials that were completed, those in which nothing was missing. */
function wholeShare(evidence: Evidence, asked: AskedCase): number {
  const trials = evidence.completed(asked);
  return trials.filter(({ metrics }) => metrics['completion_s'] !== undefined).length / trials.length;
}

/** With the time to connect: a connection is set up for it. Undefined where nothing arrived whole. */
function seconds(evidence: Evidence, asked: AskedCase): number | undefined {
  const completion = evidence.median(asked, 'completion_s');
  return completion === undefined ? undefined : completion + (evidence.median(asked, 'connect_ms') ?? 0) / 1e3;
}

function outcome(evidence: Evidence, { asked }: Amount): string {
  const took = seconds(evidence, asked);
  if (took === undefined) return `${formatRatio(evidence.median(asked, 'loss_ratio') ?? 1)} missing`;
  const share = wholeShare(evidence, asked);
  return `${formatSeconds(took)}${share < 1 ? ` (whole in ${formatRatio(share)} of trials)` : ''}`;
}

/** Where it was done before its rival, which is the other half of the question. */
function fasterFor(evidence: Evidence, amounts: readonly (Amount & { readonly over: string })[]): string {
  const { rival } = evidence;
  if (!rival) return '';
  const won = amounts.filter(({ asked }) => {
    const [own, other] = [seconds(evidence, asked), seconds(rival, asked)];
    return own !== undefined && (other === undefined || own < other);
  });
  const both = amounts.filter(({ asked }) => rival.completed(asked).length > 0);
  return both.length === 0 ? '' : `; done before ${rival.label} in ${won.length} of ${both.length}`;
}
