import type { Holder } from '../../src/lab/holder.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { effectiveProfile } from '../../src/link/effective.ts';
import { parseProfile } from '../../src/link/parse.ts';
import { execute, type Outcome, type Running, start } from './cli.ts';

const dist = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

/** A lab without netduel's endpoints, in which any program can be run. */
export interface BareLab {
  readonly lab: Lab;
  configure(profile: string, seed: number): Promise<void>;
  run(where: 'client' | 'server' | 'middlebox', command: readonly string[]): Promise<Outcome>;
  start(where: 'client' | 'server', command: readonly string[]): Running;
  close(): Promise<void>;
}

export async function openBareLab(emulator: 'user' | 'kernel' = 'user'): Promise<BareLab> {
  const built = (await import(dist('lab/lab.js'))) as typeof import('../../src/lab/lab.ts');
  const held = (await import(dist('lab/holder.js'))) as typeof import('../../src/lab/holder.ts');
  const { findLauncher } = (await import(dist('lab/launcher.js'))) as typeof import('../../src/lab/launcher.ts');
  const launcher = findLauncher();
  if ('reason' in launcher) throw new Error(launcher.reason);
  const lab = await built.Lab.open(launcher, emulator);
  const [client, server] = [
    await held.Holder.start(lab.endpointPrefix),
    await held.Holder.start(lab.endpointPrefix),
  ] as [Holder, Holder];
  await lab.wire(client.pid, server.pid);
  const pids = { client: client.pid, server: server.pid, middlebox: lab.pid };
  const inside = (where: keyof typeof pids, command: readonly string[]): readonly string[] => [
    ...lab.inside(pids[where]),
    ...command,
  ];
  return {
    lab,
    configure: (profile, seed) => lab.configure(effectiveProfile(parseProfile(profile)), seed),
    run: (where, command) => execute(...split(inside(where, command))),
    start: (where, command) => start(...split(inside(where, command))),
    async close() {
      await Promise.all([client.close(), server.close()]);
      await lab.close();
    },
  };
}

const split = ([program, ...args]: readonly string[]): [string, readonly string[]] => [program as string, args];
