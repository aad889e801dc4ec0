import { z } from 'zod';
import type { Batch } from '../../../io/batch.ts';
import type { Connection } from '../../../transports/transport.ts';
import { trialAt } from '../../../wire/message.ts';
import { MIN_MESSAGE_BYTES } from '../../../wire/slab.ts';

/** In the place where chunks have the number of their transfer. */
const CONTROL_ID = 0;
const ID_BYTES = 4;
/** Characters, each of which may take six as JSON: so that whatever is said fits into a datagram. */
const MAX_REASON = 200;
const MAX_CHUNK_BYTES = 16 << 20;

const id = z.number().int().min(1).max(0xffff_ffff);
const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[\da-f]{64}$/);
const reason = z.string();

const controlSchema = z.discriminatedUnion('type', [
  /** From the sender: this is what comes. */
  z.object({
    type: z.literal('offer'),
    id,
    name: z.string(),
    bytes: count,
    messageBytes: z
      .number()
      .int()
      .min(MIN_MESSAGE_BYTES + 1)
      .max(MAX_CHUNK_BYTES),
    sha256,
  }),
  /** From the receiver: it has that many bytes already, whose SHA-256 is this. */
  z.object({ type: z.literal('accept'), id, have: count, sha256: sha256.optional() }),
  /** From the sender, where the receiver has something: what comes begins here. */
  z.object({ type: z.literal('resume'), id, from: count }),
  /** From the receiver, in answer: go on. */
  z.object({ type: z.literal('go'), id }),
  z.object({ type: z.literal('refuse'), id, reason }),
  /** From the sender, where losses are not repaired: that was all. */
  z.object({ type: z.literal('end'), id }),
  /** From the receiver: the file stands under its name (`intact`), or this is what there is of it. */
  z.object({ type: z.literal('done'), id, intact: z.boolean(), bytes: count, sha256, holes: count }),
  /** From either end: it gives up. */
  z.object({ type: z.literal('stop'), id, reason }),
]);

/** What the two ends of a transfer say to each other beside chunks: JSON behind an id that no transfer has. */
export type Control = z.infer<typeof controlSchema>;

export function encodeControl(control: Control): Uint8Array {
  const short = 'reason' in control ? { ...control, reason: control.reason.slice(0, MAX_REASON) } : control;
  const text = Buffer.from(JSON.stringify(short));
  return Buffer.concat([Buffer.alloc(ID_BYTES, CONTROL_ID), text]);
}

/** Undefined for what is none: chunks, and whatever a stranger sends. */
export function decodeControl(message: Uint8Array): Control | undefined {
  if (message.length < ID_BYTES || trialAt(viewOf(message), 0) !== CONTROL_ID) return undefined;
  try {
    return controlSchema.safeParse(JSON.parse(Buffer.from(message.subarray(ID_BYTES)).toString())).data;
  } catch {
    return undefined;
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** Says things over a connection that may have no room at the moment. */
export class ControlChannel {
  readonly #connection: Connection;
  #waiting: Uint8Array[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  say(control: Control): void {
    this.#waiting.push(encodeControl(control));
    this.flush();
  }

  /** When there is room again; true when nothing waits any more. */
  flush(): boolean {
    const { headroom } = this.#connection;
    while (this.#waiting.length > 0) {
      const [message] = this.#waiting;
      const slab = new Uint8Array(new ArrayBuffer(headroom + message.length));
      slab.set(message, headroom);
      if (this.#connection.send(slab, 0, message.length, 1) === 0) return false;
      this.#waiting.shift();
    }
    return true;
  }
}

/** What was said in a batch, in its order. */
export function* controlsIn({ bytes, view, offsets, lengths, count: messages }: Batch): Generator<Control> {
  for (let i = 0; i < messages; i++) {
    if (lengths[i] < ID_BYTES || trialAt(view, offsets[i]) !== CONTROL_ID) continue;
    const control = decodeControl(bytes.subarray(offsets[i], offsets[i] + lengths[i]));
    if (control) yield control;
  }
}
