import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import yargs, { type CommandModule } from 'yargs';
import { behindDashes, labCommand, refuseUnknown } from '../../src/commands/lab.ts';
import { claimCapture } from '../../src/commands/lab-pcap.ts';
import { labRequest } from '../../src/commands/lab-request.ts';
import { UserError } from '../../src/record/errors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netduel-lab-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As `netduel lab` would see it. */
async function request(...line: string[]) {
  let parsed: Readonly<Record<string, unknown>> = {};
  const handler: CommandModule['handler'] = (given) => {
    parsed = given;
  };
  await yargs(['lab', ...line])
    .command({ ...labCommand, handler })
    .strictCommands()
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Error(message);
    })
    .parseAsync();
  refuseUnknown(parsed, ['lab', ...line]);
  return labRequest(parsed, behindDashes(line), folder);
}

const LINK = ['--link', 'delay 20ms'];

test('what stands behind -- is the command, word for word', async () => {
  const words = ['ping', '-c', '007', '--json', '1e3', '0x10', '--', '', '-'];
  const { command, stats, link } = await request(...LINK, '--', ...words);
  expect(command).toEqual(words);
  expect(stats).toBe('none');
  expect(link.label).toBe('delay 20ms');
});

test('without a command: a shell', async () => {
  const made = await request(...LINK);
  expect(made).toMatchObject({ command: [], stats: 'none', emulator: 'auto' });
  expect(made).not.toHaveProperty('server');
  expect(made).not.toHaveProperty('pcap');
  expect(made.seed).toBeGreaterThanOrEqual(0);
});

test('every option', async () => {
  const made = await request(
    ...[...LINK, '--server', 'iperf3 -s', '--pcap', 'x.pcapng', '--stats', '--seed', '7', '--emulator', 'user'],
    ...['--', 'true'],
  );
  expect(made).toMatchObject({ server: 'iperf3 -s', stats: 'table', seed: 7, emulator: 'user', command: ['true'] });
  expect(made.pcap).toBe(join(folder, 'x.pcapng'));
  expect((await request(...LINK, '--json', '--stats')).stats).toBe('json');
  expect((await request(...LINK, '--json')).stats).toBe('json');
});

test('the file of a capture is made when all has been checked, and removed again where no lab came of it', async () => {
  const { pcap = '' } = await request(...LINK, '--pcap', 'new.pcapng');
  expect(readdirSync(folder)).toEqual([]);
  const release = claimCapture(pcap);
  expect(readFileSync(pcap, 'utf8')).toBe('');
  release();
  expect(existsSync(pcap)).toBe(false);
});

test('a file that is there is left alone until the lab stands', async () => {
  const path = join(folder, 'old.pcapng');
  writeFileSync(path, 'kept');
  const { pcap = '' } = await request(...LINK, '--pcap', 'old.pcapng');
  claimCapture(pcap)();
  expect(readFileSync(path, 'utf8')).toBe('kept');
});

test('a capture in no folder is refused', () => {
  const claim = () => claimCapture(join(folder, 'none/x'));
  expect(claim).toThrow(UserError);
  expect(claim).toThrow(/none\/x: ENOENT.*name a file that can be written/);
});

test('a capture into a FIFO is refused, and waits for no reader', async () => {
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  await expect(request(...LINK, '--pcap', 'fifo')).rejects.toThrow(/--pcap fifo: not a file/);
});

test.each<[string, string[], RegExp]>([
  ['no link', [], /which link\? --link 'delay/],
  ['loopback', ['--link', 'loopback'], /no lab on loopback.*--link direct/],
  ['two links', [...LINK, ...LINK], /--link is given 2 times/],
  ['a command without --', [...LINK, 'ping'], /write '--' before the command: -- ping/],
  ['a seed that is none', [...LINK, '--seed', 'x'], /--seed: 'x' is not accepted; expected a whole number/],
  ['an unknown emulator', [...LINK, '--emulator', 'magic'], /'magic' is not accepted; expected auto, user, kernel$/],
  ['a shim', [...LINK, '--emulator', 'shim'], /expected auto, user, kernel: a shim sits inside/],
  ['a command with options without --', [...LINK, 'ping', '-c1', 'server'], /'--' before .*: -- ping -c1 server$/],
  ['an option of nobody', ['--lnk', 'direct', '--', 'ping'], /lab has no option --lnk; did you mean 'link'/],
  ['an option before a command without --', [...LINK, '-x', '1', 'ping'], /lab has no option -x; it has --link,/],
  ['a capture without a name', [...LINK, '--pcap', ''], /--pcap '': no name/],
  ['a capture that is a folder', [...LINK, '--pcap', '.'], /--pcap \.: not a file/],
  ['a capture of the kernel', [...LINK, '--pcap', 'x', '--emulator', 'kernel'], /do not pass through netduel/],
  ['a word that the kernel has not', ['--link', 'outage every 2s for 1s', '--emulator', 'kernel'], /no outage; use/],
  ['a capture into a device', [...LINK, '--pcap', '/dev/null'], /--pcap \/dev\/null: not a file/],
])('%s is refused', async (_, line, names) => {
  const error = await request(...line).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(names);
  expect((error as UserError).exitCode).toBe(2);
  expect(existsSync(join(folder, 'none'))).toBe(false);
});
