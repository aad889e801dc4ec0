import { SERVER } from '../../../src/lab/addresses.ts';
import type { BareLab } from '../outside-lab.ts';
import { interrupt } from './interrupt.ts';

/** A datagram to the server. */
export interface Trip {
  /** On a clock that starts with the first one. */
  readonly sentMs: number;
  /** One way; undefined where it was lost on the way there. */
  readonly ms: number | undefined;
}

interface RoundTrip {
  readonly lost: string;
  readonly timestamps: { readonly client: { readonly send: { readonly monotonic: number } } };
  readonly delay: { readonly send?: number };
}

const ADDRESS = `${SERVER.v4}:2112`;

/** A datagram each 2 ms, for so many ms; where irtt wakes up too late there is none. */
export async function irtt(lab: BareLab, ms: number): Promise<readonly Trip[]> {
  const server = lab.start('server', ['irtt', 'server', '-i', '0', '-b', ADDRESS]);
  try {
    for (let attempts = 0; attempts < 50; attempts++) {
      const args = ['-i', '2ms', '-d', `${ms}ms`, '-q', '-o', '-', ADDRESS];
      const { stdout, stderr } = await lab.run('client', ['irtt', 'client', ...args]);
      const json = stdout.indexOf('{');
      if (json >= 0) return tripsOf(JSON.parse(stdout.slice(json)).round_trips);
      // The server may not listen yet.
      if (!stderr.includes('refused')) throw new Error(`irtt: ${stderr}`);
    }
    throw new Error('irtt refused to be connected to');
  } finally {
    await interrupt(server);
  }
}

const tripsOf = (trips: readonly RoundTrip[]): readonly Trip[] =>
  trips.map(({ timestamps, lost, delay }) => ({
    sentMs: timestamps.client.send.monotonic / 1e6,
    ms: lost === 'true_up' || delay.send === undefined ? undefined : delay.send / 1e6,
  }));
