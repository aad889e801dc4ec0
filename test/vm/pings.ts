import { LinkModel } from '../../src/link/model.ts';
import type { DirectionProfile } from '../../src/link/profile.ts';
import { FakeFrames } from '../link/fake-frames.ts';

/** A train of ICMP echo requests across a link that acts on these alone. */
export interface Train {
  readonly count: number;
  readonly intervalMs: number;
  /** Of payload. */
  readonly bytes: number;
  /** So many are sent at once, to begin with. */
  readonly burst?: number;
}

/** What became of it. */
export interface Arrivals {
  readonly sent: number;
  /** By number from 0: ns from sending to the first arrival; undefined for what never came. */
  readonly delays: readonly (number | undefined)[];
  /** Arrivals beyond the first. */
  readonly duplicates: number;
}

export const received = ({ delays }: Arrivals): number[] => delays.filter((delay) => delay !== undefined);

/** The words of ping(8) for a train. The last reply is waited for a second. */
export function pingWords({ count, intervalMs, bytes, burst }: Train): string {
  const words = `-c ${count} -i ${intervalMs / 1000} -s ${bytes} -W 1`;
  return burst === undefined ? words : `${words} -l ${burst}`;
}

/** Reads what ping(8) of iputils says; its times have three significant digits. */
export function parsePings({ count }: Train, said: string): Arrivals {
  const delays: (number | undefined)[] = Array.from({ length: count });
  let duplicates = 0;
  for (const [, number, ms] of said.matchAll(/icmp_seq=(\d+) .*time=([\d.]+) ms/g)) {
    const i = Number(number) - 1;
    if (delays[i] === undefined) delays[i] = Number(ms) * 1e6;
    else duplicates++;
  }
  return { sent: Number(/(\d+) packets transmitted/.exec(said)?.[1]), delays, duplicates };
}

/** Headers of Ethernet, IPv4 and ICMP. */
const HEADER_BYTES = 14 + 20 + 8;
/** Within a burst, about what ping takes from one to the next. */
const BACK_TO_BACK_NS = 30e3;

/** The same train across the pure model. `direction`: an effective one. */
export function modelPings({ count, intervalMs, bytes, burst = 1 }: Train, direction: DirectionProfile): Arrivals {
  const frames = new FakeFrames();
  const model = new LinkModel(direction, 1, frames);
  const delays: (number | undefined)[] = Array.from({ length: count });
  const sentAt: number[] = [];
  let duplicates = 0;
  const takeUntil = (now: number): void => {
    while (model.nextDue() <= now) {
      const slot = model.take(now);
      if (slot < 0) continue;
      const i = frames.at(slot).copyOf ?? slot;
      frames.taken(slot);
      if (delays[i] === undefined) delays[i] = model.takenDue - sentAt[i];
      else duplicates++;
    }
  };
  for (let i = 0; i < count; i++) {
    const now = i < burst ? i * BACK_TO_BACK_NS : (i - burst + 1) * intervalMs * 1e6;
    takeUntil(now);
    sentAt.push(now);
    model.offer(now, frames.arrive(i), bytes + HEADER_BYTES);
  }
  takeUntil(Number.MAX_VALUE);
  return { sent: count, delays, duplicates };
}
