import type { Io } from '../src/io/io.ts';

/** Loaded only where it can be: elsewhere the requirement `linuxSystemCalls` skips the cases before they make anything. */
export const linuxIo: () => Io = await import('../src/io/linux/index.ts').then(
  (module) => module.linuxIo,
  () => (): Io => {
    throw new Error('io/linux does not load here');
  },
);
