/**
 * The seed of a second generator beside the one of `seed`. The factor mixes low bits into the top 16, so that the draws of the two are not
 * the same XOR apart for all seeds (the generator is linear); the other 48 bits differ by four, so that the two are never alike.
 */
export const otherSeed = (seed: bigint): bigint => (seed * 0x9e37_0000_0000_0001n) ^ 0x5a00n;

/**
 * LFSR113 of L'Ecuyer ("Tables of maximally equidistributed combined LFSR generators", 1999), seeded as Linux seeds the
 * generator behind `netem ... seed` (linux/prandom.h): one seed gives the same draws here and in the kernel.
 */
export class Taus113 {
  // As int32, so that V8 keeps them as small integers and a draw allocates nothing.
  private s1: number;
  private s2: number;
  private s3: number;
  private s4: number;

  /** `seed`: 64 bits, negative numbers taken as two's complement; numbers have to be safe integers. */
  constructor(seed: number | bigint) {
    const wide = BigInt.asUintN(64, BigInt(seed));
    const word = Number(BigInt.asUintN(32, (wide >> 32n) ^ (wide << 10n) ^ wide));
    const atLeast = (least: number) => (word < least ? word + least : word) | 0;
    this.s1 = atLeast(2);
    this.s2 = atLeast(8);
    this.s3 = atLeast(16);
    this.s4 = atLeast(128);
  }

  /** The next 32 bits, as an unsigned number. */
  next(): number {
    const s1 = ((this.s1 & -2) << 18) ^ (((this.s1 << 6) ^ this.s1) >>> 13);
    const s2 = ((this.s2 & -8) << 2) ^ (((this.s2 << 2) ^ this.s2) >>> 27);
    const s3 = ((this.s3 & -16) << 7) ^ (((this.s3 << 13) ^ this.s3) >>> 21);
    const s4 = ((this.s4 & -128) << 13) ^ (((this.s4 << 3) ^ this.s4) >>> 12);
    this.s1 = s1;
    this.s2 = s2;
    this.s3 = s3;
    this.s4 = s4;
    return (s1 ^ s2 ^ s3 ^ s4) >>> 0;
  }
}
