import { readFileSync } from 'node:fs';

/** What is going on at the sockets of a network namespace. */
export interface Sockets {
  /** TCP that listens, UDP that is bound and not connected. */
  readonly listening: number;
  /** TCP connections that are not over yet. */
  readonly open: number;
  /** UDP that is connected. */
  readonly connected: number;
}

/** States of the kernel's `include/net/tcp_states.h`, as they stand in /proc/net/tcp; UDP uses two of them. */
const [ESTABLISHED, TIME_WAIT, CLOSE, LISTEN] = ['01', '06', '07', '0A'];

/** Reads texts in the format of /proc/net/tcp and /proc/net/udp (proc_net_tcp in the kernel's documentation). */
export function countSockets(tcp: string, udp: string): Sockets {
  const states = statesOf(tcp);
  const datagrams = statesOf(udp);
  const waiting = datagrams.filter((state) => state === CLOSE);
  const over = new Set([TIME_WAIT, CLOSE, LISTEN]);
  return {
    listening: states.filter((state) => state === LISTEN).length + waiting.length,
    open: states.filter((state) => !over.has(state)).length,
    connected: datagrams.filter((state) => state === ESTABLISHED).length,
  };
}

/** The fourth column, below the heading. */
function statesOf(text: string): string[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => line.trim().split(/\s+/)[3] ?? []);
}

/** Of the network namespace of a process. */
export function socketsOf(pid: number): Sockets {
  const read = (name: string): string => {
    try {
      return readFileSync(`/proc/${pid}/net/${name}`, 'utf8');
    } catch {
      // A kernel without IPv6.
      return '';
    }
  };
  const [four, six] = [countSockets(read('tcp'), read('udp')), countSockets(read('tcp6'), read('udp6'))];
  return {
    listening: four.listening + six.listening,
    open: four.open + six.open,
    connected: four.connected + six.connected,
  };
}
