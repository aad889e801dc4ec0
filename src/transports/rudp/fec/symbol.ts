import { writeUint32 } from '../wire/varint.ts';

const TWO_TO_32 = 2 ** 32;
/** Length of the data (2 bytes), offset (8), head (4); the data follows. */
export const SYMBOL_HEADER_BYTES = 14;

/** Writes what stands before the data of a DATA frame in its symbol: all that is needed to have the frame again. */
export function writeSymbolHeader(bytes: Uint8Array, at: number, length: number, offset: number, head: number): void {
  bytes[at] = length >>> 8;
  bytes[at + 1] = length;
  writeUint32(bytes, at + 2, Math.floor(offset / TWO_TO_32));
  writeUint32(bytes, at + 6, offset);
  writeUint32(bytes, at + 10, head);
}

/** What a symbol says of its frame. One object is used again and again. */
export class SymbolHeader {
  length = 0;
  offset = 0;
  head = 0;

  /** False: no frame is like this, or it does not fit the symbol, of `size` bytes from the start of `view`. */
  parse(view: DataView, size: number): boolean {
    if (size < SYMBOL_HEADER_BYTES) return false;
    this.length = view.getUint16(0);
    this.offset = view.getUint32(2) * TWO_TO_32 + view.getUint32(6);
    this.head = view.getUint32(10);
    return (
      this.length > 0 &&
      SYMBOL_HEADER_BYTES + this.length <= size &&
      this.head <= this.offset &&
      this.offset + this.length <= Number.MAX_SAFE_INTEGER
    );
  }
}
