import { test } from 'vitest';
import { cuts, draws, Feed, missing, Sequence, shuffle } from './sequence.ts';
test('dbg', { timeout: 300000 }, () => {
  let best: any;
  for (let chance = 1; chance < 40000; chance++) {
    const below = draws(chance);
    const sizes = Array.from({ length: 3 + below(8) }, () => 4 + below(12));
    const sequence = new Sequence(sizes, chance);
    const feed = new Feed(sequence, chance % 4 ? 'unordered' : chance % 8 ? 'deadline' : 'sequenced');
    const pieces = cuts(0, sequence.end, 25, below);
    for (let i = 0; i < below(12); i++) { const a = below(sequence.end); pieces.push([a, Math.min(sequence.end, a + 1 + below(60))]); }
    shuffle(pieces, below);
    const log: any[] = [];
    const taken = new Uint8Array(sequence.end);
    const again: any[] = [];
    const give = (a: number, b: number, r = false) => { const n = feed.delivered.length; const ok = feed.give(a, b); feed.flush(); log.push([a, b, ok, ...feed.delivered.slice(n).map((m) => sequence.messages().findIndex((x) => Buffer.compare(x, m) === 0))]); if (ok) taken.fill(1, a, b); else if (!r) again.push([a, b]); else log.push('REFUSED AGAIN'); };
    for (const [a, b] of pieces) give(a, b);
    for (const [a, b] of again) for (const [c, d] of missing(taken, a, b)) give(c, d, true);
    const got = feed.delivered.map((m) => sequence.messages().findIndex((x) => Buffer.compare(x, m) === 0)).sort().join();
    const want = sizes.map((_, i) => i).join();
    const lossy = chance % 4 === 0; if (lossy) { const g = feed.delivered.map((m) => sequence.messages().findIndex((x) => Buffer.compare(x, m) === 0)); if (feed.buffer.violated || g.includes(-1) || new Set(g).size !== g.length || (chance % 8 === 0 && g.some((x, i) => i > 0 && x < g[i - 1]))) best = { chance, g, log }; } else if ((got !== want || log.includes('REFUSED AGAIN')) && (!best || log.length < best.log.length)) best = { chance, starts: sequence.starts, log, got };
  }
  console.log(JSON.stringify(best));
});
