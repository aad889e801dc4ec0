/**
 * The lab's addresses, from the ranges set aside for benchmarks (RFC 2544, RFC 5180), so that they can never be anybody's.
 * Hardware addresses are locally administered.
 */
export const CLIENT = { v4: '198.18.0.1', v6: '2001:2::1', mac: '02:00:00:00:00:01' } as const;
export const SERVER = { v4: '198.18.0.2', v6: '2001:2::2', mac: '02:00:00:00:00:02' } as const;
export const MTU = 1500;
