/**
 * An error meant for the person at the keyboard: its message alone is printed, without a stack, so it must name the
 * value, what was expected, and a way out.
 */
export class UserError extends Error {
  /** 1: what was asked for went wrong; 2: wrong usage or configuration; 3: this machine cannot do it. */
  readonly exitCode: 1 | 2 | 3;

  constructor(message: string, exitCode: 1 | 2 | 3 = 2) {
    super(message);
    this.name = 'UserError';
    this.exitCode = exitCode;
  }
}
