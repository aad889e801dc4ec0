/** `npm run fuzz [-- SEED [CASE]]`: a million hostile datagrams against rudp, or one case again that has failed. */
import { fuzz, fuzzCase } from '../test/transports/rudp/fuzz/driver.ts';

const INPUTS = 1_000_000;
const PROGRESS = 100_000;

const [seed = Date.now() % 2 ** 31, only] = process.argv.slice(2).map(Number);
const began = performance.now();
const tell = (inputs: number): void => {
  const seconds = (performance.now() - began) / 1e3;
  process.stdout.write(`${inputs} inputs, seed ${seed}, ${seconds.toFixed(1)} s\n`);
};

try {
  if (only === undefined) {
    let told = 0;
    for (const inputs of fuzz(seed, INPUTS)) {
      if (inputs - told < PROGRESS && inputs < INPUTS) continue;
      told = inputs - (inputs % PROGRESS);
      tell(inputs);
    }
  } else {
    tell(fuzzCase(seed, only));
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
}
