import type { Io } from '../io/io.ts';

/** One check of a suite, for any test runner to register: `skip`, where present, is the reason to print. */
export interface ConformanceCase {
  readonly name: string;
  readonly skip?: string;
  run(): Promise<void>;
}

/** What the checks of an `Io` need. */
export interface IoSetup {
  /** A fresh loop with its sockets: every case makes its own. */
  readonly makeIo: () => Io;
  readonly host: '127.0.0.1' | '::1';
}
