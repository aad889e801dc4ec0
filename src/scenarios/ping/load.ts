import type { Connection } from '../../transports/transport.ts';
import type { DataDirection, Finished, Half, HalfContext, Schedule } from '../scenario.ts';
import { type StreamParams, streamParams } from '../stream/params.ts';
import { StreamReceiver } from '../stream/receiver.ts';
import { StreamSender } from '../stream/sender.ts';
import { summariseStream } from '../stream/summarise.ts';
import type { PingParams } from './params.ts';

/** What a load's halves tell each other, beside what the ping's own do. */
export interface LoadTold {
  readonly flow: DataDirection;
  readonly value: unknown;
}

type Results = Partial<Record<DataDirection, unknown>>;

const flowParams = (direction: DataDirection): StreamParams => streamParams.parse({ direction });

/** The largest message of a load. */
export const LOAD_MESSAGE_BYTES: number = flowParams('up').size;

export const flowsOf = ({ load }: PingParams): readonly DataDirection[] =>
  load === 'both' ? ['up', 'down'] : load === 'none' ? [] : [load];

/** One end of bulk flows on a connection of their own: the halves of `stream`, one for each direction. */
export class Load {
  readonly #flows: ReadonlyMap<DataDirection, Half>;
  #left: number;

  /** `onDone`: nothing is left to send or to wait for; not called where there is no load. */
  constructor(context: HalfContext<PingParams>, end: 'client' | 'server', onDone: () => void) {
    const directions = flowsOf(context.params);
    this.#left = directions.length;
    const done = (): void => {
      if (--this.#left === 0) onDone();
    };
    this.#flows = new Map(
      directions.map((flow) => {
        const own: HalfContext<StreamParams> = {
          ...context,
          params: flowParams(flow),
          tell: (value) => context.tell({ flow, value } satisfies LoadTold),
          ready: () => {},
          done,
          sample: (metric, value) => context.sample(`ping_load_${flow}_${metric}`, value),
        };
        const sends = (flow === 'up') === (end === 'client');
        return [flow, sends ? new StreamSender(own) : new StreamReceiver(own)];
      }),
    );
  }

  get asked(): boolean {
    return this.#flows.size > 0;
  }

  get done(): boolean {
    return this.#left === 0;
  }

  onConnection(connection: Connection): void {
    for (const flow of this.#flows.values()) flow.onConnection(connection);
  }

  onSchedule(schedule: Schedule): void {
    for (const flow of this.#flows.values()) flow.onSchedule?.(schedule);
  }

  onTold({ flow, value }: LoadTold): void {
    this.#flows.get(flow)?.onTold?.(value);
  }

  onSample(): void {
    for (const flow of this.#flows.values()) flow.onSample?.();
  }

  result(): Results {
    return Object.fromEntries([...this.#flows].map(([direction, flow]) => [direction, flow.result()]));
  }
}

/** Goodput of the flows of both directions together; undefined without a load. */
export function loadBps(
  { params, link }: Pick<Finished<PingParams>, 'params' | 'link'>,
  client: Results,
  server: Results,
): number | undefined {
  const flows = flowsOf(params).map((direction) => {
    const ends = { client: client[direction], server: server[direction] };
    return summariseStream({ params: flowParams(direction), ...ends, link }).metrics['goodput_bps'] ?? 0;
  });
  return flows.length === 0 ? undefined : flows.reduce((sum, bps) => sum + bps, 0);
}
