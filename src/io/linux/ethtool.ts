import * as c from './libc.ts';

const SIOCGIFINDEX = 0x8933;
const SIOCETHTOOL = 0x8946;
const IFNAME_BYTES = 16;
const LRO_FLAG = 1 << 15;

/** struct ifreq: 16 bytes of name, then an int or a pointer; then our own struct ethtool_value. */
const request = c.memory(64);
const view = new DataView(request.buffer);
const VALUE = 40;

/** get and set commands of linux/ethtool.h for each feature that changes what a packet is. */
const FEATURES = {
  'rx-checksum': [0x14, 0x15],
  'tx-checksum': [0x16, 0x17],
  'scatter-gather': [0x18, 0x19],
  tso: [0x1e, 0x1f],
  gso: [0x23, 0x24],
  gro: [0x2b, 0x2c],
  lro: [0x25, 0x26],
} as const;
type Feature = keyof typeof FEATURES;

function withSocket<T>(interfaceName: string, use: (fd: number) => T): T {
  const fd = c.check(c.libc.socket(c.AF_INET, c.SOCK_DGRAM | c.SOCK_CLOEXEC, 0), 'socket');
  try {
    request.fill(0);
    new TextEncoder().encodeInto(interfaceName, request.subarray(0, IFNAME_BYTES - 1));
    return use(fd);
  } finally {
    c.libc.close(fd);
  }
}

export function interfaceIndex(interfaceName: string): number {
  return withSocket(interfaceName, (fd) => {
    c.check(c.libc.ioctl(fd, SIOCGIFINDEX, c.addressOf(request)), `interface ${interfaceName}`);
    return view.getInt32(IFNAME_BYTES, true);
  });
}

function command(fd: number, number: number, value: number): number {
  const address = c.addressOf(request) + VALUE;
  view.setUint32(IFNAME_BYTES, address >>> 0, true);
  view.setUint32(IFNAME_BYTES + 4, (address / 0x1_0000_0000) >>> 0, true);
  view.setUint32(VALUE, number, true);
  view.setUint32(VALUE + 4, value, true);
  return c.libc.ioctl(fd, SIOCETHTOOL, c.addressOf(request));
}

/**
 * Turns off every offload that would let one "packet" stand for many or leave it without its checksum.
 * @throws when the kernel says afterwards that one is still on
 */
export function disableOffloads(interfaceName: string): void {
  withSocket(interfaceName, (fd) => {
    for (const [, set] of Object.values(FEATURES)) command(fd, set, 0);
    const on = (Object.keys(FEATURES) as Feature[]).filter((feature) => isOn(fd, feature));
    if (on.length > 0) throw new Error(`${interfaceName}: ${on.join(', ')} cannot be switched off`);
  });
}

function isOn(fd: number, feature: Feature): boolean {
  // A command that the driver does not know is a feature that it does not have.
  if (command(fd, FEATURES[feature][0], 0) < 0) return false;
  const value = view.getUint32(VALUE + 4, true);
  return feature === 'lro' ? (value & LRO_FLAG) !== 0 : value !== 0;
}
