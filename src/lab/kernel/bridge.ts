/**
 * Commands of ip(8) that join v0 and v1. Without waiting, a tree protocol, groups, or addresses that are learnt: what comes in at
 * one leaves at the other, and that is all. Without an address of its own, the bridge says nothing either.
 */
export const BRIDGE: readonly string[] = [
  'link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0',
  'link set br0 arp off multicast off',
  ...['v0', 'v1'].flatMap((port) => [`link set ${port} master br0`, `link set ${port} type bridge_slave learning off`]),
  'link set br0 addrgenmode none',
  'link set br0 up',
];
