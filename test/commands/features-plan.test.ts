import { expect, test } from 'vitest';
import { planFeatures } from '../../src/commands/features-plan.ts';
import { resolveRun } from '../../src/config/resolve.ts';
import { DIRECT, LONG, LOOPBACK } from '../../src/report/features/paths.ts';
import { questions } from '../../src/scenarios/index.ts';
import type { SuiteRequest } from '../../src/suite/request.ts';

/** Over these scenarios and links only. */
function planned(transports: readonly string[], only?: 'loopback' | 'lab'): string[] {
  const { request } = resolveRun({ transports, scenarios: [...questions], links: [LONG, DIRECT, LOOPBACK] }, undefined);
  const asked: SuiteRequest = only
    ? { ...request, transports: request.transports.map((one) => ({ ...one, transport: { ...one.transport, only } })) }
    : request;
  const { cases, trials } = planFeatures('usual', asked);
  expect(trials).toHaveLength(cases.length * request.trials);
  return cases.map(({ record: { transport, scenario, link } }) =>
    [transport.label, scenario.label, link.label].join(' / '),
  );
}

test('every transport is put to what claims ask for, over the lab where it can be', () => {
  expect(planned(['tcp', 'udp'])).toEqual([
    'tcp / opening / delay 20ms',
    'udp / opening / delay 20ms',
    'tcp / boundaries / direct',
    'udp / boundaries / direct',
    'tcp / stalled-reader / direct',
    'udp / stalled-reader / direct',
  ]);
});

test('one that no lab can carry: over loopback, and where only a lab would do, the one case that says so', () => {
  expect(planned(['tcp'], 'loopback')).toEqual([
    'tcp / opening / delay 20ms',
    'tcp / boundaries / loopback',
    'tcp / stalled-reader / loopback',
  ]);
});

test('one that is for the lab alone is not asked for anything else', () => {
  expect(planned(['udp'], 'lab')).toEqual(planned(['udp']));
});
