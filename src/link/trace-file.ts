import { FileError } from './file-error.ts';

const MAX_MS = 2 ** 32 - 1;

/**
 * Reads a trace in Mahimahi's format (mm-link(1)): a line for each opportunity to send, the whole ms since the start; not
 * decreasing, and the last more than 0. Throws a {@link FileError} that names the line.
 */
export function parseTrace(text: string, path: string): Uint32Array {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const times = new Uint32Array(lines.length);
  for (const [i, line] of lines.entries()) {
    const fail = (problem: string): never => {
      throw new FileError(`'${path}', line ${i + 1}: ${problem}`);
    };
    if (line === '') fail('is empty; each line is a time in ms, such as 17');
    if (!/^\d+$/.test(line)) fail(`'${line.slice(0, 40)}' is not a time in whole ms`);
    const ms = Number(line);
    if (ms > MAX_MS) fail(`'${line.slice(0, 40)}' is more than ${MAX_MS} ms`);
    if (i > 0 && ms < times[i - 1]) fail(`${ms} comes after ${times[i - 1]}; times may not decrease`);
    times[i] = ms;
  }
  if (times[times.length - 1] === 0) throw new FileError(`'${path}' ends at 0 ms: it would start anew without end`);
  return times;
}
