import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createColors } from 'picocolors';
import { chooseIo, openIo } from '../io/index.ts';
import { kernelNetemSupport } from '../lab/kernel/index.ts';
import { availableLab } from '../suite/emulator.ts';

/** `ok`: as good as it gets; `limited`: works with less; `missing`: something netduel is for does not work. */
interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'limited' | 'missing';
  readonly found: string;
  readonly remedy?: string;
}

const WANTED_BUFFER_BYTES = 4 << 20;

/** Looks, tries, and changes nothing. */
export async function examine(): Promise<Finding[]> {
  return [
    await koffi(),
    await offloads(),
    await lab(),
    kernelNetem(),
    realTimePriority(),
    ...socketBuffers(),
    congestionControls(),
    tcVersion(),
  ];
}

async function koffi(): Promise<Finding> {
  const { name, reason } = await chooseIo('auto');
  if (name === 'linux') return { what: 'io', state: 'ok', found: 'linux: system calls through koffi' };
  return {
    what: 'io',
    state: 'limited',
    found: `node: ${reason}`,
    remedy: 'use 64-bit Linux and run npm ci again; rates and timers of io node are coarser',
  };
}

async function offloads(): Promise<Finding> {
  const { name } = await chooseIo('auto');
  if (name !== 'linux') return { what: 'UDP batching', state: 'limited', found: 'needs io linux', remedy: 'see io' };
  const { batching, udp_gro: gro } = await udpSettings();
  if (batching === 'udp_segment' && gro) return { what: 'UDP batching', state: 'ok', found: 'UDP_SEGMENT and UDP_GRO' };
  return {
    what: 'UDP batching',
    state: 'limited',
    found: `sending by ${batching}, UDP_GRO ${gro ? 'on' : 'off'}`,
    remedy: 'Linux 5.0 or newer sends and receives UDP in batches; without, the top rate is lower',
  };
}

/** Of a socket opened for the purpose, on which nothing is sent. */
async function udpSettings(): Promise<Record<string, unknown>> {
  const io = await openIo('linux');
  const socket = io.datagram({ local: { host: '127.0.0.1', port: 0 } });
  const settings = socket.settings();
  socket.close();
  return settings;
}

async function lab(): Promise<Finding> {
  const launcher = await availableLab();
  if (!('reason' in launcher))
    return { what: 'lab', state: 'ok', found: `network namespaces as ${launcher.privilege}` };
  const { reason, remedy } = launcher;
  const without = 'or, without a lab, --emulator shim for transports of datagrams';
  return { what: 'lab', state: 'missing', found: reason, remedy: `${remedy}; ${without}` };
}

function kernelNetem(): Finding {
  const what = 'kernel netem';
  const preferred =
    "`--emulator auto` takes netduel's own emulator, which has every word of a profile, follows the seed, counts by cause and knows its lateness";
  const support = kernelNetemSupport();
  if ('ok' in support) return { what, state: 'ok', found: `works, for --emulator kernel; ${preferred}` };
  const { reason, remedy } = support;
  return { what, state: 'limited', found: `${reason}: no --emulator kernel; ${preferred}`, remedy };
}

/** Tried as the emulator would: the right may come from root, a capability or a limit, and be taken away by a container. */
function realTimePriority(): Finding {
  const what = 'real-time priority';
  const { error, status } = spawnSync('chrt', ['--rr', '1', 'true'], { stdio: 'ignore' });
  if (!error && status === 0) return { what, state: 'ok', found: "the emulator's threads go before other programs" };
  const found = error
    ? "unknown: the program 'chrt' (util-linux) is not on PATH"
    : "the emulator's threads wait for a processor like all others, and packets leave later under load";
  return {
    what,
    state: 'limited',
    found,
    remedy: 'run as root, or allow it by RLIMIT_RTPRIO: `ulimit -r 1`, limits.conf(5)',
  };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function socketBuffers(): Finding[] {
  return (['rmem_max', 'wmem_max'] as const).map((name) => {
    const what = `net.core.${name}`;
    const bytes = Number(readIfThere(`/proc/sys/net/core/${name}`));
    if (!bytes) return { what, state: 'limited', found: 'unknown on this platform' };
    const found = `${bytes} bytes`;
    // The host's root may go beyond the ceiling (SO_RCVBUFFORCE).
    if (bytes >= WANTED_BUFFER_BYTES || process.getuid?.() === 0) return { what, state: 'ok', found };
    return {
      what,
      state: 'limited',
      found: `${found}, netduel asks for ${WANTED_BUFFER_BYTES}: datagrams may be dropped at the socket`,
      remedy: `sudo sysctl -w ${what}=${WANTED_BUFFER_BYTES}`,
    };
  });
}

function congestionControls(): Finding {
  const available = readIfThere('/proc/sys/net/ipv4/tcp_available_congestion_control').trim();
  const initial = readIfThere('/proc/sys/net/ipv4/tcp_congestion_control').trim();
  const what = 'TCP congestion control';
  if (!available) return { what, state: 'limited', found: 'unknown on this platform' };
  const found = `${initial} by default, available: ${available}`;
  if (available.includes('bbr')) return { what, state: 'ok', found };
  return { what, state: 'limited', found, remedy: 'for `tcp cc=bbr`: sudo modprobe tcp_bbr' };
}

function tcVersion(): Finding {
  const { error, stdout } = spawnSync('tc', ['-V'], { encoding: 'utf8' });
  if (error) return { what: 'tc', state: 'ok', found: 'not on PATH; not needed' };
  return { what: 'tc', state: 'ok', found: stdout.trim().replace(/^tc utility, /, '') };
}

export function describeFindings(findings: readonly Finding[], { color }: { color: boolean }): string {
  const { green, yellow, red, dim } = createColors(color);
  const paint = { ok: green, limited: yellow, missing: red };
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings
    .flatMap(({ what, state, found, remedy }) => [
      `${paint[state](state.padEnd(8))} ${what.padEnd(width)}  ${found}`,
      ...(remedy ? [`${' '.repeat(width + 11)}${dim(`-> ${remedy}`)}`] : []),
    ])
    .join('\n');
}
