import type { Batch } from '../../../io/batch.ts';
import { RepairEncoder } from '../fec/encoder.ts';
import { AckTracker } from '../receive/ack-tracker.ts';
import { makeReceiveBuffer, type ReceiveBuffer } from '../receive/receive-buffer.ts';
import { Pacer } from '../send/pacer.ts';
import { PathMtu } from '../send/path-mtu.ts';
import { Recovery } from '../send/recovery.ts';
import { RoundTrip } from '../send/rtt.ts';
import { SendBuffer } from '../send/send-buffer.ts';
import { MIN_DATAGRAM_BYTES } from '../wire/parameters.ts';
import { AckPolicy } from './ack-policy.ts';
import { Closing } from './closing.ts';
import { type Contents, fatesOf } from './fates.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';
import type { EngineSetup } from './setup.ts';

/** Beside what the peer's credit lets be under way: what is unsent. */
export const MOST_UNSENT: number = 1 << 20;
/** Whatever the peer announces: time-outs must stay usable. */
const MOST_ACK_DELAY_NS = 1e9;
/** A block of packets that is to be repaired stays open for a quarter of the deadline, and no longer than this. */
const MOST_BLOCK_NS = 25e6;

/** What an engine is made of. */
export interface Parts {
  readonly recovery: Recovery;
  readonly data: SendBuffer;
  readonly acks: AckTracker;
  readonly received: ReceiveBuffer;
  readonly mtu: PathMtu;
  readonly ackPolicy: AckPolicy;
  readonly outgoing: Outgoing;
  readonly incoming: Incoming;
  readonly closing: Closing;
}

export function assemble(
  setup: EngineSetup,
  deliver: (batch: Batch) => void,
  onClose: (code: number, reason: string) => void,
): Parts {
  const { local, remote, roundTripNs, log } = setup;
  const mtu = new PathMtu({
    base: MIN_DATAGRAM_BYTES,
    max: Math.max(MIN_DATAGRAM_BYTES, Math.min(setup.maxPayload, remote.maxDatagram)),
    // What the interface takes, most paths take: one that does not shows itself as a black hole.
    trusted: true,
  });
  const control = setup.makeControl({
    packetBytes: mtu.size,
    initialPackets: setup.initialPackets,
    initialRttNs: roundTripNs,
    random: setup.random,
    ...(setup.rateBps === undefined ? {} : { rateBps: setup.rateBps }),
  });
  const maxAckDelay = Math.min(remote.maxAckDelayUs * 1e3, MOST_ACK_DELAY_NS);
  let contents: Contents;
  const recovery = new Recovery(
    control,
    new RoundTrip(roundTripNs),
    maxAckDelay,
    fatesOf(() => contents),
  );
  const { mode } = local;
  const data = new SendBuffer({
    aligned: mode !== 'ordered',
    maxBytes: setup.maxWindow + MOST_UNSENT,
    keepsUntil: mode === 'sequenced' ? 'sent' : mode === 'deadline' ? setup.deadlineNs : 'acked',
  });
  const windows = { initialWindow: local.maxData, maxWindow: setup.maxWindow, roundTripNs };
  const received = makeReceiveBuffer(remote.mode, windows, deliver);
  const acks = new AckTracker();
  const ackPolicy = new AckPolicy(remote.maxAckDelayUs);
  const outgoing = new Outgoing(
    {
      peer: setup.peer,
      checksum: remote.checksum,
      heads: mode !== 'ordered',
      recovery,
      control,
      data,
      repairs: local.fec && new RepairEncoder(local.fec, Math.min(setup.deadlineNs / 4, MOST_BLOCK_NS)),
      acks,
      received,
      pacer: new Pacer(),
      mtu,
      ackPolicy,
      log,
    },
    remote.maxData,
  );
  contents = { packets: recovery.packets, data, mtu, outgoing, log };
  const { checksum } = local;
  const incoming = new Incoming({
    checksum,
    fec: remote.fec,
    recovery,
    data,
    acks,
    received,
    outgoing,
    log,
    onClose,
  });
  const closing = new Closing(setup.peer, remote.checksum, recovery);
  return { recovery, data, acks, received, mtu, ackPolicy, outgoing, incoming, closing };
}
