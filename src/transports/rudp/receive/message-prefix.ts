/** Every message stands behind its length as a varint of 4 bytes: 0x80000000 | length (RFC 9000 section 16). */
export const PREFIX_BYTES = 4;

/** Length of the message behind a prefix; NaN: no varint of 4 bytes, or more than `max`. */
export function messageLength(prefix: number, max: number): number {
  const length = prefix & 0x3fff_ffff;
  return prefix >>> 30 === 2 && length <= max ? length : NaN;
}
