import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import yargs, { type CommandModule } from 'yargs';
import { behindDashes, labCommand } from '../../src/commands/lab.ts';
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
    ...[...LINK, '--server', 'iperf3 -s', '--pcap', 'x.pcapng', '--stats', '--seed', '7', '--emulator', 'kernel'],
    ...['--', 'true'],
  );
  expect(made).toMatchObject({ server: 'iperf3 -s', stats: 'table', seed: 7, emulator: 'kernel', command: ['true'] });
  expect(made.pcap).toBe(join(folder, 'x.pcapng'));
  expect((await request(...LINK, '--json', '--stats')).stats).toBe('json');
  expect((await request(...LINK, '--json')).stats).toBe('json');
});

test('a file for the capture is made, and one that is there is left alone until the lab stands', async () => {
  await request(...LINK, '--pcap', 'new.pcapng');
  expect(readFileSync(join(folder, 'new.pcapng'), 'utf8')).toBe('');
  writeFileSync(join(folder, 'old.pcapng'), 'kept');
  await request(...LINK, '--pcap', 'old.pcapng');
  expect(readFileSync(join(folder, 'old.pcapng'), 'utf8')).toBe('kept');
});

test.each<[string, string[], RegExp]>([
  ['no link', [], /which link\? --link 'delay/],
  ['loopback', ['--link', 'loopback'], /no lab on loopback.*--link direct/],
  ['two links', [...LINK, ...LINK], /--link is given 2 times/],
  ['a command without --', [...LINK, 'ping'], /write '--' before the command: -- ping/],
  ['a seed that is none', [...LINK, '--seed', 'x'], /--seed: 'x' is not accepted; expected a whole number/],
  ['an unknown emulator', [...LINK, '--emulator', 'magic'], /'magic' is not accepted; expected auto, user, kernel$/],
  ['a shim', [...LINK, '--emulator', 'shim'], /expected auto, user, kernel: a shim sits inside/],
  ['a capture in no folder', [...LINK, '--pcap', 'none/x'], /--pcap none\/x: ENOENT.*name a file that can be written/],
  ['a capture that is a folder', [...LINK, '--pcap', '.'], /--pcap \.: EISDIR/],
  ['a capture into a device', [...LINK, '--pcap', '/dev/null'], /--pcap \/dev\/null: not a file/],
])('%s is refused', async (_, line, names) => {
  const error = await request(...line).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(names);
  expect((error as UserError).exitCode).toBe(2);
  expect(existsSync(join(folder, 'none'))).toBe(false);
});
