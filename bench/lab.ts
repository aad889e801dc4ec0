import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { findLauncher } from '../dist/lab/launcher.js';
import { Session } from '../dist/lab/session.js';
import { socketsOf } from '../dist/lab/sockets.js';
import { effectiveProfile } from '../dist/link/effective.js';
import { parseProfile } from '../dist/link/parse.js';

const JITI = new URL('../node_modules/.bin/jiti', import.meta.url).pathname;
const LISTEN_MS = 10_000;
const LOOK_MS = 20;

export type End = 'client' | 'server';

/** Runs `use` with one emulated link between two ends; nothing that it starts there outlives it. */
export async function inLab<T>(link: string, seed: number, use: (lab: Session) => Promise<T>): Promise<T> {
  const launcher = findLauncher();
  if ('reason' in launcher) throw new Error(`${launcher.reason}; ${launcher.remedy}`);
  const profile = effectiveProfile(parseProfile(link));
  const lab = await Session.open(launcher, { emulator: 'user', profile, seed });
  try {
    return await use(lab);
  } finally {
    await lab.close();
  }
}

/** A program at one end of a lab. */
export interface Program {
  /** All of its output, once it has ended by itself; rejects when it failed. */
  readonly output: Promise<string>;
  /** Ends it. */
  stop(): void;
}

export function start(lab: Session, end: End, command: readonly string[]): Program {
  const [program, ...args] = [...lab.inside(end), ...command];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  return { output: outputOf(child, command.join(' ')), stop: () => void child.kill() };
}

async function outputOf(child: ChildProcess, label: string): Promise<string> {
  let [said, complained] = ['', ''];
  child.stdout?.on('data', (data: Buffer) => {
    said += data;
  });
  child.stderr?.on('data', (data: Buffer) => {
    complained += data;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  // What is stopped by us has said all that it knew.
  if (code !== 0 && signal !== 'SIGTERM') {
    throw new Error(
      `${label}: ${complained.trim().split('\n').at(-1) || `ended with ${code ?? signal}`} ${said.slice(0, 200)}`,
    );
  }
  return said;
}

/** A program of this folder. */
export const script = (name: string, ...args: readonly (string | number)[]): string[] => [
  JITI,
  new URL(name, import.meta.url).pathname,
  ...args.map(String),
];

/** Waits until `count` sockets listen at the server's end. */
export async function listening(lab: Session, count: number): Promise<void> {
  const deadline = performance.now() + LISTEN_MS;
  while (socketsOf(lab.pid('server')).listening < count) {
    if (performance.now() > deadline) throw new Error('the servers do not listen');
    await passed(LOOK_MS);
  }
}

export const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
