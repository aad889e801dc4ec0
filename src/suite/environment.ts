import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, release, totalmem, type, version } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunRecord } from '../record/schema.ts';

const SYSCTLS = [
  'net.core.rmem_max',
  'net.core.wmem_max',
  'net.core.netdev_max_backlog',
  'net.ipv4.tcp_congestion_control',
  'net.ipv4.tcp_available_congestion_control',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
  'net.ipv4.tcp_sack',
  'net.ipv4.tcp_timestamps',
];

const require = createRequire(import.meta.url);
const versionOf = (path: string): string => (require(path) as { version: string }).version;

/** What a reader needs to judge or to repeat a run, as far as this machine tells. */
export function describeEnvironment(): RunRecord['environment'] {
  const [cpu] = cpus();
  return {
    netduel: versionOf('../../package.json'),
    node: process.versions.node,
    libraries: { koffi: libraryVersion('koffi') },
    os: type(),
    kernel: `${release()} ${version()}`,
    arch: arch(),
    cpu: cpu?.model ?? 'unknown',
    cpus: cpus().length,
    memoryBytes: totalmem(),
    privilege: process.getuid?.() === 0 ? 'root' : 'user',
    sysctls: readSysctls(),
  };
}

/** Read beside the library's main module: packages need not export their package.json. */
function libraryVersion(name: string): string {
  try {
    return versionOf(join(dirname(require.resolve(name)), 'package.json'));
  } catch {
    return 'missing';
  }
}

function readSysctls(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of SYSCTLS) {
    try {
      found[name] = readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8')
        .trim()
        .replaceAll('\t', ' ');
    } catch {
      // Not on this platform: absent, not empty.
    }
  }
  return found;
}
