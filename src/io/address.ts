/** Numeric IPv4 or IPv6 address and port; nothing here resolves names. */
export interface Address {
  readonly host: string;
  readonly port: number;
}
