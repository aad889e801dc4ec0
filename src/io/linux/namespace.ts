import { closeSync, openSync } from 'node:fs';
import { CLONE_NEWNET, check, libc } from './libc.ts';

/**
 * Runs `work` with this thread in the network namespace of process `pid`: system calls, sockets and child processes
 * started meanwhile are there (setns(2) acts on the calling thread alone).
 */
export function inNetworkNamespace<T>(pid: number, work: () => T): T {
  const home = openSync('/proc/thread-self/ns/net', 'r');
  try {
    const there = openSync(`/proc/${pid}/ns/net`, 'r');
    try {
      check(libc.setns(there, CLONE_NEWNET), `enter the network namespace of process ${pid}`);
    } finally {
      closeSync(there);
    }
    try {
      return work();
    } finally {
      check(libc.setns(home, CLONE_NEWNET), 'return to the own network namespace');
    }
  } finally {
    closeSync(home);
  }
}
