const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/**
 * Uniform numbers in [0, 1) from xoshiro128** 1.1 (Blackman and Vigna, prng.di.unimi.it). The state must not be all
 * zero.
 */
export function xoshiro128(s0: number, s1: number, s2: number, s3: number): () => number {
  let [a, b, c, d] = [s0 | 0, s1 | 0, s2 | 0, s3 | 0];
  return () => {
    const result = Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11);
    return result / 2 ** 32;
  };
}

/**
 * The same from one number of up to 53 bits; its state is filled by mixing (MurmurHash3's finaliser over a Weyl
 * sequence).
 */
export function seeded(seed: number): () => number {
  let weyl = seed ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b);
  const word = () => {
    weyl = (weyl + 0x9e3779b9) | 0;
    let mixed = Math.imul(weyl ^ (weyl >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return mixed ^ (mixed >>> 16);
  };
  return xoshiro128(word(), word(), word(), word());
}

/** A seed of 32 bits that nobody chose. */
export const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0];
