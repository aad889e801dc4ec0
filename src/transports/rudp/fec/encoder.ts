import type { Fec } from '../wire/parameters.ts';
import { MemberProducts, SymbolSums } from './code.ts';
import { BlockMap, mapBytesFor, repairOverhead, writeRepair } from './repair-frame.ts';
import { SYMBOL_HEADER_BYTES, writeSymbolHeader } from './symbol.ts';

/**
 * Makes repair packets. The packets with new data are gathered into blocks of `k`; of a whole block `r` repairs are made, of one that ends
 * early no more than it has members. A block ends early when it has been open for so long that the repairs would come late.
 */
export class RepairEncoder {
  /** Bytes that data must leave free in a packet, beyond those that every packet needs, for a repair to fit one of the same size. */
  readonly overhead: number;
  /** Repairs that wait to be written. Meanwhile nothing may be added. */
  ready = 0;
  /** When the block at hand ends early; Infinity: it has no member. */
  closeAt = Infinity;
  readonly #k: number;
  readonly #r: number;
  readonly #patience: number;
  readonly #products: MemberProducts;
  readonly #sums: SymbolSums;
  readonly #map = new BlockMap();
  readonly #header = new Uint8Array(SYMBOL_HEADER_BYTES);
  readonly #span: number;
  #index = 0;

  /** `patience`: how long a block stays open, in ns. */
  constructor({ k, r }: Fec, patience: number) {
    this.overhead = repairOverhead(k);
    this.#k = k;
    this.#r = r;
    this.#patience = patience;
    this.#products = new MemberProducts(r);
    this.#sums = new SymbolSums(r);
    this.#span = 8 * mapBytesFor(k);
    this.#sums.clear(r);
  }

  /** Before a packet with the number `next` is made at `now`: ends the block if it has been open for long enough. */
  prepare(now: number, next: number): void {
    const { members, first } = this.#map;
    if (this.ready === 0 && members > 0 && (now >= this.closeAt || next - first >= this.#span)) this.#close();
  }

  /** The packet `number` has a DATA frame with these bytes, which were never sent before. */
  add(now: number, number: number, offset: number, head: number, bytes: Uint8Array, at: number, length: number): void {
    const map = this.#map;
    if (map.members === 0) this.closeAt = now + this.#patience;
    const products = this.#products.of(map.members);
    writeSymbolHeader(this.#header, 0, length, offset, head);
    this.#sums.add(products, 0, this.#header, 0, SYMBOL_HEADER_BYTES);
    this.#sums.add(products, SYMBOL_HEADER_BYTES, bytes, at, length);
    map.add(number);
    if (map.members === this.#k) this.#close();
  }

  #close(): void {
    this.ready = Math.min(this.#r, this.#map.members);
    this.#index = 0;
    this.closeAt = Infinity;
  }

  /** Puts the next repair into a packet with the number `number`; `at` unchanged: it would reach beyond `limit`. */
  write(bytes: Uint8Array, at: number, limit: number, number: number): number {
    const symbolBytes = this.#sums.length;
    const symbol = writeRepair(bytes, at, limit, number, this.#map, this.#index, symbolBytes);
    if (symbol === at) return at;
    bytes.fill(0, symbol, symbol + symbolBytes);
    this.#sums.addTo(this.#index, symbolBytes, bytes, symbol);
    this.#index++;
    if (--this.ready === 0) this.drop();
    return symbol + symbolBytes;
  }

  /** Gives up the block at hand: its repairs do not fit the path any more. */
  drop(): void {
    this.ready = 0;
    this.closeAt = Infinity;
    this.#map.clear();
    this.#sums.clear(this.#r);
  }
}
