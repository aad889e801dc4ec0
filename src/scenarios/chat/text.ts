import { copyBytes } from '../../wire/field-reader.ts';

/**
 * What the text of a measured message begins with, in ASCII digits of fixed width that people can read: trial, sender, number of the
 * sender's message, intended time in ns of CLOCK_MONOTONIC.
 *
 *     0000000007 00012 0000000123 0012345678901234 and then what there is to say
 */
const TRIAL = { at: 0, digits: 10 };
const SENDER = { at: 11, digits: 5 };
const SEQUENCE = { at: 17, digits: 10 };
const INTENDED = { at: 28, digits: 16 };
export const STAMP_BYTES = 44;

const ZERO = 0x30;
const SPACE = 0x20;
const FULL_STOP = 0x2e;
const FILLER =
  ' und dann war da noch die Frage, ob „schnell“ auch „rechtzeitig“ heißt: 速さと正確さ, ça dépend, как посмотреть.';

interface Place {
  readonly at: number;
  readonly digits: number;
}

/** NaN where there is something else than digits. */
function numberAt(bytes: Uint8Array, at: number, { at: place, digits }: Place): number {
  let value = 0;
  for (let i = at + place, end = i + digits; i < end; i++) {
    const digit = bytes[i] - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = 10 * value + digit;
  }
  return value;
}

function writeNumber(bytes: Uint8Array, at: number, { at: place, digits }: Place, value: number): void {
  let rest = value;
  for (let i = at + place + digits - 1; i >= at + place; i--) {
    const tens = Math.floor(rest / 10);
    // In this order: the sum may be beyond what a number holds exactly.
    bytes[i] = rest - 10 * tens + ZERO;
    rest = tens;
  }
}

export const trialOf = (bytes: Uint8Array, at: number): number => numberAt(bytes, at, TRIAL);
export const senderOf = (bytes: Uint8Array, at: number): number => numberAt(bytes, at, SENDER);
export const sequenceOf = (bytes: Uint8Array, at: number): number => numberAt(bytes, at, SEQUENCE);
export const intendedOf = (bytes: Uint8Array, at: number): number => numberAt(bytes, at, INTENDED);

export function stamp(
  bytes: Uint8Array,
  at: number,
  trial: number,
  sender: number,
  sequence: number,
  intended: number,
): void {
  writeNumber(bytes, at, TRIAL, trial);
  writeNumber(bytes, at, SENDER, sender);
  writeNumber(bytes, at, SEQUENCE, sequence);
  writeNumber(bytes, at, INTENDED, Math.round(intended));
  bytes[at + TRIAL.digits] = SPACE;
  bytes[at + SEQUENCE.at - 1] = SPACE;
  bytes[at + INTENDED.at - 1] = SPACE;
}

/**
 * Text to stand behind a stamp, of which any length can be taken: characters of one to four bytes, a whole number of them in every
 * length, since what would be cut is replaced by full stops.
 */
export class Filler {
  readonly #text: Uint8Array;
  /** Of each position, how far back the character begins that it is in. */
  readonly #back: Uint8Array;

  constructor(most: number) {
    const once = new TextEncoder().encode(FILLER);
    const length = most + once.length;
    this.#text = new Uint8Array(length);
    for (let at = 0; at < length; at += once.length) this.#text.set(once.subarray(0, length - at), at);
    this.#back = new Uint8Array(most + 1);
    for (let i = 1; i <= most; i++) this.#back[i] = (this.#text[i] & 0xc0) === 0x80 ? this.#back[i - 1] + 1 : 0;
  }

  write(into: Uint8Array, at: number, length: number): void {
    const whole = length - this.#back[length];
    copyBytes(into, at, this.#text, 0, whole);
    for (let i = at + whole; i < at + length; i++) into[i] = FULL_STOP;
  }
}
