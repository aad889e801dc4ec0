import type { Io } from './io.ts';

/** Those that reach a real network. */
type RealIo = Exclude<Io['name'], 'sim'>;

export interface IoChoice {
  readonly name: RealIo;
  /** Why it is not `linux`, when that was not asked for. */
  readonly reason?: string;
}

/** `linux` where koffi loads on 64-bit Linux, else `node` with the reason. */
export async function chooseIo(asked: 'auto' | RealIo): Promise<IoChoice> {
  if (asked === 'node') return { name: 'node' };
  try {
    await import('./linux/libc.ts');
    return { name: 'linux' };
  } catch (error) {
    const reason = `io linux is not available: ${(error as Error).message.split('\n')[0]}`;
    if (asked === 'linux') throw new Error(reason);
    return { name: 'node', reason };
  }
}

export async function openIo(name: RealIo): Promise<Io> {
  return name === 'linux' ? (await import('./linux/index.ts')).linuxIo() : (await import('./node/index.ts')).nodeIo();
}
