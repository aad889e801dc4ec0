/**
 * Nanoseconds of CLOCK_MONOTONIC as a number. `performance.now()` costs a fraction of `hrtime.bigint()` and allocates
 * nothing, but counts from the start of its thread, so the offset is measured once: every sample is too small by the time
 * between its two readings, hence the largest is the best (tens of ns).
 */
const offset = calibrate();

export function monotonicNow(): number {
  return performance.now() * 1e6 + offset;
}

function calibrate(): number {
  let best = -Infinity;
  for (let i = 0; i < 200; i++) {
    const hrtime = Number(process.hrtime.bigint());
    best = Math.max(best, hrtime - performance.now() * 1e6);
  }
  return best;
}
