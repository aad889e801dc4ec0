import { BlockMap, type RepairFrame } from './repair-frame.ts';

/** The repairs of a block that has lost more than they can mend so far. */
export class RepairBlock {
  readonly map: BlockMap = new BlockMap();
  /** False: done with, or given up. */
  waiting = false;
  symbolBytes = 0;
  /** Of the repairs that have come, in that order. */
  readonly indexes: number[] = [];
  /** Their symbols, back to back. */
  symbols: Uint8Array = new Uint8Array(0);

  start({ map, symbolBytes }: RepairFrame): void {
    this.map.copy(map);
    this.symbolBytes = symbolBytes;
    this.indexes.length = 0;
    this.waiting = true;
  }

  isOf({ map, symbolBytes }: RepairFrame): boolean {
    return map.first === this.map.first && map.last === this.map.last && symbolBytes === this.symbolBytes;
  }

  add({ index, at }: RepairFrame, bytes: Uint8Array): void {
    if (this.indexes.includes(index)) return;
    const to = this.indexes.length * this.symbolBytes;
    if (this.symbols.length < to + this.symbolBytes) this.#grow(to + this.symbolBytes);
    this.symbols.set(bytes.subarray(at, at + this.symbolBytes), to);
    this.indexes.push(index);
  }

  #grow(least: number): void {
    const symbols = new Uint8Array(Math.max(least, 2 * this.symbols.length));
    symbols.set(this.symbols);
    this.symbols = symbols;
  }
}
