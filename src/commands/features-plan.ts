import type { AskedCase, Extent } from '../report/features/claim.ts';
import { CLAIMS } from '../report/features/index.ts';
import { type Pair, planSuite, type SuitePlan } from '../suite/plan.ts';
import type { SuiteRequest } from '../suite/request.ts';

type Asked = SuiteRequest['transports'][number];

/** What the claims ask of every transport, as far as the request has the scenarios for it. */
export function planFeatures(extent: Extent, request: SuiteRequest): SuitePlan {
  const pairs = new Map<string, Pair & { readonly transports: Asked[] }>();
  for (const claim of CLAIMS) {
    const candidates = claim.cases(extent).flatMap((asked) => pairOf(asked, request) ?? []);
    for (const transport of request.transports) {
      for (const pair of suited(candidates, transport)) {
        const key = `${pair.scenario.label}\n${pair.link.label}`;
        const known = pairs.get(key) ?? { ...pair, transports: [] };
        pairs.set(key, known);
        if (!known.transports.includes(transport)) known.transports.push(transport);
      }
    }
  }
  return planSuite(request, [...pairs.values()]);
}

interface Candidate extends Pair {
  readonly fallback: boolean;
}

function pairOf(
  { scenario: text, link: path, fallback, seconds }: AskedCase,
  request: SuiteRequest,
): Candidate | undefined {
  const scenario = request.scenarios.find(({ label }) => label === text);
  const link = request.links.find(({ label }) => label === path);
  return (
    scenario && link && { scenario, link, fallback: fallback === true, ...(seconds === undefined ? {} : { seconds }) }
  );
}

/** Those that the transport can be put to, what is there for want of better left out; where there is none, one that says why. */
function suited(candidates: readonly Candidate[], { transport }: Asked): readonly Candidate[] {
  const fitting = candidates.filter(
    ({ link }) => transport.only === undefined || (transport.only === 'loopback') === (link.profile === undefined),
  );
  const proper = fitting.filter(({ fallback }) => !fallback);
  if (proper.length > 0) return proper;
  return fitting.length > 0 ? fitting : candidates.slice(0, 1);
}
