/** Writes the traces that netduel ships into traces/: npx jiti scripts/make-traces.ts. The same figures give the same files. */
import { writeFileSync } from 'node:fs';
import { lteTrace, SHIPPED, traceText } from './lte-trace.ts';

for (const [name, options] of Object.entries(SHIPPED)) {
  writeFileSync(new URL(`../traces/${name}`, import.meta.url), traceText(lteTrace(options)));
}
