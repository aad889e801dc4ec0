const SIZE = 4096;
const SCALE = 8192;
/** Ranks that iproute2 distinguishes; it keeps every fourth. */
const RANKS = 4 * SIZE;
/** Its search goes in such steps from -10. */
const STEP = 5e-5;

/** The normal distribution, of mean 0 and deviation 1. */
function cumulative(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + density(x) * sum;
}

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Where the cumulative distribution is `p`, found from `near` on. */
function inverse(p: number, near: number): number {
  let x = near;
  for (let round = 0; round < 50; round++) {
    const step = (p - cumulative(x)) / density(x);
    x += Math.max(-0.5, Math.min(0.5, step));
    if (Math.abs(step) < 1e-12) break;
  }
  return x;
}

/** The table `normal` of iproute2: of each rank the last step of the search whose probability rounds to it; not cut to 16 bits yet. */
export function normal(): number[] {
  const values: number[] = [];
  let x = -4;
  for (let rank = 0; rank < RANKS; rank += RANKS / SIZE) {
    x = inverse((rank + 0.5) / RANKS, x);
    const last = -10 + STEP * Math.floor((x + 10) / STEP);
    values.push(Math.round(last * SCALE));
  }
  return values;
}
