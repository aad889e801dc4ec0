import { type ChildProcess, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import type { Lab } from '../../src/lab/lab.ts';
import { effectiveProfile } from '../../src/link/effective.ts';
import { parseProfile } from '../../src/link/profile.ts';
import { execute, type Outcome, type Running, start } from './cli.ts';

const dist = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

/** A lab without netduel's endpoints: two sleeping processes hold the ends, and any program can be run there. */
export interface BareLab {
  readonly lab: Lab;
  configure(profile: string, seed: number): Promise<void>;
  run(where: 'client' | 'server' | 'middlebox', command: readonly string[]): Promise<Outcome>;
  start(where: 'client' | 'server', command: readonly string[]): Running;
  close(): Promise<void>;
}

export async function openBareLab(): Promise<BareLab> {
  const built = (await import(dist('lab/lab.js'))) as typeof import('../../src/lab/lab.ts');
  const { findLauncher } = (await import(dist('lab/launcher.js'))) as typeof import('../../src/lab/launcher.ts');
  const launcher = findLauncher();
  if ('reason' in launcher) throw new Error(launcher.reason);
  const lab = await built.Lab.open(launcher);
  const middlebox = Number(/\/proc\/(\d+)\//.exec(lab.endpointPrefix.join(' '))?.[1]);
  const [client, server] = await Promise.all([hold(lab.endpointPrefix), hold(lab.endpointPrefix)]);
  await lab.wire(client.pid ?? -1, server.pid ?? -1);
  const pids = { client: client.pid, server: server.pid, middlebox };
  const user = launcher.privilege === 'user' ? ['--user', '--preserve-credentials'] : [];
  const inside = (where: keyof typeof pids, command: readonly string[]): readonly string[] => [
    ...['--target', String(pids[where]), '--net', '--mount', ...user],
    ...command,
  ];
  return {
    lab,
    configure: (profile, seed) => lab.configure(effectiveProfile(parseProfile(profile)), seed),
    run: (where, command) => execute('nsenter', inside(where, command)),
    start: (where, command) => start('nsenter', inside(where, command)),
    async close() {
      client.kill('SIGKILL');
      server.kill('SIGKILL');
      await lab.close();
    },
  };
}

/** A process that does nothing, once it is in a network namespace of its own. */
async function hold(prefix: readonly string[]): Promise<ChildProcess> {
  const [command, ...args] = [...prefix, 'sleep', '300'];
  const own = readlinkSync('/proc/self/ns/net');
  const child = spawn(command, args, { stdio: 'ignore' });
  for (let attempts = 0; attempts < 250; attempts++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    try {
      const program = readlinkSync(`/proc/${child.pid}/exe`);
      if (program.endsWith('sleep') && readlinkSync(`/proc/${child.pid}/ns/net`) !== own) return child;
    } catch {
      // Between two executables, or not there yet.
    }
  }
  throw new Error(`${command} did not start within 5 s`);
}
