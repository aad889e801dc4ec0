import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** How new processes get into namespaces of their own: command lines that execute what follows them. */
export interface Launcher {
  readonly privilege: 'root' | 'user';
  readonly inNewNamespaces: readonly string[];
  /** In the user and mount namespaces of `pid`, with a new network namespace. */
  besides(pid: number): readonly string[];
  /** In the user, mount and network namespaces of `pid`; at `/`, since the working directory belongs to the old ones. */
  into(pid: number): readonly string[];
}

export interface NoLab {
  readonly reason: string;
  readonly remedy: string;
}

const launchers: readonly Launcher[] = [
  {
    privilege: 'root',
    inNewNamespaces: ['unshare', '--net', '--mount'],
    besides: (pid) => ['nsenter', `--mount=/proc/${pid}/ns/mnt`, 'unshare', '--net'],
    into: (pid) => ['nsenter', `--mount=/proc/${pid}/ns/mnt`, `--net=/proc/${pid}/ns/net`],
  },
  {
    privilege: 'user',
    inNewNamespaces: ['unshare', '--user', '--map-root-user', '--net', '--mount'],
    besides: (pid) => [
      'nsenter',
      `--user=/proc/${pid}/ns/user`,
      `--mount=/proc/${pid}/ns/mnt`,
      '--preserve-credentials',
      'unshare',
      '--net',
    ],
    into: (pid) => [
      'nsenter',
      `--user=/proc/${pid}/ns/user`,
      `--mount=/proc/${pid}/ns/mnt`,
      `--net=/proc/${pid}/ns/net`,
      '--preserve-credentials',
    ],
  },
];

const VETH_PROBE = 'ip link add v0 type veth peer name e0'.split(' ');

/** Tries what a lab needs, in the order of least surprise, without leaving anything behind. */
export function findLauncher(): Launcher | NoLab {
  if (process.platform !== 'linux') {
    return { reason: `a lab needs Linux, this is ${process.platform}`, remedy: "use 'loopback', or run on Linux" };
  }
  const missing = missingProgram();
  if (missing) return missing;
  if (!existsSync('/proc/self/ns/net')) {
    return { reason: '/proc is not mounted', remedy: 'mount it: mount -t proc proc /proc' };
  }
  const candidates = process.getuid?.() === 0 ? launchers : launchers.slice(1);
  let said = '';
  for (const launcher of candidates) {
    const [command, ...args] = [...launcher.inNewNamespaces, ...VETH_PROBE];
    const { status, stderr } = spawnSync(command as string, args, { encoding: 'utf8' });
    if (status === 0) return launcher;
    said = stderr.trim().split('\n')[0] ?? '';
  }
  return { reason: `no network namespace can be made: ${said}`, remedy: namespaceRemedy() };
}

function missingProgram(): NoLab | undefined {
  for (const [program, flag, pkg] of [
    ['unshare', '--version', 'util-linux'],
    ['nsenter', '--version', 'util-linux'],
    ['mount', '--version', 'mount'],
    ['ip', '-V', 'iproute2'],
  ] as const) {
    if (spawnSync(program, [flag], { stdio: 'ignore' }).error) {
      return {
        reason: `the program '${program}' is not on PATH`,
        remedy: `install ${pkg} (Debian, Ubuntu: apt-get install ${pkg}) or add /usr/sbin to PATH`,
      };
    }
  }
  return undefined;
}

/** What most often forbids user namespaces, by what this host says of itself. */
function namespaceRemedy(): string {
  const read = (path: string): string => {
    try {
      return readFileSync(`/proc/sys/${path}`, 'utf8').trim();
    } catch {
      return '';
    }
  };
  if (read('kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return 'run as root, or allow user namespaces: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0';
  }
  if (read('kernel/unprivileged_userns_clone') === '0') {
    return 'run as root, or allow user namespaces: sysctl -w kernel.unprivileged_userns_clone=1';
  }
  if (read('user/max_user_namespaces') === '0') {
    return 'run as root, or allow user namespaces: sysctl -w user.max_user_namespaces=10000';
  }
  return 'run as root; in a container, give it CAP_SYS_ADMIN and CAP_NET_ADMIN (docker run --privileged)';
}
