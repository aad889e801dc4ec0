/** Why something cannot be measured across the shim, and what can. */
interface Limit {
  readonly reason: string;
  readonly remedy: string;
}

const LAB = 'a lab (--emulator user); `netduel doctor` says what this machine lacks for one';

export const NO_STREAMS: Limit = {
  reason: "the shim impairs datagrams only; a byte stream would need packets, which are the kernel's",
  remedy: `use ${LAB}`,
};

export const NO_RAW: Limit = {
  reason: 'the shim impairs what goes over loopback, where raw packets would be heard by every raw socket of this host',
  remedy: `use ${LAB}`,
};

export const noFragments = (size: number, largest: number): Limit => ({
  reason: `the shim does not fragment: a datagram of ${size} bytes exceeds the ${largest} that one packet holds`,
  remedy: `use messages of ${largest} bytes or less, or ${LAB}`,
});
