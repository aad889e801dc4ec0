import type { Fec } from '../wire/parameters.ts';
import { coefficient, MemberProducts, productsOf, SymbolSums } from './code.ts';
import { invert } from './gf256.ts';
import { mapBytesFor, RepairFrame } from './repair-frame.ts';
import { RepairBlock } from './repair-block.ts';
import { SYMBOL_HEADER_BYTES, SymbolHeader } from './symbol.ts';
import { SymbolHistory } from './symbol-history.ts';

/** Blocks whose repairs are kept while too much is missing: packets that were overtaken may still come. */
const BLOCKS = 4;
/** A block is still known when packets of the next ones have come. */
const REMEMBERED_BLOCKS = 4;

/** A DATA frame that never came, as `FrameSink.onData` gets those that do. Valid in the call only, unless `settle` says more. */
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
  /** Blocks that wait for more packets. */
  #waiting = 0;
  readonly #frame = new RepairFrame();
  readonly #symbol = new SymbolHeader();
  readonly #products: MemberProducts;
  readonly #sums: SymbolSums;
  readonly #solved: SymbolSums;
  /** Of the block at hand: which members are missing, and their packet numbers. */
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
    this.#solved = new SymbolSums(r);
  }

  /** The packet `number` brought a DATA frame. */
  onData(number: number, bytes: Uint8Array, at: number, length: number, offset: number, head: number): void {
    if (!this.#history.add(number, offset, head, bytes, at, length) || this.#waiting === 0) return;
    for (const block of this.#blocks) {
      if (block.waiting && block.map.has(number)) this.#settle(block);
    }
  }

  /** The packet `number` brought a REPAIR frame with bytes[at...at + length). What makes no sense is passed over. */
  onRepair(number: number, bytes: Uint8Array, view: DataView, at: number, length: number): void {
    const frame = this.#frame;
    if (!frame.parse(bytes, view, at, at + length, number) || frame.index >= this.#r) return;
    let block = this.#blocks.find((each) => each.waiting && each.isOf(frame));
    if (!block) {
      this.#findMissing(frame.map);
      if (this.#missing.length === 0) return;
      block = this.#blocks[this.#oldest];
      this.#oldest = (this.#oldest + 1) % BLOCKS;
      if (!block.waiting) this.#waiting++;
      block.start(frame);
    }
    block.add(frame, bytes);
    this.#settle(block);
  }
