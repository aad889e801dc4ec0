/** Ports (EAGAIN is UDP's way to say so when it connects), descriptors, memory. */
const EXHAUSTED: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM']);

/** Whether the code of a failed system call says that the machine has run out of something. */
export const isExhausted = (code: string): boolean => EXHAUSTED.has(code);
