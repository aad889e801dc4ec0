import type { Profile } from '../link/profile.ts';
import type { Settings } from '../record/schema.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { Transport } from '../transports/transport.ts';

/** What was asked for, with every name resolved to the thing itself; options and parameters are still unchecked. */
export interface SuiteRequest {
  readonly transports: readonly { readonly label: string; readonly transport: Transport; readonly options: Settings }[];
  readonly scenarios: readonly { readonly label: string; readonly scenario: Scenario; readonly params: Settings }[];
  /** Without a profile: loopback, no emulation at all. */
  readonly links: readonly { readonly label: string; readonly profile?: Profile }[];
  readonly trials: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  /** How long a trial may take beyond its planned length. */
  readonly timeoutSeconds: number;
  readonly seed: number;
  readonly io: 'auto' | 'linux' | 'node';
  /** What does the work of a link with a profile; `auto` is `user`. */
  readonly emulator: 'auto' | 'user' | 'kernel' | 'shim';
  /** The configuration module, where transports or scenarios of its own come from. */
  readonly configPath?: string;
  /** What the files of the connections' events are named after. */
  readonly qlog?: string;
}
