/**
 * `npm run lockfile`: after a change of dependencies, adds to package-lock.json the optional packages for other platforms
 * that npm left out because the registry in use does not carry them. `npm ci` refuses a lock file without them, and
 * elsewhere they are needed. Their names tell os, cpu and libc.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const PLATFORM =
  /-(?<os>android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|aix|win32)-?(?<cpu>arm64|arm|ia32|x64|ppc64|riscv64|s390x|loong64|mips64el|universal)?(?:-(?<abi>[a-z]+))?$|-(?<wasm>wasm32)-wasi$/;

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const added = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`;
    const key = `node_modules/${name}`;
    if (lock.packages[nested] || lock.packages[key]) continue;
    const platform = PLATFORM.exec(name)?.groups;
    if (!platform) throw new Error(`${name}, optional for ${path}, is missing and its name tells no platform`);
    if (!/^\d/.test(version)) throw new Error(`${name}, optional for ${path}: '${version}' is not one version`);
    const libc = /^(gnu|musl)/.exec(platform.abi ?? '')?.[0];
    lock.packages[key] = {
      version,
      cpu: [platform.wasm ?? platform.cpu ?? 'arm64'],
      ...(entry.dev ? { dev: true } : {}),
      ...(libc ? { libc: [libc === 'gnu' ? 'glibc' : 'musl'] } : {}),
      optional: true,
      ...(platform.os ? { os: [platform.os] } : {}),
    };
    added.push(name);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added.length} packages added${added.length > 0 ? `: ${added.join(', ')}` : ''}\n`);
