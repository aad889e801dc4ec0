import type { Scenario } from '../scenarios/scenario.ts';
import type { Transport } from '../transports/transport.ts';

type Scalar = string | number | boolean;

/** A transport or scenario with its options: `{ use: 'tcp', cc: 'bbr' }`, or `{ use: mine, size: 64 }`. */
export type Use<T> = { readonly use: string | T } & { readonly [option: string]: Scalar | T };

/** A link by a name of its own. */
export interface NamedLink {
  readonly name: string;
  /** In tc-netem's words, as behind `--link`. */
  readonly profile: string;
}

/** What `bench.config.ts` exports. Everything may be left out; the command line goes before it. */
export interface Config {
  /** Default: tcp and udp. Texts as behind `--transport`, or transports of your own. */
  readonly transports?: readonly (string | Use<Transport> | Transport)[];
  /** Default: stream. Texts as behind `--scenario`, or scenarios of your own. */
  readonly scenarios?: readonly (string | Use<Scenario> | Scenario)[];
  /** Default: loopback. */
  readonly links?: readonly (string | NamedLink)[];
  /** The file for scenarios that take one and name none. Default: what the scenario takes by itself. */
  readonly file?: string;
  /** How often each case is run, 1 to 10,000. Default: 5. */
  readonly trials?: number;
  /** Length of the measured window: `'2s'`, `'500ms'`, or seconds, 0.1 to 3600. Default: 2. */
  readonly duration?: number | string;
  /** Traffic before the window that is not counted, up to 60 s. Default: 0.5. */
  readonly warmup?: number | string;
  /** How long a trial may take beyond its planned length, 1 to 3600 s. Default: 30. */
  readonly timeout?: number | string;
  /** Fixes the order of trials and the random choices of the link, 0 to 4,294,967,295. Default: random, and recorded. */
  readonly seed?: number;
  /** Default: auto. */
  readonly io?: 'auto' | 'linux' | 'node';
  /** Default: auto. */
  readonly emulator?: 'auto' | 'user' | 'kernel' | 'shim';
  /** Where the folder of the run is made. Default: results. */
  readonly out?: string;
  /** Tables, charts and the HTML page beside the record. Default: true. */
  readonly report?: boolean;
  /** What files of the connections' events are named after, in qlog's format. Default: none are written. */
  readonly qlog?: string;
}

/** Gives a configuration its types. */
export function defineConfig(config: Config): Config {
  return config;
}

/**
 * Gives a transport its types, those of its options included; check it with `transportConformance` of
 * `netduel/conformance`.
 */
export function defineTransport<O>(transport: Transport<O>): Transport<O> {
  return transport;
}

/** Gives a scenario its types, those of its parameters included. */
export function defineScenario<P>(scenario: Scenario<P>): Scenario<P> {
  return scenario;
}
