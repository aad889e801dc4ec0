import { addressOf, memory } from '../../../src/io/linux/libc.ts';
import { LinuxLoop } from '../../../src/io/linux/loop.ts';
import { PacketSender } from '../../../src/io/linux/packet-sender.ts';
import { datagram } from './frames.ts';

/**
 * A program for the namespaces of a lab: `send-frames.ts INTERFACE ADDRESS COUNT BYTES BATCH GAP_MS`. It sends COUNT frames, BATCH at once, with
 * at least GAP_MS between: the same traffic whenever it runs.
 */
const [out, to, ...numbers] = process.argv.slice(2) as ['e0' | 'e1', string, ...string[]];
const [count, bytes, batch, gapMs] = numbers.map(Number);
const frames = memory(batch * bytes);
const sender = new PacketSender(new LinuxLoop(), out);
const never = new Int32Array(new SharedArrayBuffer(4));

for (let number = 0; number < count; number += batch) {
  if (number > 0) Atomics.wait(never, 0, 0, gapMs);
  const size = Math.min(batch, count - number);
  for (let i = 0; i < size; i++) {
    frames.set(datagram(out, to, number + i, bytes), i * bytes);
    sender.setFrame(i, addressOf(frames) + i * bytes, bytes);
  }
  if (sender.send(size) !== size) throw new Error(`${out} did not take ${size} frames`);
}
