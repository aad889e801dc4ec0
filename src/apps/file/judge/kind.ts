/** What can be decoded: pictures, and clips by the name that ffmpeg has for their container. */
export type Kind =
  | { readonly medium: 'picture' }
  | { readonly medium: 'video'; readonly container: 'mpegts' | 'mov' | 'matroska' };

const TS_PACKET_BYTES = 188;

type Sign = (bytes: Buffer) => boolean;

const text =
  (at: number, wanted: string): Sign =>
  (bytes) =>
    bytes.subarray(at, at + wanted.length).equals(Buffer.from(wanted, 'latin1'));

const SIGNS: readonly (readonly [Kind, Sign])[] = [
  [{ medium: 'picture' }, text(0, '\xff\xd8\xff')],
  [{ medium: 'picture' }, text(0, '\x89PNG\r\n\x1a\n')],
  [{ medium: 'video', container: 'mov' }, text(4, 'ftyp')],
  [{ medium: 'video', container: 'matroska' }, text(0, '\x1a\x45\xdf\xa3')],
  // Every packet begins with the same byte.
  [{ medium: 'video', container: 'mpegts' }, (bytes) => bytes[0] === 0x47 && bytes[TS_PACKET_BYTES] === 0x47],
];

/** By its first bytes: JPEG and PNG; MPEG-TS, MP4, Matroska and WebM; undefined for all else. */
export const kindOf = (bytes: Buffer): Kind | undefined => SIGNS.find(([, matches]) => matches(bytes))?.[0];
