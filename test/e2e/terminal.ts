import { execFileSync, spawnSync } from 'node:child_process';

const COLUMNS = 93;
const ROWS = 31;

/** A terminal that people type at: a session of a tmux server of its own. */
export class Terminal {
  readonly columns = COLUMNS;
  readonly rows = ROWS;
  readonly #socket = `netduel-${crypto.randomUUID()}`;

  /** `command` is a shell command line; the terminal stays when it ends. */
  constructor(command: string, env: Readonly<Record<string, string>>) {
    const set = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const size = ['-x', String(COLUMNS), '-y', String(ROWS)];
    this.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, ...set, `${command}; sleep 60`);
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8' });
  }

  /** Everything that has been on the screen; long lines are one. */
  get screen(): string {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-');
  }

  /** Keys by tmux's names (`C-c`, `Enter`), and text. */
  type(...keys: string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  /** Resolves when the screen matches, in time. */
  async until(pattern: RegExp, seconds = 10): Promise<void> {
    const deadline = Date.now() + 1000 * seconds;
    while (!pattern.test(this.screen)) {
      if (Date.now() > deadline) throw new Error(`never on the screen: ${pattern}\n${this.screen}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** As when its window is closed: its programs are hung up. */
  close(): void {
    spawnSync('tmux', ['-L', this.#socket, 'kill-server']);
  }
}
