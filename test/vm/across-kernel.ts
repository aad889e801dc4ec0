import { directionAccount, type Reading } from '../../src/lab/kernel/account.ts';
import { BRIDGE } from '../../src/lab/kernel/bridge.ts';
import { parseQdiscs, parseReceived } from '../../src/lab/kernel/counters.ts';
import { kernelStages } from '../../src/lab/kernel/stages.ts';
import { tcCommands } from '../../src/lab/kernel/tc-commands.ts';
import { effectiveProfile } from '../../src/link/effective.ts';
import { parseProfile } from '../../src/link/parse.ts';
import type { DirectionProfile, Stage } from '../../src/link/profile.ts';
import type { DirectionAccount } from '../../src/record/schema.ts';
import { type Arrivals, parsePings, pingWords, type Train } from './pings.ts';
import { guestScript, inVm } from './vm.ts';

/** What a real kernel did with one direction. */
export interface Crossing {
  /** What tc was told, and the JSON in which it repeats that. */
  readonly qdiscs: readonly Stage[];
  readonly shown: string;
  readonly arrivals: Arrivals;
  readonly account: DirectionAccount;
}

/** An effective direction. */
export const up = (profile: string): DirectionProfile =>
  effectiveProfile(parseProfile(`up: ${profile} down: direct`)).up;

/** Every Debian has a tc that can do this much. */
const SUPPORT = { seed: false, nanoseconds: false };

/** Sends a train of pings, unless it is empty, across each direction, on a link between two namespaces of a virtual machine. */
export async function acrossKernel(trains: Readonly<Record<string, Train>>): Promise<ReadonlyMap<string, Crossing>> {
  const steps = Object.entries(trains).flatMap(([profile, train]) => [
    tcCommands(qdiscsOf(profile), 'v1', SUPPORT).join('\n'),
    train.count > 0 ? pingWords(train) : '',
  ]);
  const command = [...guestScript('guest-link.sh'), BRIDGE.join('\n'), ...steps];
  const { code, stdout, stderr } = await inVm(command, 'skip');
  if (code !== 0) throw new Error(`the guest ended with ${code}: ${stderr}`);
  const records = stdout.split('\x1e');
  return new Map(Object.keys(trains).map((profile, i) => [profile, crossing(profile, trains[profile], records[i])]));
}

const qdiscsOf = (profile: string): Stage[] => kernelStages(up(profile)).map(({ qdisc }) => qdisc);

function crossing(profile: string, train: Train, record: string): Crossing {
  const [shown, interfaces, said, shownAfter, interfacesAfter] = record.split('\x1f');
  const reading = (json: string, text: string): Reading => ({
    qdiscs: parseQdiscs(json, 'v1'),
    received: parseReceived(text, 'v0'),
  });
  const [opened, closed] = [reading(shown, interfaces), reading(shownAfter, interfacesAfter)];
  return {
    qdiscs: qdiscsOf(profile),
    shown,
    arrivals: parsePings(train, said),
    account: directionAccount(kernelStages(up(profile)), opened, closed, { windowBytesIn: 0, clearSeconds: 0 }),
  };
}
