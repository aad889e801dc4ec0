/** Does `work`, or rejects when it takes longer than `ms`; what it was waiting for stays undone. */
export async function within<T>(ms: number, what: string, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${(ms / 1e3).toFixed(1)} s`)), ms);
    // When the trial fails otherwise, `work` never ends: this must not keep the program from ending.
    timer.unref();
  });
  try {
    return await Promise.race([work(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
