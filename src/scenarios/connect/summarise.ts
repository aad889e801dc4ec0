import type { Flag, Metrics } from '../../record/schema.ts';
import { FEW_SAMPLES } from '../percentile-metrics.ts';
import type { Finished, Summary } from '../scenario.ts';
import type { ClientResult } from './client.ts';
import type { ConnectParams } from './params.ts';

export function summariseConnect({ client }: Finished<ConnectParams>): Summary {
  const { windowSeconds, lastSeconds, asked, opened, answered, setup, firstByte } = client as ClientResult;
  const seconds = Math.max(windowSeconds, lastSeconds);
  const metrics: Metrics = {
    duration_s: seconds,
    messages_sent: opened,
    messages_delivered: answered,
    messages_lost: opened - answered,
    ...(opened > 0 ? { loss_ratio: (opened - answered) / opened } : {}),
    connect_per_s: answered / seconds,
    ...(setup ? { connect_setup_p50_ms: setup.p50 } : {}),
    ...(firstByte ? { connect_first_byte_p50_ms: firstByte.p50, connect_first_byte_p99_ms: firstByte.p99 } : {}),
    connect_failed: asked - opened,
  };
  return { metrics, flags: flags(client as ClientResult) };
}

function flags({ answered, asked, opened, failure }: ClientResult): Flag[] {
  if (answered >= FEW_SAMPLES) return [];
  const failed = asked - opened;
  const why = failed > 0 && failure !== undefined ? ` (${failed} failed: ${failure})` : '';
  return [
    {
      name: 'too-few-samples',
      reason: `${answered} connections are too few for percentiles${why}`,
      remedy: 'measure longer (--duration), or set up more at once (parallel=...)',
    },
  ];
}
