import { existsSync } from 'node:fs';
import { CLI } from './cli.ts';

/** End-to-end tests run what users run: the built program. */
export default function setup(): void {
  if (!existsSync(CLI))
    throw new Error(`${CLI} is missing: end-to-end tests need a build (npm run build, or npm test)`);
}
