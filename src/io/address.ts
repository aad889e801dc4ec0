/**
 * Numeric IPv4 or IPv6 address and port; nothing here resolves names. A host that begins with `@` is a name of this network
 * namespace's own, without a file (unix(7), "abstract"), and its port is 0; `@` alone asks for a free name, as port 0 asks for a free port,
 * and stands for a socket that has none.
 */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export const isUnix = (host: string): boolean => host.startsWith('@');

/** For messages to people. */
export const formatAddress = ({ host, port }: Address): string => (isUnix(host) ? host : `${host}:${port}`);
