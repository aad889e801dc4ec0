/**
 * Noise for the lab: UDP datagrams that are nobody's.
 *
 *     jiti bench/udp-noise.ts send HOST PORT PACKETS_PER_SECOND SECONDS
 *     jiti bench/udp-noise.ts sink HOST PORT
 *
 * `send`: of 20 to 200 bytes by chance, a third of them with the first byte of a short packet of rudp and a third with that of one of its handshake: those
 * have to be looked at more closely. Prints as JSON how many per second it were. `sink`: reads what comes, and does nothing with it.
 */
import { openIo } from '../dist/io/index.js';
import { seeded } from '../src/stats/xoshiro.ts';

const [LEAST, MOST] = [20, 200];
const FIRST_BYTES = [undefined, 0x40, 0x81];
const TICK_NS = 1e6;

const [role, host, port, rate, seconds] = process.argv.slice(2);
const { loop, datagram } = await openIo('linux');
const at = { host, port: Number(port) };

if (role === 'sink') datagram({ local: at });
else {
  const socket = datagram({ remote: at });
  const random = seeded(1);
  const start = loop.now();
  let sent = 0;
  const tick = loop.timer(() => {
    const now = loop.now();
    for (const due = ((now - start) / 1e9) * Number(rate); sent < due; ) {
      const bytes = Uint8Array.from({ length: LEAST + Math.floor(random() * (MOST - LEAST)) }, () => random() * 256);
      bytes[0] = FIRST_BYTES[sent % FIRST_BYTES.length] ?? bytes[0];
      const taken = socket.send(bytes, 0, bytes.length, 1);
      if (taken === 0) break;
      sent += taken;
    }
    if (now - start < Number(seconds) * 1e9) tick.arm(now + TICK_NS);
    else {
      process.stdout.write(`${JSON.stringify({ packetsPerSecond: (sent * 1e9) / (now - start) })}\n`);
      loop.stop();
    }
  });
  socket.onOpen = () => tick.arm(loop.now());
}
await loop.run();
