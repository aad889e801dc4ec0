import { closeSync, openSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { accept } from '../config/accept.ts';
import { type ResolvedLink, resolveLink } from '../config/links.ts';
import type { Profile } from '../link/profile.ts';
import { UserError } from '../record/errors.ts';

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

/** What yargs parsed, and the command, checked. @throws UserError */
export function labRequest(
  parsed: Readonly<Record<string, unknown>>,
  command: readonly string[],
  cwd: string,
): LabRequest {
  const stray = (parsed['command'] ?? []) as string[];
  if (stray.length > 0) throw new UserError(`write '--' before the command: -- ${stray.join(' ')}`);
  const link = text(parsed, 'link');
  if (link === undefined) throw new UserError("which link? --link 'delay 20ms loss 1% rate 20mbit', or --link direct");
  const [server, pcap] = [text(parsed, 'server'), text(parsed, 'pcap')];
  return {
    link: emulated(resolveLink(link)),
    command,
    ...(server === undefined ? {} : { server }),
    ...(pcap === undefined ? {} : { pcap: writable(pcap, cwd) }),
    stats: parsed['json'] ? 'json' : parsed['stats'] ? 'table' : 'none',
    seed: seedOf(text(parsed, 'seed')),
    emulator: emulatorOf(text(parsed, 'emulator')),
  };
}

function text(parsed: Readonly<Record<string, unknown>>, flag: string): string | undefined {
  const given = parsed[flag];
  if (Array.isArray(given)) throw new UserError(`--${flag} is given ${given.length} times; a lab takes one`);
  return given as string | undefined;
}

function emulated(link: ResolvedLink): LabRequest['link'] {
  const { profile } = link;
  if (profile) return { ...link, profile };
  throw new UserError(
    "--link loopback: there is no lab on loopback; run the command as it is, or use --link direct for the lab's unimpaired path",
  );
}

/** Its path; made where it is not there, and otherwise left alone until the lab stands. */
function writable(path: string, cwd: string): string {
  const absolute = resolve(cwd, path);
  try {
    closeSync(openSync(absolute, 'a'));
  } catch (error) {
    throw new UserError(`--pcap ${path}: ${(error as Error).message}; name a file that can be written`);
  }
  if (!statSync(absolute).isFile()) throw new UserError(`--pcap ${path}: not a file; name one that can be written`);
  return absolute;
}

function seedOf(given: string | undefined): number {
  if (given === undefined) return crypto.getRandomValues(new Uint32Array(1))[0];
  return accept('seed', given) as number;
}

function emulatorOf(given = 'auto'): LabRequest['emulator'] {
  if (given === 'auto' || given === 'user' || given === 'kernel') return given;
  const why = given === 'shim' ? ": a shim sits inside of netduel's own transports, not under other programs" : '';
  throw new UserError(`--emulator: '${given}' is not accepted; expected auto, user, kernel${why}`);
}
