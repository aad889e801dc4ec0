import { congestionControls } from '../../../../src/transports/rudp/congestion/index.ts';
import { AckTracker } from '../../../../src/transports/rudp/receive/ack-tracker.ts';
import { makeReceiveBuffer, type ReceiveBuffer } from '../../../../src/transports/rudp/receive/receive-buffer.ts';
import { Recovery } from '../../../../src/transports/rudp/send/recovery.ts';
import { RoundTrip } from '../../../../src/transports/rudp/send/rtt.ts';
import { SendBuffer } from '../../../../src/transports/rudp/send/send-buffer.ts';
import { ELICITING, IN_FLIGHT } from '../../../../src/transports/rudp/send/sent-packets.ts';
import { FrameParser, type FrameSink } from '../../../../src/transports/rudp/wire/frame-parser.ts';
import { MODES } from '../../../../src/transports/rudp/wire/parameters.ts';
import { type Inputs, promise, type Target } from './case.ts';
import { type Hints, writeHostileFrames } from './hostile-frames.ts';
import type { Random } from './random.ts';

const MAX_PAYLOAD = 1472;
const FIRST_RING = 64 << 10;
/** Of packets, ranges of acknowledged packets: as the modules say. */
const MOST_PACKETS = 1 << 17;
const MOST_ACK_BYTES = 1 + 8 + 8 + 2 + 8 + 64 * 16;
/** Sums over everything are done that seldom. */
const SLOW_CHECK = 64;

const powerOfTwo = (bytes: number): number => 2 ** Math.ceil(Math.log2(bytes));

/**
 * What an engine keeps, fed with the frames of a peer that says whatever it likes: how much memory that takes, which an engine does not
 * tell, and whether its books still balance.
 */
class Books implements FrameSink {
  readonly #random: Random;
  readonly #inputs: Inputs;
  readonly #parser = new FrameParser();
  readonly #acks = new AckTracker();
  readonly #received: ReceiveBuffer;
  readonly #maxWindow: number;
  readonly #recovery: Recovery;
  readonly #data: SendBuffer;
  readonly #maxSend: number;
  readonly #skips: boolean;
  readonly #rude: number;
  readonly #stride: number;
  readonly #out = new Uint8Array(MAX_PAYLOAD);
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #now = 1e9;
  #number = 0;
  #place = 0;
  #told: number;
  #peerTakes = 1e5;

  constructor(random: Random, inputs: Inputs) {
    this.#random = random;
    this.#inputs = inputs;
    this.#rude = random.pick([0, 0.002, 0.05]);
    this.#stride = random.pick([4, 5, 24, 1404, 60_000]);
    const mode = random.pick(MODES);
    this.#skips = mode === 'sequenced' || mode === 'deadline';
    this.#maxWindow = random.pick([65_536, 100_000, 1 << 20]);
    this.#told = random.pick([0, 65_536, this.#maxWindow]);
    const roundTripNs = random.pick([Number.NaN, 10e6]);
    const window = { initialWindow: this.#told, maxWindow: this.#maxWindow, roundTripNs };
    this.#received = makeReceiveBuffer(mode, window, () => {});
    this.#maxSend = random.pick([65_536, 1 << 20]);
    const keepsUntil = random.pick(['acked', 'sent', 50e6] as const);
    this.#data = new SendBuffer({ aligned: random.chance(0.5), maxBytes: this.#maxSend, keepsUntil });
    const control = congestionControls.none({
      packetBytes: 1200,
      initialPackets: 10,
      initialRttNs: 1e6,
      random: random.next,
    });
    this.#recovery = new Recovery(control, new RoundTrip(1e6), 25e6, {
      onPacketAcked: (row) => {
        const { packets } = this.#recovery;
        if (packets.length[row] > 0) this.#data.onAcked(packets.offset[row], packets.length[row]);
      },
      onPacketLost: (row) => {
        const { packets } = this.#recovery;
        if (packets.length[row] > 0) this.#data.onLost(packets.offset[row], packets.length[row], this.#now);
      },
    });
  }

  get over(): boolean {
    return this.#received.violated;
  }

  step(): void {
    const random = this.#random;
    this.#now += random.below(random.pick([10, 1e5, 1e7]));
    this.#send();
    this.#hear();
    if (random.chance(0.5)) this.#received.flush();
    if (this.#received.creditChanged) this.#told = this.#received.advertise(this.#now);
    if (this.#recovery.deadline() <= this.#now) this.#recovery.onDeadline(this.#now);
    if (random.chance(0.3)) this.#acknowledge();
    this.#check();
    if (this.#inputs.count % SLOW_CHECK === 0) this.#count();
  }

  #send(): void {
    const random = this.#random;
    const size = random.pick([0, 1, 100, 5000]);
    const count = random.below(4);
    if (count > 0) this.#data.take(random.bytes(count * (4 + size)), 0, size, count, this.#now);
    for (let i = random.below(6); i > 0 && !this.#recovery.packets.full; i--) {
      const carries = this.#data.next(random.pick([20, 1400]), this.#peerTakes, this.#now);
      const [offset, length] = carries ? [this.#data.chunkOffset, this.#data.chunkLength] : [0, 0];
      if (carries) {
        this.#data.copyChunk(this.#out, 0);
        this.#data.commit();
      }
      this.#recovery.onSent(this.#now, 30 + length, carries || random.chance(0.5) ? ELICITING : 0, 0, offset, length);
    }
  }

  #hear(): void {
    const random = this.#random;
    const bytes = new Uint8Array(MAX_PAYLOAD);
    const to = writeHostileFrames(random, bytes, 0, random.between(1, MAX_PAYLOAD), this.#hints());
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
    this.#inputs.note(bytes.subarray(0, to));
    const number = random.chance(0.8) ? this.#number : random.around(this.#number);
    if (!this.#acks.isNew(number) || !this.#parser.parse(bytes, this.#view, 0, to, this)) return;
    this.#acks.accept(number, this.#now);
    if (this.#parser.ackEliciting) this.#acks.elicited(number, this.#now);
    this.#number = Math.min(2 ** 52, Math.max(this.#number, number) + random.pick([1, 1, 2, 100]));
    this.#place = Math.min(this.#told, this.#place + random.below(2000));
  }

  #hints(): Hints {
    return {
      sent: this.#recovery.next,
      sentBytes: this.#data.end,
      receivedBytes: this.#place,
      credit: this.#told,
      stride: this.#stride,
      skips: this.#skips,
      rude: this.#rude,
    };
  }

  #acknowledge(): void {
    const limit = this.#random.between(0, MAX_PAYLOAD);
    const end = this.#acks.write(this.#out, 0, limit, this.#now);
    promise(end <= Math.min(limit, MOST_ACK_BYTES), () => `an ACK of ${end} bytes`);
    promise(!(this.#acks.deadline() < 0), () => 'a deadline before the beginning of time');
  }

  #check(): void {
    const { packets } = this.#recovery;
    const { ringBytes, credit } = this.#received;
    const most = powerOfTwo(Math.max(FIRST_RING, this.#maxWindow));
    promise(ringBytes <= most, () => `${ringBytes} bytes in the ring of a window of ${this.#maxWindow}`);
    promise(credit >= this.#told, () => `a credit of ${credit} after ${this.#told}`);
    promise(packets.mask < MOST_PACKETS && packets.next - packets.first <= MOST_PACKETS, () => 'too many packets');
    const { capacity, base, end, unsent } = this.#data;
    promise(capacity <= powerOfTwo(this.#maxSend + 4), () => `${capacity} bytes kept of ${this.#maxSend}`);
    promise(base <= end && unsent >= 0 && unsent <= end - base, () => `base ${base}, end ${end}, unsent ${unsent}`);
  }

  #count(): void {
    const { packets, inflight } = this.#recovery;
    let bytes = 0;
    for (let number = packets.first; number < packets.next; number++) {
      const row = number & packets.mask;
      if (packets.state[row] === IN_FLIGHT) bytes += packets.size[row];
    }
    promise(bytes === inflight, () => `${inflight} bytes in flight, counted ${bytes}`);
    const { heldBytes } = this.#received;
    promise(heldBytes >= 0 && heldBytes <= powerOfTwo(this.#maxWindow), () => `${heldBytes} bytes held`);
  }

  onPing(): void {}

  onAckStart(largest: number, delayUs: number): void {
    this.#recovery.startAck(largest, delayUs * 1e3);
  }

  onAckRange(smallest: number, largest: number): void {
    this.#recovery.ackRange(smallest, largest, this.#now);
  }

  onAckEnd(): void {
    this.#recovery.finishAck(this.#now);
  }

  onAckFrequency(sequence: number, packets: number, maxDelayUs: number, reordering: number): void {
    this.#acks.setFrequency(sequence, packets, maxDelayUs, reordering);
  }

  onMaxData(offset: number): void {
    this.#peerTakes = Math.max(this.#peerTakes, offset);
  }

  onDataBlocked(): void {}

  onSkip(offset: number): void {
    this.#received.onSkip(offset);
  }

  onClose(): void {}

  onRecovered(offset: number, length: number): void {
    this.#data.onAcked(offset, length);
  }

  onData(offset: number, head: number, at: number, length: number): void {
    this.#received.onData(this.#bytes, this.#view, at, length, offset, head, this.#now);
  }

  onRepair(): void {}
}

export const partsTarget: Target = {
  name: 'parts',
  run(random, inputs, most) {
    while (inputs.count < most) {
      const books = new Books(random, inputs);
      for (let i = random.between(1, 500); i > 0 && !books.over && inputs.count < most; i--) books.step();
    }
  },
};
