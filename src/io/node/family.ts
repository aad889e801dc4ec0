import { isIP } from 'node:net';

export function familyOf(host: string): 4 | 6 {
  const family = isIP(host);
  if (family === 4 || family === 6) return family;
  throw new TypeError(`"${host}" is not a numeric IPv4 or IPv6 address, such as 127.0.0.1 or ::1`);
}
