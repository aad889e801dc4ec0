/** Where the first byte is that belongs to no well-formed UTF-8 (Unicode 16, table 3-7), or -1. Allocates nothing. */
export function malformedAt(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const lead = bytes[at];
    if (lead < 0x80) {
      at++;
      continue;
    }
    const more = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
    if (more === 0 || at + more >= to) return at;
    // The second byte rules out overlong forms, surrogates and what is beyond U+10FFFF.
    const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (bytes[at + 1] < least || bytes[at + 1] > most) return at;
    for (let i = 2; i <= more; i++) if ((bytes[at + i] & 0xc0) !== 0x80) return at;
    at += more + 1;
  }
  return -1;
}
