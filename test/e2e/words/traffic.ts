import { fileURLToPath } from 'node:url';

export interface Traffic {
  readonly out: 'e0' | 'e1';
  /** Where to, IPv4; {@link NOBODY} lets it arrive and end there. */
  readonly to: string;
  readonly count: number;
  readonly bytes: number;
  /** Frames at once, up to 64. */
  readonly batch: number;
  readonly gapMs: number;
}

/** An address that neither end has: what is sent there is not answered. */
export const NOBODY = '198.18.0.3';

const JITI = fileURLToPath(new URL('../../../node_modules/jiti/lib/jiti-cli.mjs', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./send-frames.ts', import.meta.url));

/** The command line that sends it, in a namespace of a lab. */
export const sending = ({ out, to, count, bytes, batch, gapMs }: Traffic): readonly string[] => [
  ...[process.execPath, JITI, PROGRAM, out, to],
  ...[count, bytes, batch, gapMs].map(String),
];
