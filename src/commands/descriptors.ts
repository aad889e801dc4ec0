import { readFileSync } from 'node:fs';

/** How many files and sockets this process may have open; what is common where the system does not tell. */
export function mostDescriptors(): number {
  try {
    const [, most] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return most === undefined ? 1024 : Number(most);
  } catch {
    return 1024;
  }
}
