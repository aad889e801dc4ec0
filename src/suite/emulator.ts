import { chooseIo } from '../io/index.ts';
import { NO_RAW, NO_STREAMS, noFragments } from '../io/shim/limits.ts';
import { maxPayloadBytes } from '../io/shim/sizes.ts';
import { kernelNetemSupport, unsupportedWords } from '../lab/kernel/index.ts';
import { findLauncher, type Launcher, type NoLab } from '../lab/launcher.ts';
import { formatNumber } from '../record/units.ts';
import { LOOPBACK_HOST } from './arena.ts';
import { packetsPerSecond, standing } from './calibrate.ts';
import type { PlannedCase, Unsupported } from './plan.ts';
import type { SuiteRequest } from './request.ts';

export interface LabEmulator {
  readonly name: 'user' | 'kernel';
  readonly launcher: Launcher;
}

/** What does the work of links with a profile: in a lab, in the endpoints themselves, or nothing, for want of a lab. */
export type Emulator = LabEmulator | { readonly name: 'shim' } | ({ readonly name: 'none' } & NoLab);

/** What was asked for, or why this machine does not have it. */
export async function findEmulator(asked: SuiteRequest['emulator']): Promise<Emulator> {
  if (asked === 'shim') return { name: 'shim' };
  const launcher = await availableLab();
  if ('reason' in launcher) return { name: 'none', ...launcher };
  if (asked !== 'kernel') return { name: 'user', launcher };
  const support = kernelNetemSupport();
  return 'reason' in support ? { name: 'none', ...support } : { name: 'kernel', launcher };
}

/** The user-space emulator's packet sockets need io/linux, whatever the endpoints use. */
export async function availableLab(): Promise<Launcher | NoLab> {
  const { reason } = await chooseIo('auto');
  if (reason) return { reason, remedy: 'run on 64-bit Linux with the koffi package in working order (npm ci)' };
  return findLauncher();
}

/** Why a case with a profile cannot be run with this emulator. `ceiling`: see `Calibrator.ceiling`. */
export function refusalOf(emulator: Emulator, planned: PlannedCase, ceiling?: number): Unsupported | undefined {
  const { traits, plan, profile } = planned;
  if (!profile) return undefined;
  switch (emulator.name) {
    case 'none': {
      const { reason, remedy } = emulator;
      return {
        reason,
        remedy: traits.sockets === 'datagram' ? `${remedy}; or, without a lab, --emulator shim` : remedy,
      };
    }
    case 'shim': {
      const largest = maxPayloadBytes(LOOPBACK_HOST);
      if (traits.sockets === 'raw') return NO_RAW;
      if (traits.sockets !== 'datagram') return NO_STREAMS;
      return traits.framing === 'datagram' && plan.messageBytes > largest
        ? noFragments(plan.messageBytes, largest)
        : undefined;
    }
    case 'kernel': {
      const words = new Set([profile.up, profile.down].flatMap(unsupportedWords));
      if (words.size === 0) return tooFast(planned, ceiling);
      return { reason: `the kernel's netem has no ${[...words].join(', ')}`, remedy: 'use --emulator user' };
    }
    case 'user':
      return tooFast(planned, ceiling);
  }
}

function tooFast(planned: PlannedCase, ceiling: number | undefined): Unsupported | undefined {
  if (ceiling === undefined || standing(planned, ceiling) !== 'above') return undefined;
  const [asked, carried] = [packetsPerSecond(planned), ceiling].map(formatNumber);
  return {
    reason: `${asked} packets a second are far beyond what the emulator carries here, ${carried}`,
    remedy: 'ask for a lower rate or larger messages, close other programs, or use a machine with more processors',
  };
}
