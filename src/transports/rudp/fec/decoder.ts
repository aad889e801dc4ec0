import type { Fec } from '../wire/parameters.ts';
import { coefficient, MemberProducts, productsOf, SymbolSums } from './code.ts';
import { invert } from './gf256.ts';
import { RepairBlock } from './repair-block.ts';
import { type BlockMap, mapBytesFor, RepairFrame } from './repair-frame.ts';
import { SYMBOL_HEADER_BYTES, SymbolHeader } from './symbol.ts';
import { SymbolHistory } from './symbol-history.ts';

/** Blocks whose repairs are kept while too much is missing: packets that were overtaken may still come. */
const BLOCKS = 4;
/** A block is still known when packets of the next ones have come. */
const REMEMBERED_BLOCKS = 4;

/** A DATA frame that never came, as `FrameSink.onData` tells those that do; `bytes` stay as they are until more packets come. */
export type OnRebuilt = (
  bytes: Uint8Array,
  view: DataView,
  at: number,
  length: number,
  offset: number,
  head: number,
) => void;

/** Rebuilds frames that were lost, at once when enough repairs have come. */
export class RepairDecoder {
  /** Frames rebuilt so far. */
  rebuilt = 0;
  readonly #r: number;
  readonly #onRebuilt: OnRebuilt;
  readonly #history: SymbolHistory;
  readonly #blocks: RepairBlock[];
  #oldest = 0;
  readonly #frame = new RepairFrame();
  readonly #header = new SymbolHeader();
  readonly #products: MemberProducts;
  readonly #sums: SymbolSums;
  readonly #solution: SymbolSums;
  /** Members of the block at hand that have not come: their places in it, and their packet numbers. */
  readonly #missing: number[] = [];
  readonly #numbers: number[] = [];
  #difference = new Uint8Array(0);

  /** `fec` as the peer has announced it. */
  constructor({ k, r }: Fec, onRebuilt: OnRebuilt) {
    this.#r = r;
    this.#onRebuilt = onRebuilt;
    this.#history = new SymbolHistory(REMEMBERED_BLOCKS * (8 * mapBytesFor(k) + r));
    this.#blocks = Array.from({ length: BLOCKS }, () => new RepairBlock());
    this.#products = new MemberProducts(r);
    this.#sums = new SymbolSums(r);
    this.#solution = new SymbolSums(r);
  }

  /** The packet `number` brought a DATA frame. */
  onData(number: number, bytes: Uint8Array, at: number, length: number, offset: number, head: number): void {
    if (!this.#history.add(number, offset, head, bytes, at, length)) return;
    for (const block of this.#blocks) {
      if (block.waiting && block.map.has(number)) this.#settle(block);
    }
  }

  /** The packet `number` brought a REPAIR frame with bytes[at...at + length). What makes no sense is passed over. */
  onRepair(number: number, bytes: Uint8Array, view: DataView, at: number, length: number): void {
    const frame = this.#frame;
    if (!frame.parse(bytes, view, at, at + length, number) || frame.index >= this.#r) return;
    this.#findMissing(frame.map);
    if (this.#missing.length === 0) return;
    const block = this.#blocks.find((each) => each.waiting && each.isOf(frame)) ?? this.#start(frame);
    block.add(frame, bytes);
    this.#settle(block);
  }

  #start(frame: RepairFrame): RepairBlock {
    const block = this.#blocks[this.#oldest];
    this.#oldest = (this.#oldest + 1) % BLOCKS;
    block.start(frame);
    return block;
  }

  #findMissing(map: BlockMap): void {
    this.#missing.length = 0;
    this.#numbers.length = 0;
    let member = 0;
    for (let number = map.first; number <= map.last; number++) {
      if (!map.has(number)) continue;
      if (!this.#history.has(number)) {
        this.#missing.push(member);
        this.#numbers.push(number);
      }
      member++;
    }
  }

  #settle(block: RepairBlock): void {
    this.#findMissing(block.map);
    const missing = this.#missing.length;
    if (missing > block.indexes.length) return;
    block.waiting = false;
    if (missing === 0) return;
    this.#addWhatCame(block);
    this.#solve(block);
  }

  #addWhatCame({ map, indexes }: RepairBlock): void {
    const missing = this.#missing;
    const sums = this.#sums;
    // Repairs come in order, mostly: the sums of those behind the last are not needed.
    let count = 0;
    for (let i = 0; i < missing.length; i++) count = Math.max(count, indexes[i] + 1);
    sums.clear(count);
    let member = 0;
    for (let number = map.first, next = 0; number <= map.last; number++) {
      if (!map.has(number)) continue;
      if (member === missing[next]) next++;
      else sums.add(this.#products.of(member), 0, this.#history.bytes(number), 0, this.#history.length(number));
      member++;
    }
  }

  /** n repairs, less what came, are n weighted sums of the n members that did not. */
  #solve({ indexes, symbols, symbolBytes }: RepairBlock): void {
    const missing = this.#missing;
    const n = missing.length;
    const inverse = invert(
      Uint8Array.from({ length: n * n }, (_, i) => coefficient(indexes[Math.floor(i / n)], missing[i % n])),
      n,
    );
    const solution = this.#solution;
    solution.clear(n);
    if (this.#difference.length < symbolBytes) this.#difference = new Uint8Array(symbolBytes);
    for (let i = 0; i < n; i++) {
      this.#difference.set(symbols.subarray(i * symbolBytes, (i + 1) * symbolBytes));
      this.#sums.addTo(indexes[i], Math.min(symbolBytes, this.#sums.length), this.#difference, 0);
      const products = productsOf(n, (row) => inverse[row * n + i]);
      solution.add(products, 0, this.#difference, 0, symbolBytes);
    }
    for (let i = 0; i < n; i++) this.#keep(i, symbolBytes);
    for (let i = 0; i < n; i++) this.#hand(this.#numbers[i]);
  }

  /** Writes a solved symbol where it would be, had it come. */
  #keep(i: number, symbolBytes: number): void {
    const history = this.#history;
    const number = this.#numbers[i];
    if (!history.reserve(number, symbolBytes)) return;
    const bytes = history.bytes(number);
    bytes.fill(0, 0, symbolBytes);
    this.#solution.addTo(i, symbolBytes, bytes, 0);
  }

  #hand(number: number): void {
    const history = this.#history;
    const header = this.#header;
    if (!history.has(number)) return;
    const bytes = history.bytes(number);
    const view = history.view(number);
    if (!header.parse(view, history.length(number))) return;
    this.rebuilt++;
    this.#onRebuilt(bytes, view, SYMBOL_HEADER_BYTES, header.length, header.offset, header.head);
  }
}
