const CELLS = 1000;
const SETTLED = 1e-10;
/** Nearer to 1 the numbers only gather more closely around 1/2, and more slowly. */
const MAX_CORRELATION = 0.99;

/**
 * How often netem's correlated random numbers are at most `p`: the rate at which an event of probability `p` happens in the long
 * run. The filter x' = (1-c) u + c x, u uniform, keeps the mean of the uniform distribution but not its width, so that
 * rare events get rarer still. Its distribution F solves F(x) = c/(1-c) (G(x/c) - G((x-1+c)/c)), G the integral of F; found by iteration, each
 * step of which shrinks the error by c. For a correlation in (0, 1).
 */
export function realisedRate(p: number, correlation: number): number {
  const c = Math.min(correlation, MAX_CORRELATION);
  let below = Float64Array.from({ length: CELLS + 1 }, (_, i) => i / CELLS);
  for (let change = 1; change > SETTLED; ) {
    const filtered = filter(below, c);
    const next = below.map((_, i) => filtered(i / CELLS));
    change = next.reduce((most, value, i) => Math.max(most, Math.abs(value - below[i])), 0) * (c / (1 - c));
    below = next;
  }
  return filter(below, c)(p);
}

/** The distribution after one more step of the filter, from the one before at equal distances. */
function filter(below: Float64Array, c: number): (x: number) => number {
  const integral = new Float64Array(below.length);
  for (let i = 1; i < below.length; i++) integral[i] = integral[i - 1] + (below[i - 1] + below[i]) / (2 * CELLS);
  const upTo = (x: number): number => {
    if (x <= 0) return 0;
    if (x >= 1) return integral[CELLS] + x - 1;
    const cell = Math.floor(x * CELLS);
    const part = x * CELLS - cell;
    const here = below[cell] + (part / 2) * (below[cell + 1] - below[cell]);
    return integral[cell] + (part * here) / CELLS;
  };
  return (x) => Math.min(1, (c / (1 - c)) * (upTo(x / c) - upTo((x - 1 + c) / c)));
}
