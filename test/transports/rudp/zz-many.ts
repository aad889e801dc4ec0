import { fuzzCase } from '/tmp/mut/test/transports/rudp/fuzz/driver.ts';
const [from, to, step = 1] = process.argv.slice(2).map(Number);
const seen = new Map<string, number>(); let n = 0; const t = performance.now();
for (let c = from; c < to; c += step) {
  const t0 = performance.now();
  try { n += fuzzCase(1, c); } catch (e) {
    const m = (e as Error).message.replace(/\d{4,}/g,'N').slice(0, 1300).replace(/\(seed.*/, '').replace(/(last input).*/,'');
    if (!seen.has(m)) console.log(c, m, ((e as Error).cause as Error)?.stack?.split('\n').slice(1,7).join('\n'));
    seen.set(m, (seen.get(m) ?? 0) + 1);
  }
  if (performance.now() - t0 > 1000) console.log('slow', c, performance.now() - t0);
}
console.log(n, performance.now() - t, seen);
