import { accept } from '../config/accept.ts';
import { type ResolvedLink, resolveLink } from '../config/links.ts';
import { unsupportedWords } from '../lab/kernel/index.ts';
import { effectiveProfile } from '../link/effective.ts';
import type { Profile } from '../link/profile.ts';
import { UserError } from '../record/errors.ts';
import { randomSeed } from '../stats/xoshiro.ts';
import { capturePath } from './lab-pcap.ts';
import { oneValue } from './one-value.ts';

export interface LabRequest {
  readonly link: ResolvedLink & { readonly profile: Profile };
  /** Empty: a shell. */
  readonly command: readonly string[];
  /** For sh -c, at the other end. */
  readonly server?: string;
  /** Absolute. */
  readonly pcap?: string;
  readonly stats: 'none' | 'table' | 'json';
  readonly seed: number;
  readonly emulator: 'auto' | 'user' | 'kernel';
}

/** What yargs parsed, and the command, checked; nothing is made yet. @throws UserError */
export function labRequest(
  parsed: Readonly<Record<string, unknown>>,
  command: readonly string[],
  cwd: string,
): LabRequest {
  const link = oneValue(parsed, 'link');
  if (link === undefined) throw new UserError("which link? --link 'delay 20ms loss 1% rate 20mbit', or --link direct");
  const [server, pcap] = [oneValue(parsed, 'server'), oneValue(parsed, 'pcap')];
  const request: LabRequest = {
    link: emulated(resolveLink(link)),
    command,
    ...(server === undefined ? {} : { server }),
    ...(pcap === undefined ? {} : { pcap: capturePath(pcap, cwd) }),
    stats: parsed['json'] ? 'json' : parsed['stats'] ? 'table' : 'none',
    seed: seedOf(oneValue(parsed, 'seed')),
    emulator: emulatorOf(oneValue(parsed, 'emulator')),
  };
  if (request.emulator === 'kernel') refuseToKernel(request);
  return request;
}

function refuseToKernel({ link, pcap }: LabRequest): void {
  if (pcap !== undefined) {
    throw new UserError("--pcap: the frames of the kernel's netem do not pass through netduel; use --emulator user");
  }
  const { up, down } = effectiveProfile(link.profile);
  const words = new Set([up, down].flatMap(unsupportedWords));
  if (words.size > 0) throw new UserError(`the kernel's netem has no ${[...words].join(', ')}; use --emulator user`);
}

function emulated(link: ResolvedLink): LabRequest['link'] {
  const { profile } = link;
  if (profile) return { ...link, profile };
  throw new UserError(
    "--link loopback: there is no lab on loopback; run the command as it is, or use --link direct for the lab's unimpaired path",
  );
}

function seedOf(given: string | undefined): number {
  if (given === undefined) return randomSeed();
  return accept('seed', given) as number;
}

function emulatorOf(given = 'auto'): LabRequest['emulator'] {
  if (given === 'auto' || given === 'user' || given === 'kernel') return given;
  const why = given === 'shim' ? ": a shim sits inside of netduel's own transports, not under other programs" : '';
  throw new UserError(`--emulator: '${given}' is not accepted; expected auto, user, kernel${why}`);
}
