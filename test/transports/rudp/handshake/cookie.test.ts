import { describe, expect, it } from 'vitest';
import { CookieJar } from '../../../../src/transports/rudp/handshake/cookie.ts';

const MS = 1_000_000;
const S = 1000 * MS;
const PEER = { host: '198.18.0.1', port: 40_000 };
const CLIENT = { hi: 1, lo: 2 };
const SERVER = { hi: 3, lo: 4 };
/** Not at the start of a secret's time, so that the next secret comes before the cookie ends. */
const START = 1_000_000 * S + 12 * S + 345_678;

/** A jar whose secrets are 1, 1, ..., then 2, 2, ..., and how many it has had. */
function jar(): { jar: CookieJar; secrets: () => number } {
  let secrets = 0;
  return { jar: new CookieJar((size) => new Uint8Array(size).fill(++secrets)), secrets: () => secrets };
}

describe('CookieJar', () => {
  it('knows its cookies again, and how long they were away', () => {
    const { jar: cookies } = jar();
    const cookie = cookies.make(START, PEER, CLIENT, SERVER);
    const check = cookies.check(cookie, START + 40 * MS, { ...PEER }, { ...CLIENT }, { ...SERVER });
    expect(check.ok).toBe(true);
    const roundTripNs = check.ok ? check.roundTripNs : NaN;
    expect(roundTripNs).toBeGreaterThanOrEqual(40 * MS);
    expect(roundTripNs).toBeLessThan(40 * MS + 1000);
  });

  it('refuses one from another address, or for another connection', () => {
    const { jar: cookies } = jar();
    const cookie = cookies.make(START, PEER, CLIENT, SERVER);
    const ok = (peer = PEER, client = CLIENT, server = SERVER): boolean =>
      cookies.check(cookie, START, peer, client, server).ok;
    expect(ok()).toBe(true);
    expect(ok({ ...PEER, host: '198.18.0.11' })).toBe(false);
    expect(ok({ ...PEER, host: '2001:2::1' })).toBe(false);
    expect(ok({ ...PEER, port: 40_001 })).toBe(false);
    expect(ok(PEER, { ...CLIENT, hi: 0 })).toBe(false);
    expect(ok(PEER, { ...CLIENT, lo: 0 })).toBe(false);
    expect(ok(PEER, CLIENT, { ...SERVER, hi: 0 })).toBe(false);
    expect(ok(PEER, CLIENT, { ...SERVER, lo: 0 })).toBe(false);
    expect(ok(PEER, SERVER, CLIENT)).toBe(false);
  });

  it('refuses one that was changed anywhere, cut or lengthened', () => {
    const { jar: cookies } = jar();
    const cookie = cookies.make(START, PEER, CLIENT, SERVER);
    // Late enough that a time a little later than the true one is not in the future.
    const now = START + S;
    for (let bit = 0; bit < 8 * cookie.length; bit++) {
      const forged = cookie.slice();
      forged[bit >> 3] ^= 1 << (bit & 7);
      if (cookies.check(forged, now, PEER, CLIENT, SERVER).ok) expect.fail(`bit ${bit} does not matter`);
    }
    for (const forged of [new Uint8Array(0), cookie.subarray(0, 23), Uint8Array.of(...cookie, 0)]) {
      expect(cookies.check(forged, now, PEER, CLIENT, SERVER).ok).toBe(false);
    }
  });

  it('takes them for 30 s, wherever in the time of a secret they were made', () => {
    for (let phase = 0; phase < 30; phase += 3) {
      const { jar: cookies } = jar();
      const made = START + phase * S;
      const cookie = cookies.make(made, PEER, CLIENT, SERVER);
      expect(cookies.check(cookie, made + 29.9 * S, PEER, CLIENT, SERVER).ok).toBe(true);
      expect(cookies.check(cookie, made + 30.1 * S, PEER, CLIENT, SERVER).ok).toBe(false);
    }
  });

  it('changes its secret every 30 s, and takes the one before it too', () => {
    const { jar: cookies, secrets } = jar();
    const first = cookies.make(START, PEER, CLIENT, SERVER);
    const before = secrets();
    const second = cookies.make(START + 25 * S, PEER, CLIENT, SERVER);
    expect(secrets()).toBe(before + 1);
    expect(cookies.check(first, START + 25 * S, PEER, CLIENT, SERVER).ok).toBe(true);
    expect(cookies.check(second, START + 25 * S, PEER, CLIENT, SERVER).ok).toBe(true);
    expect(secrets()).toBe(before + 1);
  });

  it('refuses one that another jar has made, or that comes from the future', () => {
    const cookie = new CookieJar().make(START, PEER, CLIENT, SERVER);
    expect(new CookieJar().check(cookie, START, PEER, CLIENT, SERVER).ok).toBe(false);
    const { jar: cookies } = jar();
    const later = cookies.make(START + S, PEER, CLIENT, SERVER);
    expect(cookies.check(later, START, PEER, CLIENT, SERVER).ok).toBe(false);
    expect(cookies.check(later, START + S, PEER, CLIENT, SERVER).ok).toBe(true);
  });

  it('takes cookies that do not start where their memory does', () => {
    const { jar: cookies } = jar();
    const bytes = new Uint8Array(40);
    bytes.set(cookies.make(START, PEER, CLIENT, SERVER), 9);
    expect(cookies.check(bytes.subarray(9, 33), START + MS, PEER, CLIENT, SERVER).ok).toBe(true);
  });
});
