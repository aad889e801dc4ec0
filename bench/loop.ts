/**
 * `npm run bench:loop`: what one turn of io/linux's loop costs in which one of many sockets has something to read, in us. With
 * `--against DIR`, the built code of another version, in turns with this one. Runs on the built code.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { LinuxIo } from '../src/io/linux/index.ts';

const IDLE = [2, 100, 1000, 5000];
const ROUNDS = 5;
const TURNS = 20_000;

const { values } = parseArgs({ options: { against: { type: 'string' } } });
const versions = ['dist', ...(values.against === undefined ? [] : [values.against])];
const makers = await Promise.all(
  versions.map(
    async (dir) => (await import(resolve(dir, 'io/linux/index.js'))) as typeof import('../src/io/linux/index.ts'),
  ),
);

/** A socket sends itself one datagram per turn, beside `idle` others. */
function turns(io: LinuxIo, idle: number): number {
  const local = { host: '127.0.0.1', port: 0 };
  const silent = Array.from({ length: idle }, () => io.datagram({ local }));
  const busy = io.datagram({ local });
  const slab = new Uint8Array(64);
  let [left, started] = [TURNS, 0];
  busy.onDatagrams = (_, peer) => {
    if (--left === 0) io.loop.stop();
    else busy.send(slab, 0, 64, 1, peer);
  };
  busy.onOpen = () => {
    started = io.loop.now();
    busy.send(slab, 0, 64, 1, busy.local);
  };
  void io.loop.run();
  const ns = io.loop.now() - started;
  for (const socket of [...silent, busy]) socket.close();
  return ns / TURNS;
}

for (const idle of IDLE) {
  const best = makers.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, { linuxIo }] of makers.entries()) best[i] = Math.min(best[i], turns(linuxIo(), idle));
  }
  const figures = best.map((ns, i) => `${versions[i]} ${(ns / 1e3).toFixed(2)} us`);
  process.stdout.write(`${String(idle).padStart(5)} idle sockets: ${figures.join(', ')}\n`);
}
