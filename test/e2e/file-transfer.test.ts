import { createCipheriv, createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { program, root } from '../requirements.ts';
import { CLI, execute, netduel, type Running, start, temporary } from './cli.ts';

const PEER = fileURLToPath(new URL('fixtures/plain-socket.py', import.meta.url));

let folder: ReturnType<typeof temporary>;
let inbox: string;
beforeEach(() => {
  folder = temporary();
  inbox = join(folder.path, 'inbox');
  mkdirSync(inbox);
});
afterEach(() => folder.remove());

/** Incompressible, the same every time. */
function content(bytes: number, seed = 'netduel'): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

function fileOf(bytes: Buffer, name = 'sent.bin'): string {
  const path = join(folder.path, name);
  writeFileSync(path, bytes);
  return path;
}

const command = (args: readonly string[], where: { cwd?: string } = {}): Running =>
  start(process.execPath, [CLI, ...args], { cwd: folder.path, ...where });

/** A receiver at a free port, as soon as it listens. */
async function receiver(args: readonly string[] = []): Promise<Running & { port: string }> {
  const running = command(['receive', '--port', '0', '--into', inbox, '--json', ...args]);
  const port = await said(running, /listening at \S+ port (\d+)/);
  return { ...running, port };
}

async function said(running: Running, pattern: RegExp): Promise<string> {
  await running.until(pattern);
  return pattern.exec(running.stderr())?.[1] ?? '';
}

const send = (port: string, path: string, args: readonly string[] = []) =>
  netduel(['send', path, '--port', port, '--json', ...args], { cwd: folder.path });

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe.each(['tcp', 'rudp', 'rudp mode=unordered', 'udp'])('over %s', (transport) => {
  test('a file arrives as it is, under its name, and both ends say so', async () => {
    const bytes = content(300_001);
    const path = fileOf(bytes);
    const at = await receiver(['--transport', transport]);
    // Slow enough for the default buffer of a socket, whatever the machine is doing.
    const sent = await send(at.port, path, ['--transport', transport, '--rate', '8mbit']);
    const received = await at.ended;
    expect([sent.code, received.code], sent.stderr + received.stderr).toEqual([0, 0]);
    expect(readFileSync(join(inbox, 'sent.bin')).equals(bytes)).toBe(true);
    expect(readdirSync(inbox)).toEqual(['sent.bin']);
    for (const { stdout } of [sent, received]) {
      expect(JSON.parse(stdout)).toMatchObject({
        bytes: 300_001,
        arrived: 300_001,
        state: 'intact',
        sha256: sha256(bytes),
      });
    }
  });
});

test('an empty file is a file too', async () => {
  const at = await receiver();
  const sent = await send(at.port, fileOf(Buffer.alloc(0), 'empty'));
  expect([sent.code, (await at.ended).code], sent.stderr).toEqual([0, 0]);
  expect(statSync(join(inbox, 'empty')).size).toBe(0);
});

describe('what stands there already', () => {
  test('is not replaced, which is said before anything is sent', async () => {
    writeFileSync(join(inbox, 'sent.bin'), 'precious');
    const at = await receiver();
    const sent = await send(at.port, fileOf(content(1000)));
    expect(sent.code).toBe(1);
    expect(sent.stderr).toMatch(/refuses the file: there is a file 'sent.bin' at the receiver already; --force/);
    process.kill(at.pid, 'SIGINT');
    expect((await at.ended).code).toBe(1);
    expect(readFileSync(join(inbox, 'sent.bin'), 'utf8')).toBe('precious');
    expect(readdirSync(inbox)).toEqual(['sent.bin']);
  });

  test('is replaced with --force; a symbolic link itself, not what it points to', async () => {
    const target = fileOf(Buffer.from('precious'), 'target');
    symlinkSync(target, join(inbox, 'sent.bin'));
    const at = await receiver(['--force']);
    const bytes = content(1000);
    const sent = await send(at.port, fileOf(bytes));
    expect([sent.code, (await at.ended).code], sent.stderr).toEqual([0, 0]);
    expect(readFileSync(join(inbox, 'sent.bin')).equals(bytes)).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('precious');
  });

  test('a symbolic link in place of NAME.part is not written through', async () => {
    const target = fileOf(Buffer.from('precious'), 'target');
    symlinkSync(target, join(inbox, 'sent.bin.part'));
    const at = await receiver();
    const sent = await send(at.port, fileOf(content(1000)));
    expect([sent.code, (await at.ended).code]).toEqual([1, 1]);
    expect(sent.stderr).toMatch(/the receiver has given up: ELOOP/);
    expect(readFileSync(target, 'utf8')).toBe('precious');
  });
});

describe('a transfer that was interrupted', () => {
  test.each(['tcp', 'rudp'])('goes on where it stopped after kill -9 of the receiver, over %s', async (transport) => {
    const bytes = content(3_000_000);
    const path = fileOf(bytes);
    // What a receiver that was killed leaves behind.
    writeFileSync(join(inbox, 'sent.bin.part'), bytes.subarray(0, 1_234_567));
    const at = await receiver(['--transport', transport]);
    const sent = await send(at.port, path, ['--transport', transport]);
    const received = await at.ended;
    expect([sent.code, received.code], sent.stderr + received.stderr).toEqual([0, 0]);
    expect(sent.stderr).toContain('the receiver has the first 1234567 bytes already: going on there');
    expect(JSON.parse(received.stdout)).toMatchObject({
      resumedFrom: 1_234_567,
      state: 'intact',
      sha256: sha256(bytes),
    });
    expect(readFileSync(join(inbox, 'sent.bin')).equals(bytes)).toBe(true);
  });

  test('a receiver that is killed in the middle leaves NAME.part only, and the next one goes on', async () => {
    const bytes = content(64 << 20);
    const path = fileOf(bytes);
    const at = await receiver();
    const sending = command(['send', path, '--port', at.port]);
    await grown(join(inbox, 'sent.bin.part'));
    process.kill(at.pid, 'SIGKILL');
    const broken = await sending.ended;
    expect(broken.code).toBe(1);
    expect(broken.stderr).toMatch(/bytes had been sent; the same command again goes on where it stopped/);
    expect(readdirSync(inbox)).toEqual(['sent.bin.part']);
    const next = await receiver();
    const sent = await send(next.port, path);
    const received = await next.ended;
    expect([sent.code, received.code], sent.stderr + received.stderr).toEqual([0, 0]);
    expect(JSON.parse(received.stdout).resumedFrom).toBeGreaterThan(0);
    expect(sha256(readFileSync(join(inbox, 'sent.bin')))).toBe(sha256(bytes));
    expect(readdirSync(inbox)).toEqual(['sent.bin']);
  });

  test('Ctrl-C at the receiver keeps what there is and says how to go on', async () => {
    const path = fileOf(content(64 << 20));
    const at = await receiver();
    const sending = command(['send', path, '--port', at.port]);
    await grown(join(inbox, 'sent.bin.part'));
    process.kill(at.pid, 'SIGINT');
    const [sent, received] = [await sending.ended, await at.ended];
    expect([sent.code, received.code]).toEqual([1, 1]);
    expect(received.stderr).toMatch(
      /stopped; \S+sent.bin.part keeps the first \d+ bytes: the same file sent again goes on there/,
    );
    expect(readdirSync(inbox)).toEqual(['sent.bin.part']);
  });

  test('of another file is begun anew', async () => {
    const bytes = content(200_000);
    writeFileSync(join(inbox, 'sent.bin.part'), content(100_000, 'another'));
    const at = await receiver();
    const sent = await send(at.port, fileOf(bytes));
    expect([sent.code, (await at.ended).code], sent.stderr).toEqual([0, 0]);
    expect(sent.stderr).toContain('is not the beginning of this file: starting anew');
    expect(readFileSync(join(inbox, 'sent.bin')).equals(bytes)).toBe(true);
  });
});

test('a file that grows while it is sent is not taken for whole', async () => {
  const path = fileOf(content(64 << 20));
  const at = await receiver();
  const sending = command(['send', path, '--port', at.port]);
  await grown(join(inbox, 'sent.bin.part'));
  writeFileSync(path, 'more', { flag: 'a' });
  const [sent, received] = [await sending.ended, await at.ended];
  expect([sent.code, received.code]).toEqual([1, 1]);
  expect(sent.stderr).toMatch(/grew from 67108864 to 67108868 bytes while it was sent/);
  expect(received.stderr).toMatch(/the sender has given up: .* grew from/);
  expect(existsSync(join(inbox, 'sent.bin'))).toBe(false);
});

test('a second receiver on the same port is told so', async () => {
  const at = await receiver();
  const second = await netduel(['receive', '--port', at.port, '--into', inbox]);
  expect(second.code).toBe(2);
  expect(second.stderr).toMatch(/something else listens at 127\.0\.0\.1 port \d+ already; end it, or choose another/);
  process.kill(at.pid, 'SIGINT');
  await at.ended;
});

describe('plain bytes', () => {
  test('to a socket that knows nothing of netduel', async (context) => {
    await program('python3')(context);
    const bytes = content(1_000_003);
    const peer = start('python3', [PEER, 'receive', join(folder.path, 'got')]);
    const port = await said(peer, /port (\d+)/);
    const sent = await send(port, fileOf(bytes), ['--raw']);
    expect([sent.code, (await peer.ended).code], sent.stderr).toEqual([0, 0]);
    expect(readFileSync(join(folder.path, 'got')).equals(bytes)).toBe(true);
    expect(JSON.parse(sent.stdout)).toMatchObject({ state: 'unverified', sha256: sha256(bytes) });
  });

  test('from a socket that knows nothing of netduel', async (context) => {
    await program('python3')(context);
    const bytes = content(1_000_003);
    const at = await receiver(['--raw', '--as', 'got']);
    const peer = await execute('python3', [PEER, 'send', fileOf(bytes), at.port]);
    const received = await at.ended;
    expect([peer.code, received.code], received.stderr).toEqual([0, 0]);
    expect(readFileSync(join(inbox, 'got')).equals(bytes)).toBe(true);
    expect(JSON.parse(received.stdout)).toMatchObject({ state: 'unverified', bytes: 1_000_003, sha256: sha256(bytes) });
  });

  test('that break off are not taken for whole', async (context) => {
    await program('python3')(context);
    const at = await receiver(['--raw', '--as', 'got']);
    await execute('python3', [PEER, 'reset', fileOf(content(1_000_003)), at.port]);
    const received = await at.ended;
    expect(received.code).toBe(1);
    expect(received.stderr).toMatch(/ECONNRESET/);
    expect(existsSync(join(inbox, 'got'))).toBe(false);
  });
});

describe('a full disk at the receiver', () => {
  /** In a mount namespace of its own, which is gone with its last process. */
  const within = (args: string): Running =>
    start('unshare', [
      ...['--mount', '--propagation', 'private', 'sh', '-c'],
      `mount -t tmpfs -o size=256k none '${inbox}' && '${process.execPath}' '${CLI}' receive --port 0 --into '${inbox}' ${args}; code=$?; ls '${inbox}' >&2; exit $code`,
    ]);

  test('is seen before anything is sent', async (context) => {
    await root(context);
    const at = within('');
    const sent = await send(await said(at, /port (\d+)/), fileOf(content(1_000_000)));
    const received = await at.ended;
    expect([sent.code, received.code]).toEqual([1, 1]);
    for (const { stderr } of [sent, received]) {
      expect(stderr).toMatch(/1000000 bytes are to come, but only \d+ are free where the receiver puts them/);
    }
    expect(received.stderr).not.toMatch(/^sent\.bin/m);
  });

  test('ends plain bytes at both ends', async (context) => {
    await root(context);
    const at = within('--raw --as sent.bin');
    const sent = await send(await said(at, /port (\d+)/), fileOf(content(20_000_000)), ['--raw']);
    const received = await at.ended;
    expect([sent.code, received.code]).toEqual([1, 1]);
    expect(received.stderr).toMatch(/ENOSPC/);
    expect(sent.stderr).toMatch(/bytes had been sent/);
    expect(received.stderr).toMatch(/^sent\.bin\.part$/m);
    expect(received.stderr).not.toMatch(/^sent\.bin$/m);
  });
});

describe('what cannot be', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['a file that is not there', ['send', 'nope'], /there is no file 'nope'/],
    ['a directory', ['send', '.'], /'\.' is a directory; name a file/],
    ['no folder', ['receive', '--into', 'nope'], /--into nope: there is no such folder/],
    ['a name with a way out', ['receive', '--as', '../x'], /this is no plain name of a file; 'x' is/],
    ['plain bytes without a name', ['receive', '--raw'], /--as NAME/],
    ['plain bytes in datagrams', ['send', CLI, '--raw', '--transport', 'udp'], /no stream of plain bytes; use tcp/],
    ['a count of none', ['receive', '--count', '0'], /--count 0: expected a whole number from 1 on/],
    ['a rate of none', ['send', CLI, '--rate', 'fast'], /--rate fast: 'fast' is not a rate/],
  ])('%s', async (_, args, expected) => {
    const { code, stderr } = await netduel(args, { cwd: folder.path });
    expect(stderr).toMatch(expected);
    expect(code).toBe(2);
  });
});

/** Resolves when something has been written there. */
async function grown(path: string): Promise<void> {
  while (!existsSync(path) || statSync(path).size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
