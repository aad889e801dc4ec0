import { formatCount, formatNumber, formatSeconds } from '../../../record/units.ts';
import type { AskedCase, Claim } from '../claim.ts';
import { LONG } from '../paths.ts';

const OPENING: AskedCase = { scenario: 'opening', link: LONG };
const CONNECT: AskedCase = { scenario: 'connect parallel=1', link: LONG };

/** Below this share of a round trip nobody was waited for. */
const NONE = 0.5;

export const setUp: Claim = {
  name: 'connection set-up',
  says: {
    udp: 'no connection: data is sent without any set-up',
    tcp: 'a connection has to be set up before data can be sent',
  },
  cases: (extent) => (extent === 'quick' ? [OPENING] : [OPENING, CONNECT]),
  judge(evidence) {
    const ms = evidence.median(OPENING, 'opening_setup_ms');
    const rtt = evidence.median(OPENING, 'link_rtt_ms');
    const [up, down] = ['up', 'down'].map((way) => evidence.median(OPENING, `link_${way}_packets`));
    const firstByte = evidence.median(CONNECT, 'connect_first_byte_p50_ms');
    const trips = ms === undefined || !rtt ? undefined : ms / rtt;
    const figures = [
      ...(ms === undefined ? [] : [`ready to send after ${formatSeconds(ms / 1e3)}${inTrips(trips)}`]),
      ...(up === undefined || down === undefined ? [] : [packets(up, down)]),
      ...(firstByte === undefined ? [] : [`first byte of an answer after ${formatSeconds(firstByte / 1e3)}`]),
    ];
    if (ms === undefined) return { figures, why: 'no connection was opened' };
    // Both, where both are known: a slow machine takes its time without an answer, and an answer may come to one who did not wait.
    const signs = [...(down === undefined ? [] : [down > 0]), ...(trips === undefined ? [] : [trips > NONE])];
    if (signs.length === 0) return { figures, why: 'neither packets nor round trips were measured' };
    return signs.every((sign) => sign)
      ? { figures, side: 'tcp', why: 'nothing may be sent before an answer has come back' }
      : { figures, side: 'udp', why: 'payload may be sent before any answer has come' };
  },
};

const inTrips = (trips: number | undefined): string =>
  trips === undefined ? '' : `, ${formatNumber(Number(trips.toFixed(2)))} round trips`;

const packets = (up: number, down: number): string =>
  up + down === 0
    ? 'no packet before the first payload'
    : `${formatCount(up)} + ${formatCount(down)} packets (up + down) before the first payload`;
