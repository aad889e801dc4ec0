import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CLIENT, SERVER } from './addresses.ts';

/** The host's names, and `client` and `server` before them, so that these are found whatever else is called so. */
export function hostsWithEnds(hosts: string): string {
  const ends = Object.entries({ client: CLIENT, server: SERVER });
  const lines = ends.flatMap(([name, { v4, v6 }]) => [`${v4} ${name}`, `${v6} ${name}`]);
  return `${lines.join('\n')}\n${hosts}`;
}

/** nsswitch.conf(5) with the files asked first: systemd-resolved, where it comes before them, says that there is no such name. */
export function filesFirst(nsswitch: string): string {
  return nsswitch.replace(/^(hosts:[ \t]*)(?!files\b|[ \t])/m, '$1files ');
}

const FILES: readonly { readonly path: string; readonly change: (text: string) => string }[] = [
  { path: '/etc/hosts', change: hostsWithEnds },
  { path: '/etc/nsswitch.conf', change: filesFirst },
];
/** Folders that systems have, one of which is covered for a moment. */
const COVERABLE = ['/mnt', '/srv', '/tmp'];

/** The first that is there and holds no folder of PATH, where the programs that we run meanwhile may be; else the last. */
export function folderToCover(path: string, exists: (folder: string) => boolean, folders = COVERABLE): string {
  const searched = path.split(':').map((entry) => `${resolve(entry)}/`);
  const free = folders.find((folder) => exists(folder) && !searched.some((entry) => entry.startsWith(`${folder}/`)));
  return free ?? (folders.at(-1) as string);
}

/**
 * Gives the ends of the lab their names, for all processes in this process's mount namespace, which must be a private one. The changed
 * files live in memory that goes with the namespace; a file that the host does not have is left out, since a mount needs a place.
 */
export function bindNames(): void {
  const texts = FILES.map(({ path, change }) => ({ path, text: changed(path, change) }));
  const covered = folderToCover(process.env['PATH'] ?? '', existsSync);
  run('mount', ['-t', 'tmpfs', 'netduel', covered]);
  for (const [i, { path, text }] of texts.entries()) {
    if (text === undefined) continue;
    const copy = `${covered}/${i}`;
    writeFileSync(copy, text);
    // Whatever the umask: not only root reads them.
    chmodSync(copy, 0o644);
    run('mount', ['--bind', copy, path]);
  }
  // The bound files keep it alive.
  run('umount', ['--lazy', covered]);
}

function changed(path: string, change: (text: string) => string): string | undefined {
  try {
    return change(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function run(command: string, args: readonly string[]): void {
  const { error, status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (error)
    throw new Error(`cannot run ${command}(8): ${error.message}; install mount and make sure that it is on PATH`);
  if (status !== 0) throw new Error(`${command}(8) failed: ${stderr.trim().split('\n')[0]}`);
}
