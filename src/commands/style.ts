import type { WriteStream } from 'node:tty';
import pc from 'picocolors';

const DEFAULT_WIDTH = 100;

/** What a stream can show. Colours follow NO_COLOR, FORCE_COLOR and the terminal. */
export function outputStyle(stream: NodeJS.WriteStream | WriteStream): { color: boolean; width: number } {
  const forced = process.env['FORCE_COLOR'] !== undefined && process.env['NO_COLOR'] === undefined;
  return { color: forced || (stream.isTTY === true && pc.isColorSupported), width: stream.columns ?? DEFAULT_WIDTH };
}
