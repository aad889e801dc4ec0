import { describe, expect, it } from 'vitest';
import type { DatagramSocket } from '../../../src/io/datagram.ts';
import type { Engine } from '../../../src/transports/rudp/engine/engine.ts';
import { Outbox } from '../../../src/transports/rudp/outbox.ts';
import { RangeSet } from '../../../src/transports/rudp/ranges.ts';
import { writeAck, writeDataBlocked, writePing } from '../../../src/transports/rudp/wire/frames.ts';
import { writeShortHeader } from '../../../src/transports/rudp/wire/packet.ts';
import { engineAt } from './driven.ts';

const MS = 1e6;
/** What SentPackets remembers at most. */
const MOST_PACKETS = 1 << 17;

/** An engine that is sent one packet per ms, with the frames that `write` puts there. */
class OneSided {
  sent = 0;
  lastSentAt = Number.NaN;
  now = 1e9;
  readonly engine: Engine;
  readonly #outbox = new Outbox();
  readonly #packet = new Uint8Array(64);
  readonly #view = new DataView(this.#packet.buffer);
  #number = 0;
  readonly #socket: Pick<DatagramSocket, 'send'> = {
    send: (_slab, _offset, _size, count) => {
      this.sent += count;
      this.lastSentAt = this.now;
      return count;
    },
  };

  constructor(idleTimeoutMs = 30_000) {
    this.engine = engineAt(this.now, { local: { idleTimeoutMs }, remote: { idleTimeoutMs } });
    this.#serve();
  }

  hears(write: (bytes: Uint8Array, at: number) => number): void {
    this.now += MS;
    const at = writeShortHeader(this.#packet, 0, 1, 2, this.#number++, 4, false);
    this.engine.receive(this.#packet, this.#view, 0, write(this.#packet, at), this.now);
    this.engine.endBatch(this.now);
    if (this.engine.deadline(this.now) <= this.now) this.engine.onDeadline(this.now);
    this.#serve();
  }

  #serve(): void {
    do this.engine.fill(this.now, this.#outbox);
    while (!this.#outbox.empty && this.#outbox.drain(this.#socket as DatagramSocket, undefined));
  }
}

describe('a connection in which one end only listens', () => {
  it('goes on being acknowledged, after more acknowledgements than the listener remembers packets', () => {
    const listener = new OneSided();
    // What it asks in the beginning is answered.
    for (let i = 0; i < 50; i++) {
      const all = new RangeSet();
      all.add(0, listener.sent);
      listener.hears((bytes, at) => writeAck(bytes, at, bytes.length, all, 0, 1));
    }
    // One packet in two is acknowledged, until the sender asks for less.
    for (let i = 0; i < 2.1 * MOST_PACKETS; i++) listener.hears((bytes, at) => writePing(bytes, at, bytes.length));
    expect(listener.sent).toBeGreaterThan(MOST_PACKETS);
    expect(listener.now - listener.lastSentAt).toBeLessThanOrEqual(25 * MS);
  });

  it('falls silent when its peer asks and asks and never acknowledges: what it remembers is bounded', () => {
    const never = 0;
    const asked = new OneSided(never);
    for (let i = 0; i < 1.1 * MOST_PACKETS; i++) {
      asked.hears((bytes, at) => writeDataBlocked(bytes, at, bytes.length, 0));
    }
    expect(asked.sent).toBe(MOST_PACKETS);
    expect(asked.engine.closed).toBe(false);
    // Nor is it woken again and again for what it cannot send.
    expect(asked.engine.deadline(asked.now)).toBeGreaterThan(asked.now);
  });

  it('is given up when it is heard but acknowledges nothing for the idle time', () => {
    const asked = new OneSided(2_000);
    const failed: (Error | undefined)[] = [];
    asked.engine.onClosed = (error) => failed.push(error);
    for (let i = 0; i < 2_100; i++) asked.hears((bytes, at) => writeDataBlocked(bytes, at, bytes.length, 0));
    expect(failed.map((error) => error?.name)).toEqual(['IdleError']);
    expect((asked.now - 1e9) / MS).toBeGreaterThanOrEqual(2_000);
  });
});
