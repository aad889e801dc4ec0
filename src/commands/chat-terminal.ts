import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import { createColors } from 'picocolors';
import { SERVER_NAME } from '../apps/chat/names.ts';
import { outputStyle } from './style.ts';

/** Lines of a pipe that may be on their way: what reads it is not to run ahead. */
const ON_THE_WAY = 1000;
/** Control characters, which the terminal would obey. */
const CONTROL = /\p{Cc}/gu;

export interface ConversationEvents {
  onLine(text: string): void;
  /** Ctrl-D, Ctrl-C, or the end of the input. */
  onOver(): void;
}

/**
 * What a person types and sees. At a terminal what comes is put above the line that is being typed, which stays as it is; through pipes
 * messages are lines of stdout, and what the server says is on stderr.
 */
export class Conversation {
  readonly #events: ConversationEvents;
  readonly #name: string;
  readonly #colors: ReturnType<typeof createColors>;
  readonly #terminal: boolean = process.stdin.isTTY === true && process.stdout.isTTY === true;
  #lines: Interface | undefined;
  #onTheWay = 0;
  #closed = false;

  constructor(name: string, events: ConversationEvents) {
    this.#name = name;
    this.#events = events;
    this.#colors = createColors(outputStyle(process.stdout).color);
  }

  /** What is typed from now on is said. */
  open(): void {
    const { bold } = this.#colors;
    const lines = createInterface({
      input: process.stdin,
      ...(this.#terminal ? { output: process.stdout, prompt: `${bold(`${this.#name}>`)} `, historySize: 200 } : {}),
    });
    this.#lines = lines;
    lines.on('line', (line) => this.#onLine(line));
    lines.on('SIGINT', () => lines.close());
    lines.on('close', () => {
      if (!this.#closed) this.#events.onOver();
    });
    if (this.#terminal) lines.prompt();
  }

  #onLine(line: string): void {
    if (line.trim() !== '' || !this.#terminal) {
      this.#events.onLine(line);
      if (++this.#onTheWay >= ON_THE_WAY) this.#lines?.pause();
    }
    if (this.#terminal) this.#lines?.prompt();
  }

  onSent(count: number): void {
    this.#onTheWay -= count;
    if (this.#onTheWay < ON_THE_WAY / 2 && !this.#closed) this.#lines?.resume();
  }

  show(name: string, text: string): void {
    const { bold, dim } = this.#colors;
    const shown = text.replace(CONTROL, '\ufffd');
    if (name !== SERVER_NAME) this.#print(`${this.#hue(name)(bold(name.replace(CONTROL, '\ufffd')))}: ${shown}`);
    else if (this.#terminal) this.#print(dim(`* ${shown}`));
    else process.stderr.write(`* ${shown}\n`);
  }

  complain(why: string): void {
    if (this.#terminal) this.#print(this.#colors.red(why));
    else process.stderr.write(`netduel: ${why}\n`);
  }

  /** Everybody has the same colour everywhere. */
  #hue(name: string): (text: string) => string {
    const { cyan, green, yellow, magenta, blue } = this.#colors;
    const hues = [cyan, green, yellow, magenta, blue];
    let sum = 0;
    for (const character of name) sum = (31 * sum + (character.codePointAt(0) ?? 0)) >>> 0;
    return hues[sum % hues.length];
  }

  #print(line: string): void {
    const lines = this.#lines;
    if (!this.#terminal || !lines || this.#closed) return void process.stdout.write(`${line}\n`);
    // Over the line that is being typed, which may have wrapped; it is drawn again below.
    moveCursor(process.stdout, 0, -lines.getCursorPos().rows);
    cursorTo(process.stdout, 0);
    clearScreenDown(process.stdout);
    process.stdout.write(`${line}\n`);
    lines.prompt(true);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lines?.close();
    if (this.#terminal && this.#lines) process.stdout.write('\n');
    process.stdin.pause();
  }
}
