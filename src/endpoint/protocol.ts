import type { Address } from '../io/address.ts';
import type { IoChoice } from '../io/index.ts';
import type { DirectionProfile } from '../link/profile.ts';
import type { DirectionAccount, Settings } from '../record/schema.ts';
import type { Schedule } from '../scenarios/scenario.ts';

/** What an endpoint needs to know of a trial. */
export interface TrialSpec {
  readonly role: 'client' | 'server';
  readonly id: number;
  readonly io: IoChoice['name'];
  readonly transport: { readonly name: string; readonly options: Record<string, unknown> };
  readonly scenario: { readonly name: string; readonly params: Record<string, unknown> };
  /** A configuration module that may define transports and scenarios of its own. */
  readonly config?: string;
  /** Where the server listens (port 0: any). */
  readonly address: Address;
  readonly path: {
    readonly mtu: number;
    /** Rates in bits per second, absent where the link names none. */
    readonly up?: number;
    readonly down?: number;
    /** What the emulator carries, where that is known. */
    readonly packetsPerSecond?: number;
  };
  /** What the shim does to all that this endpoint sends: an effective profile. Absent: nothing, there is no shim. */
  readonly shim?: { readonly profile: DirectionProfile; readonly seed: number };
  /** Where the events of this endpoint's connections go: a file to be made. Both ends' traces have the same `group`. */
  readonly qlog?: { readonly path: string; readonly title: string; readonly group: string };
}

/** From the suite to an endpoint. */
export type ToEndpoint =
  | { type: 'prepare'; spec: TrialSpec }
  /** The other end's address: the client connects to it, the server expects it. */
  | { type: 'peer'; address: Address }
  | { type: 'schedule'; schedule: Schedule }
  | { type: 'told'; value: unknown }
  | { type: 'finish' };

export interface EndpointResult {
  readonly result: unknown;
  /** Processor time of the whole process in the window. */
  readonly cpuSeconds: number;
  /** The same per second of the window: 1 is one processor. */
  readonly cpuRatio: number;
  readonly connectSeconds?: number;
  readonly settings: Settings;
  /** The shim's account of what this endpoint sent. */
  readonly link?: DirectionAccount;
}

export interface Sample {
  readonly metric: string;
  /** ns of CLOCK_MONOTONIC. */
  readonly at: number;
  readonly value: number;
}

/** From an endpoint to the suite, in this order but for `tell`, `samples` and `failed`. */
export type FromEndpoint =
  | { type: 'started' }
  | { type: 'listening'; address: Address }
  | { type: 'opened'; address: Address }
  | { type: 'ready' }
  | { type: 'tell'; value: unknown }
  | { type: 'samples'; samples: Sample[] }
  | { type: 'done' }
  | { type: 'result'; result: EndpointResult }
  /** `code`: that of the system call that failed, where it was one. */
  | { type: 'failed'; reason: string; code?: string };
