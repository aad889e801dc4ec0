import { basename } from 'node:path';
import type { WriteStream } from 'node:tty';
import { formatBitRate, formatBytes } from '../record/units.ts';

const BAR_WIDTH = 24;
/** The rate is that of the last while, not of all of it. */
const WINDOW_MS = 3000;
/** Where there is no terminal to redraw: a line as often as that. */
const LINE_MS = 5000;

/** How far a file is: a line on stderr that is redrawn, or one now and then where stderr is no terminal. */
export class TransferProgress {
  readonly #stream: NodeJS.WriteStream | WriteStream;
  #seen: { readonly at: number; readonly done: number }[] = [];
  #name = '';
  #told = Date.now();
  #drawn = false;

  constructor(stream: NodeJS.WriteStream | WriteStream) {
    this.#stream = stream;
  }

  /** `total`: absent where nobody knows. */
  show(name: string, done: number, total: number | undefined, now: number = Date.now()): void {
    if (name !== this.#name) this.#seen = [];
    this.#name = name;
    this.#seen = [...this.#seen.filter(({ at }) => at > now - WINDOW_MS), { at: now, done }];
    if (!this.#stream.isTTY && now - this.#told < LINE_MS) return;
    this.#told = now;
    const text = `${basename(name)}  ${this.#howFar(done, total)}`.replace(/\p{Cc}/gu, ' ');
    if (this.#stream.isTTY) this.#stream.write(`\r\x1b[K${text.slice(0, (this.#stream.columns ?? 80) - 1)}`);
    else this.#stream.write(`${text}\n`);
    this.#drawn = this.#stream.isTTY;
  }

  #howFar(done: number, total: number | undefined): string {
    const bits = this.#bitsPerSecond();
    const rate = formatBitRate(bits);
    if (total === undefined) return `${formatBytes(done)}  ${rate}`;
    const share = total === 0 ? 1 : done / total;
    const filled = Math.round(share * BAR_WIDTH);
    const bar = `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
    const left = bits > 0 ? `  ${Math.ceil(((total - done) * 8) / bits)} s left` : '';
    return `${bar} ${Math.floor(100 * share)} %  ${formatBytes(done)} of ${formatBytes(total)}  ${rate}${left}`;
  }

  #bitsPerSecond(): number {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)];
    return first && last && last.at > first.at
      ? Math.max(0, ((last.done - first.done) * 8e3) / (last.at - first.at))
      : 0;
  }

  /** A line of its own, above what is redrawn. */
  say(text: string): void {
    this.clear();
    this.#stream.write(`${text.replace(/\p{Cc}/gu, ' ')}\n`);
  }

  clear(): void {
    if (this.#drawn) this.#stream.write('\r\x1b[K');
    this.#drawn = false;
  }
}
