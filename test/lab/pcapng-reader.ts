/** A packet as a pcapng file tells it. */
export interface ReadPacket {
  readonly interface: number;
  /** Since 1970. */
  readonly ns: bigint;
  readonly data: Uint8Array;
  readonly original: number;
  /** `epb_flags`; undefined where there are none. */
  readonly flags: number | undefined;
  readonly comments: readonly string[];
}

export interface ReadFile {
  /** By option code. */
  readonly section: ReadonlyMap<number, string>;
  readonly interfaces: readonly ReadonlyMap<number, Uint8Array>[];
  readonly packets: readonly ReadPacket[];
}

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const padded = (bytes: number): number => Math.ceil(bytes / 4) * 4;

function options(view: DataView, from: number, to: number): [number, Uint8Array][] {
  const found: [number, Uint8Array][] = [];
  let at = from;
  while (at < to) {
    const [code, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (code === 0) {
      if (length !== 0 || at + 4 !== to) throw new Error(`options end at ${at + 4} of ${to}`);
      return found;
    }
    found.push([code, new Uint8Array(view.buffer.slice(view.byteOffset + at + 4, view.byteOffset + at + 4 + length))]);
    at += 4 + padded(length);
  }
  throw new Error('options without an end');
}

/** Reads whole files of one little-endian section; insists on the format. */
export function readPcapng(bytes: Uint8Array): ReadFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let section: ReadFile['section'] | undefined;
  const interfaces: Map<number, Uint8Array>[] = [];
  const packets: ReadPacket[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [type, size] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    if (size % 4 !== 0 || at + size > bytes.length) throw new Error(`a block of ${size} bytes at ${at}`);
    const end = at + size - 4;
    if (view.getUint32(end, true) !== size) throw new Error(`a block says ${size} bytes first, and another size last`);
    if ((type === 0x0a0d0d0a) !== (at === 0)) throw new Error('the section header is not where it should be');
    if (type === 0x0a0d0d0a) {
      if (view.getUint32(8, true) !== 0x1a2b3c4d) throw new Error('not little-endian');
      section = new Map(options(view, 24, end).map(([code, value]) => [code, text(value)]));
    } else if (type === 1) {
      if (view.getUint16(at + 8, true) !== 1) throw new Error('not Ethernet');
      interfaces.push(new Map(options(view, at + 16, end)));
    } else if (type === 6) {
      const captured = view.getUint32(at + 20, true);
      const found = options(view, at + 28 + padded(captured), end);
      const flags = found.find(([code]) => code === 2)?.[1];
      packets.push({
        interface: view.getUint32(at + 8, true),
        ns: (BigInt(view.getUint32(at + 12, true)) << 32n) | BigInt(view.getUint32(at + 16, true)),
        data: Uint8Array.from(bytes.subarray(at + 28, at + 28 + captured)),
        original: view.getUint32(at + 24, true),
        flags: flags && new DataView(flags.buffer).getUint32(0, true),
        comments: found.filter(([code]) => code === 1).map(([, value]) => text(value)),
      });
    } else throw new Error(`block of type ${type}`);
    at += size;
  }
  if (!section) throw new Error('no section');
  return { section, interfaces, packets };
}
