/**
 * One flow of rudp for the lab, as iperf3 is one of tcp: payload as fast as it goes.
 *
 *     jiti bench/rudp-flow.ts server HOST PORT [OPTIONS]
 *     jiti bench/rudp-flow.ts client HOST PORT START SECONDS [OPTIONS]
 *
 * START: when to connect, in ms since 1970. OPTIONS: of the transport, such as 'cc=cubic mtu=1400'. The server prints a line of JSON per second from the first
 * connection on, and ends with it; the client prints what the transport knows when it is done.
 */
import { parseSpecs } from '../dist/config/spec.js';
import { openIo } from '../dist/io/index.js';
import { rudp } from '../dist/transports/rudp/index.js';
import type { FlowSecond } from './flows.ts';

const SIZE = 1400;
const COUNT = 64;
const SECOND = 1e9;

const [role, host, port, ...rest] = process.argv.slice(2);
const io = await openIo('linux');
const { loop } = io;

const optionsOf = (words = '') => rudp.options.parse(parseSpecs(`rudp ${words}`)[0].options);
const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

function serve(words?: string): void {
  const listener = rudp.listen(io, { host, port: Number(port) }, optionsOf(words));
  let bytes = 0;
  let at = 0;
  let next = 0;
  let cpu = process.cpuUsage();
  const tick = loop.timer(() => {
    const now = loop.now();
    const used = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    print({ bps: (8 * bytes * SECOND) / (now - at), cpuSeconds: (used.user + used.system) / 1e6 } satisfies FlowSecond);
    bytes = 0;
    at = now;
    next += SECOND;
    tick.arm(next);
  });
  listener.onConnection = (connection) => {
    at = loop.now();
    cpu = process.cpuUsage();
    next = at + SECOND;
    tick.arm(next);
    connection.onMessages = ({ lengths, count }) => {
      for (let i = 0; i < count; i++) bytes += lengths[i];
    };
    connection.onClose = () => loop.stop();
  };
}

function call(start: string, seconds: string, words?: string): void {
  loop
    .timer(() => {
      const connection = rudp.connect(io, { host, port: Number(port) }, optionsOf(words));
      const slab = new Uint8Array(COUNT * (connection.headroom + SIZE)).fill(0x5a);
      const send = loop.timer(() => {
        if (connection.send(slab, 0, SIZE, COUNT) === COUNT) send.arm(loop.now());
      });
      const end = loop.timer(() => {
        send.cancel();
        print(connection.stats());
        connection.abort();
        // Its last packet leaves first.
        loop.timer(() => loop.stop()).arm(loop.now() + SECOND / 10);
      });
      connection.onOpen = () => {
        send.arm(loop.now());
        end.arm(loop.now() + Number(seconds) * SECOND);
      };
      connection.onWritable = () => send.arm(loop.now());
      connection.onClose = (error) => {
        if (error) throw error;
      };
    })
    .arm(loop.now() + (Number(start) - Date.now()) * 1e6);
}

if (role === 'server') serve(rest[0]);
else call(rest[0], rest[1], rest[2]);
await loop.run();
