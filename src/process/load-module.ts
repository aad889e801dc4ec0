import { createJiti } from 'jiti';

/** The default export of a TypeScript or JavaScript module, or the module itself where it has none. */
export async function loadModule(path: string): Promise<unknown> {
  // No cache on disk: a run leaves nothing behind but its results.
  const jiti = createJiti(import.meta.url, { fsCache: false, moduleCache: true });
  return await jiti.import(path, { default: true });
}
