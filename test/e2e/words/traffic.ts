import { fileURLToPath } from 'node:url';
import type { BareLab } from '../outside-lab.ts';

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

/** Sends it from the end that it leaves at. */
export async function send(lab: BareLab, traffic: Traffic): Promise<void> {
  const { code, stderr } = await lab.run(traffic.out === 'e0' ? 'client' : 'server', sending(traffic));
  if (code !== 0) throw new Error(`frames were not sent: ${stderr}`);
}
