import { z } from 'zod';
// Outside this repository: from 'netduel'.
import { defineConfig, defineScenario, type Half, type HalfContext } from '../src/index.ts';

const params = z.strictObject({
  /** Bytes of a message; the first eight are ours. */
  size: z.number().int().min(8).max(1200).default(64),
  /** Milliseconds from one request to the next. */
  interval: z.number().positive().default(10),
});
type EchoParams = z.output<typeof params>;

interface ClientResult {
  readonly seconds: number;
  readonly sent: number;
  readonly roundTripsMs: readonly number[];
}

/** Asks every `interval`, whether or not the last answer has come, and times answers from when they should have been asked for. */
function client({ params, trialId, loop, ready, done }: HalfContext<EchoParams>): Half {
  const roundTrips = new Map<number, number>();
  const interval = params.interval * 1e6;
  let sent = 0;
  let end = 0;
  let send = (): void => {};
  const turn = loop.timer(() => send());
  const giveUp = loop.timer(() => finish());
  let finish = (): void => {
    finish = () => {};
    giveUp.cancel();
    done();
  };
  let [open, close] = [0, 0];
  return {
    onConnection(connection) {
      const { headroom } = connection;
      // A buffer of its own, for the transport may hand its address to the kernel.
      const slab = new Uint8Array(new ArrayBuffer(headroom + params.size));
      const view = new DataView(slab.buffer);
      send = () => {
        if (sent >= end) return;
        view.setUint32(headroom, trialId, true);
        view.setUint32(headroom + 4, sent, true);
        // Not taken: onWritable comes back here, and the time goes on counting.
        if (connection.send(slab, 0, params.size, 1) === 0) return;
        sent++;
        turn.arm(open + sent * interval);
      };
      connection.onWritable = () => turn.arm(loop.now());
      connection.onMessages = ({ view, offsets, count, arrival }) => {
        for (let i = 0; i < count; i++) {
          if (view.getUint32(offsets[i], true) !== trialId) continue;
          const number = view.getUint32(offsets[i] + 4, true);
          if (!roundTrips.has(number)) roundTrips.set(number, (arrival - (open + number * interval)) / 1e6);
        }
        if (roundTrips.size >= end) finish();
      };
      ready();
    },
    onSchedule(schedule) {
      ({ open, close } = schedule);
      end = Math.ceil((close - open) / interval);
      turn.arm(open);
      giveUp.arm(schedule.drainEnd);
    },
    result: (): ClientResult => ({ seconds: (close - open) / 1e9, sent, roundTripsMs: [...roundTrips.values()] }),
  };
}

/** Sends everything back. */
function server({ params, ready, done }: HalfContext<EchoParams>): Half {
  return {
    onConnection(connection) {
      const slab = new Uint8Array(new ArrayBuffer(connection.headroom + params.size));
      connection.onMessages = ({ bytes, offsets, lengths, count }) => {
        for (let i = 0; i < count; i++) {
          slab.set(bytes.subarray(offsets[i], offsets[i] + lengths[i]), connection.headroom);
          // One that is not taken is a lost answer.
          connection.send(slab, 0, lengths[i], 1);
        }
      };
      ready();
    },
    // It answers until the client is done.
    onSchedule: () => done(),
    result: () => ({}),
  };
}

const echo = defineScenario({
  name: 'echo',
  summary: 'a small request at a fixed pace, and its answer: round-trip times',
  params,
  plan: ({ size }, { seconds }) => ({ warmup: false, seconds, messageBytes: size }),
  client,
  server,
  summarise({ client }) {
    const { seconds, sent, roundTripsMs } = client as ClientResult;
    const sorted = [...roundTripsMs].sort((a, b) => a - b);
    const answered = sorted.length;
    const lost = sent - answered;
    return {
      metrics: {
        duration_s: seconds,
        messages_sent: sent,
        messages_delivered: answered,
        messages_lost: lost,
        ...(sent > 0 ? { loss_ratio: lost / sent } : {}),
        ...(answered > 0
          ? {
              echo_rtt_p50_ms: sorted[Math.ceil(0.5 * answered) - 1],
              echo_rtt_p99_ms: sorted[Math.ceil(0.99 * answered) - 1],
            }
          : {}),
      },
      flags: [],
    };
  },
});

export default defineConfig({
  scenarios: [echo, { use: echo, size: 1000, interval: 5 }],
  links: ['delay 10ms loss 1%'],
  trials: 1,
  duration: '1s',
});
