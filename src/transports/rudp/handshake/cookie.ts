import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Address } from '../../../io/address.ts';
import type { ConnectionId } from '../wire/packet.ts';
import { writeUint32 } from '../wire/varint.ts';

const LIFETIME_US = 30_000_000;
const US_NS = 1000;
/** From its making a cookie is good for so long. */
export const COOKIE_LIFETIME_NS: number = LIFETIME_US * US_NS;
const TIME_BYTES = 8;
const MAC_BYTES = 16;
const COOKIE_BYTES: number = TIME_BYTES + MAC_BYTES;
const SECRET_BYTES = 32;
const TWO_TO_32 = 2 ** 32;

export type CookieCheck = { readonly ok: false } | { readonly ok: true; readonly roundTripNs: number };

/**
 * Makes and knows again the cookies with which clients prove their address, as TCP's SYN cookies do, so that a server
 * keeps nothing for whom it has not heard from twice: the time in microseconds, and an HMAC-SHA256, cut to 16 bytes, over
 * it, both connection ids, the client's port and its host. Cookies are good for 30 s.
 */
export class CookieJar {
  readonly #random: (bytes: number) => Uint8Array;
  /** A secret serves for as long as a cookie lives, so this one and the one before it sign all that is good. */
  #generation = -1;
  #secret: Uint8Array;
  #previous: Uint8Array;

  constructor(random: (bytes: number) => Uint8Array = randomBytes) {
    this.#random = random;
    this.#secret = random(SECRET_BYTES);
    this.#previous = this.#secret;
  }

  /** `now` is ns on a clock that never goes back; `peer` is the client, as its datagram came. */
  make(now: number, peer: Address, clientCid: ConnectionId, serverCid: ConnectionId): Uint8Array {
    const timeUs = Math.floor(now / US_NS);
    this.#rotate(timeUs);
    return sign(this.#secret, timeUs, peer, clientCid, serverCid);
  }

  /** Whether make() has given this cookie to that client, for these ids, less than 30 s ago, and how long ago. */
  check(cookie: Uint8Array, now: number, peer: Address, clientCid: ConnectionId, serverCid: ConnectionId): CookieCheck {
    if (cookie.length !== COOKIE_BYTES) return { ok: false };
    const nowUs = Math.floor(now / US_NS);
    this.#rotate(nowUs);
    const view = new DataView(cookie.buffer, cookie.byteOffset, TIME_BYTES);
    const timeUs = view.getUint32(0) * TWO_TO_32 + view.getUint32(4);
    if (timeUs > nowUs || nowUs - timeUs >= LIFETIME_US) return { ok: false };
    const secret = generationOf(timeUs) === this.#generation ? this.#secret : this.#previous;
    if (!timingSafeEqual(cookie, sign(secret, timeUs, peer, clientCid, serverCid))) return { ok: false };
    return { ok: true, roundTripNs: now - timeUs * US_NS };
  }

  #rotate(timeUs: number): void {
    const generation = generationOf(timeUs);
    if (generation === this.#generation) return;
    this.#previous = this.#secret;
    this.#secret = this.#random(SECRET_BYTES);
    this.#generation = generation;
  }
}

const generationOf = (timeUs: number): number => Math.floor(timeUs / LIFETIME_US);

function sign(
  secret: Uint8Array,
  timeUs: number,
  peer: Address,
  clientCid: ConnectionId,
  serverCid: ConnectionId,
): Uint8Array {
  const fixed = new Uint8Array(TIME_BYTES + 5 * 4);
  const words = [Math.floor(timeUs / TWO_TO_32), timeUs, clientCid.hi, clientCid.lo, serverCid.hi, serverCid.lo];
  let at = 0;
  for (const word of [...words, peer.port]) at = writeUint32(fixed, at, word);
  const mac = createHmac('sha256', secret).update(fixed).update(peer.host).digest();
  const cookie = new Uint8Array(COOKIE_BYTES);
  cookie.set(fixed.subarray(0, TIME_BYTES));
  cookie.set(mac.subarray(0, MAC_BYTES), TIME_BYTES);
  return cookie;
}
