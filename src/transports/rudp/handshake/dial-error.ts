/** A connection could not be opened, or its peer is gone. `code` is that of the system error that it resembles. */
export class DialError extends Error {
  override name = 'DialError';
  readonly code: string;

  constructor(message: string, code: string, cause?: Error) {
    super(`rudp: ${message}`, cause ? { cause } : {});
    this.code = code;
  }
}
