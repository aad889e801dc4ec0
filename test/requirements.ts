import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import type { TestContext } from 'vitest';

/** Fails the test, or skips it, when this machine cannot run it. */
export type Requirement = (context: TestContext) => Promise<void>;

/**
 * Something that a test needs of the machine. `probe` runs once per test file and answers why it is missing, or undefined
 * when it is there. A test begins with `await itsRequirement(context)`: what is missing skips the test with the reason,
 * and fails it under NETDUEL_REQUIRE=all, so that CI cannot pass by skipping.
 */
export function requirement(name: string, probe: () => string | undefined | Promise<string | undefined>): Requirement {
  let answer: Promise<string | undefined> | undefined;
  return async (context) => {
    answer ??= Promise.resolve(probe()).then((why) => {
      if (why !== undefined && !required()) console.warn(`skipped: ${name}: ${why}`);
      return why;
    });
    const missing = await answer;
    if (missing === undefined) return;
    if (required()) throw new Error(`NETDUEL_REQUIRE=all, but ${name} is missing: ${missing}`);
    context.skip(`${name}: ${missing}`);
  };
}

function required(): boolean {
  return process.env['NETDUEL_REQUIRE'] === 'all';
}

export const ipv6Loopback: Requirement = requirement(
  'IPv6 loopback',
  () =>
    new Promise((resolve) => {
      const socket = createSocket('udp6');
      socket.once('error', (error) => resolve(`cannot bind to ::1 (${error.message})`));
      socket.bind(0, '::1', () => socket.close(() => resolve(undefined)));
    }),
);

export const linuxSystemCalls: Requirement = requirement('io/linux', () =>
  import('../src/io/linux/libc.ts').then(
    () => undefined,
    (error: Error) => error.message.split('\n')[0] ?? 'koffi does not load',
  ),
);

/** Two network namespaces and an emulator between them. */
export const lab: Requirement = requirement('lab', async () => {
  const { findLauncher } = await import('../src/lab/launcher.ts');
  const launcher = findLauncher();
  return 'reason' in launcher ? `${launcher.reason}; ${launcher.remedy}` : undefined;
});

export const root: Requirement = requirement('root', () =>
  process.getuid?.() === 0 ? undefined : 'this test changes users or namespaces as root',
);

/** CAP_NET_RAW in the network namespace that the tests run in. */
export const rawSockets: Requirement = requirement('raw sockets', async () => {
  const { check, libc, AF_INET, SOCK_RAW } = await import('../src/io/linux/libc.ts');
  try {
    libc.close(check(libc.socket(AF_INET, SOCK_RAW, 253), 'raw socket of IP protocol 253'));
    return undefined;
  } catch (error) {
    return `${(error as Error).message}; run as root, or with CAP_NET_RAW`;
  }
});

/** A program on PATH. */
export const program = (name: string, debianPackage = name): Requirement =>
  requirement(name, () =>
    spawnSync('which', [name], { stdio: 'ignore' }).status === 0
      ? undefined
      : `not on PATH; apt-get install ${debianPackage}`,
  );
