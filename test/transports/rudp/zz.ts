import { flowOver } from './rig.ts';
const [, , rtt, P, seeds = '3', opts = '{}', q] = process.argv;
const queue = q ? Number(q) : Math.max(64, Math.ceil(100e6 * Number(rtt) / 8e3 / 1514));
for (let seed = 1; seed <= Number(seeds); seed++) {
  const loss = P.startsWith('b') ? (() => { const p = Number(P.slice(1)) / 100; return `loss gemodel ${(100 * .25 * p / (1 - p)).toPrecision(6)}% 25%`; })() : P === '0' ? '' : `loss ${P}%`;
  const mean = Number(P.replace('b', '')) / 100;
  const { flow, path, network } = flowOver({ profile: `rate 100mbit queue ${queue} packets | delay ${Number(rtt) / 2}ms ${loss}`, seed }, { options: JSON.parse(opts) });
  const warm = Math.max(.5, Number(rtt) / 100), win = Math.max(10, Number(rtt) / 10);
  flow.run(warm * 1e9); const b0 = flow.deliveredBytes; const a0 = path.up.account();
  flow.run(win * 1e9); const b1 = flow.deliveredBytes; const a1 = path.up.account();
  const ceil = (1 - mean) * 100e6 * 1400 / (1400 + 4 + 0 + 72) ;
  const inn = a1.packetsIn - a0.packetsIn;
  console.log(rtt, P, 'seed', seed, 'steady', ((b1 - b0) * 8 / win / ceil).toFixed(3), 'whole', (b1 * 8 / (win + warm) / ceil).toFixed(3), 'lossreal', ((a1.lost - a0.lost) / inn).toFixed(4), 'qdrop', ((a1.queueDropped - a0.queueDropped) / inn).toFixed(4), 'in/cap', (inn * 1514 * 8 / win / 100e6).toFixed(3), JSON.stringify(flow.client.stats()));
}
