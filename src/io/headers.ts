/** Sizes that transports, plan and emulator must agree on, in bytes. */
export const ETHERNET_HEADER_BYTES = 14;
export const UDP_HEADER_BYTES = 8;

/** MTU of Linux's loopback interface. */
export const LOOPBACK_MTU = 65_536;

/** Without options. `host` is numeric. */
export const ipHeaderBytes = (host: string): number => (host.includes(':') ? 40 : 20);
