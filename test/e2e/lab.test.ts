import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LinkAccount } from '../../src/record/schema.ts';
import { lab, program, root } from '../requirements.ts';
import { CLI, execute, netduel, type Outcome, start, temporary } from './cli.ts';
import { expectGone } from './processes.ts';

let work: ReturnType<typeof temporary>;
let mark: string;
let mounts: string;
let hosts: string;
/** Of the host's mounts, what a lab mounts in its own namespace; others may come and go meanwhile. */
const hostMounts = (): string =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => /netduel|\/etc\/(hosts|nsswitch)/.test(line))
    .join('\n');
const hostNames = (): string => readFileSync('/etc/hosts', 'utf8');
beforeEach(() => {
  work = temporary();
  mark = `NETDUEL_E2E_MARK=${crypto.randomUUID()}`;
  [mounts, hosts] = [hostMounts(), hostNames()];
});
afterEach(async () => {
  work.remove();
  await expectGone(mark, []);
  expect(hostMounts()).toBe(mounts);
  expect(hostNames()).toBe(hosts);
});

const marked = (): NodeJS.ProcessEnv => ({ ...process.env, NETDUEL_E2E_MARK: mark.split('=')[1] });
const where = (): { cwd: string; env: NodeJS.ProcessEnv } => ({ cwd: work.path, env: marked() });
const netduelLab = (...args: string[]): Promise<Outcome> => netduel(['lab', ...args], where());

interface Told {
  readonly status: number;
  readonly server?: { readonly status: number | null };
  readonly account: LinkAccount;
}
/** What `--json` says behind the command's own output. */
const told = ({ stdout }: Outcome): Told => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Told;

const ping = program('ping', 'iputils-ping');
const iperf3 = program('iperf3');
const python = program('python3');
const tshark = program('tshark');
const setpriv = program('setpriv', 'util-linux');

test('ping across a link, by name, both families; the account agrees with what ping says', async (context) => {
  await lab(context);
  await ping(context);
  const probe = 'ping -q -4 -i 0.01 -c 100 server; ping -q -6 -i 0.01 -c 100 server; exit 0';
  const outcome = await netduelLab('--link', 'delay 10ms loss 10%', '--seed', '1', '--json', '--', 'sh', '-c', probe);
  const { up, down } = told(outcome).account;
  const received = [...outcome.stdout.matchAll(/(\d+) received/g)].map(([, count]) => Number(count));
  const minima = [...outcome.stdout.matchAll(/rtt min[^=]*= ([\d.]+)/g)].map(([, ms]) => Number(ms));
  expect(outcome.code).toBe(0);
  expect(received).toHaveLength(2);
  expect([up.packetsIn, down.packetsOut]).toEqual([200, received[0] + received[1]]);
  expect(up.lost + down.lost).toBe(200 - down.packetsOut);
  expect(up.lost).toBeGreaterThan(0);
  for (const minimum of minima) expect(minimum).toBeGreaterThanOrEqual(20);
});

test('a command has its own directory, names, addresses and streams', async (context) => {
  await lab(context);
  const script = 'pwd; echo $NETDUEL_SERVER $NETDUEL_CLIENT6; getent ahosts server; echo said >&2; cat; echo';
  const outcome = await execute(
    'sh',
    ['-c', `echo typed | "$0" "$@"`, process.execPath, CLI, 'lab', '--link', 'direct', '--', 'sh', '-c', script],
    where(),
  );
  expect(outcome.code).toBe(0);
  expect(outcome.stderr).toBe('said\n');
  const lines = outcome.stdout.split('\n');
  expect(lines.slice(0, 2)).toEqual([work.path, '198.18.0.2 2001:2::1']);
  expect(outcome.stdout).toMatch(/^198\.18\.0\.2 .*\n(.*\n)*2001:2::2 |^2001:2::2 .*\n(.*\n)*198\.18\.0\.2 /m);
  expect(outcome.stdout).toMatch(/\ntyped\n/);
});

test.for<[string, string[], number]>([
  ['its own status', ['sh', '-c', 'exit 7'], 7],
  ['that of a signal', ['sh', '-c', 'kill -9 $$'], 137],
  ['that of a command that is not there', ['./no-such-command'], 127],
])('the status of a command is passed on: %s', async ([, command, status], context) => {
  await lab(context);
  expect((await netduelLab('--link', 'direct', '--', ...command)).code).toBe(status);
});

test('a pipe that is read slowly stays one on which writing waits', async (context) => {
  await lab(context);
  const line = `"$0" "$@" | (sleep 1; wc -l)`;
  const command = ['lab', '--link', 'direct', '--', 'seq', '1', '300000'];
  const { stdout, stderr } = await execute('bash', ['-c', line, process.execPath, CLI, ...command], where());
  expect(stderr).toBe('');
  expect(stdout.trim()).toBe('300000');
});

test('programs at both ends: the server is awaited, and may say its last words', async (context) => {
  await lab(context);
  await iperf3(context);
  const outcome = await netduelLab(
    ...['--link', 'delay 5ms rate 20mbit', '--server', 'iperf3 -s -1', '--json'],
    ...['--', 'iperf3', '-c', 'server', '-t', '1', '-J'],
  );
  expect(outcome.code).toBe(0);
  expect(outcome.stderr).toMatch(/Server listening on[\s\S]*receiver/);
  const { account, server } = told(outcome);
  expect(server?.status).toBe(0);
  expect(account.up.bytesIn).toBeGreaterThan(100_000);
});

test('a server that would go on for ever is ended, with all that it has started', async (context) => {
  await lab(context);
  await python(context);
  const outcome = await netduelLab(
    ...['--link', 'direct', '--server', 'sleep 1000 & python3 -m http.server 80', '--json'],
    ...['--', 'python3', '-c', 'import urllib.request as r; print(r.urlopen("http://server/").status)'],
  );
  expect(outcome.stdout).toMatch(/^200\n/);
  expect(outcome.code).toBe(0);
  expect(told(outcome).server?.status).toBe(null);
});

test.for<[string, string, RegExp]>([
  [
    'fails',
    'echo oops >&2; exit 3',
    /^netduel: the server command '.*' ended with status 3 before anything listened:\noops\n$/,
  ],
  ['is not there', 'no-such-server', /ended with status 127 before anything listened:\n.*no-such-server/],
  ['has nothing to do', 'true', /ended with status 0 before anything listened\n$/],
])('a server that %s at once is an error, and no client runs', async ([, server, names], context) => {
  await lab(context);
  const outcome = await netduelLab('--link', 'direct', '--server', server, '--', 'echo', 'ran');
  expect(outcome).toMatchObject({ code: 2, stdout: '' });
  expect(outcome.stderr).toMatch(names);
});

test('a server that goes into the background is awaited until it listens', async (context) => {
  await lab(context);
  await python(context);
  const outcome = await netduelLab(
    ...['--link', 'direct', '--server', 'python3 -m http.server 80 &'],
    ...['--', 'python3', '-c', 'import urllib.request as r; print(r.urlopen("http://server/").status)'],
  );
  expect(outcome).toMatchObject({ code: 0, stdout: '200\n' });
});

test('a server that fails later fails the whole, unless the client does', async (context) => {
  await lab(context);
  await python(context);
  // Listens, so that the client starts, and fails as soon as somebody comes.
  const server = `exec python3 -c 'import socket; s = socket.create_server(("", 7)); s.accept(); exit(4)'`;
  const client = (status: number): string[] => [
    ...['--', 'python3', '-c', `import socket; socket.create_connection(("server", 7)).recv(1); exit(${status})`],
  ];
  const outcome = await netduelLab('--link', 'direct', '--server', server, ...client(0));
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toMatch(/^netduel: the server command ended with status 4$/m);
  expect((await netduelLab('--link', 'direct', '--server', server, ...client(9))).code).toBe(9);
});

test('a capture shows every frame, and what the link did to it', async (context) => {
  await lab(context);
  await ping(context);
  await tshark(context);
  const path = join(work.path, 'x.pcapng');
  const link = 'delay 1ms 500us loss 10% duplicate 10% corrupt 5%';
  const flood = ['ping', '-q', '-f', '-c', '500', '-W', '1', 'server'];
  const outcome = await netduelLab('--link', link, '--seed', '3', '--pcap', path, '--json', '--', ...flood);
  const { up, down } = told(outcome).account;
  const capinfos = (await execute('capinfos', ['-o', '-y', '-E', '-k', path])).stdout;
  // What comes from before a longer stall of the emulator may find its place in the file taken.
  const late = Math.max(...[up, down].map(({ lateness }) => lateness?.max ?? 0));
  if (late < 0.04) expect(capinfos).toMatch(/Strict time order: +True/);
  const fields = ['frame.interface_name', 'frame.packet_flags_direction', 'frame.comment'];
  const shown = await execute('tshark', [
    ...['-n', '-r', path, '-T', 'fields', '-E', 'occurrence=a', ...fields.flatMap((field) => ['-e', field])],
  ]);
  const frames = shown.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
  const ways = ['of its own', 'in', 'out'] as const;
  const count = (name: string, way: (typeof ways)[number], comment = /(?:)/): number =>
    frames.filter(([end, flags, said]) => end === name && ways[Number(flags) & 3] === way && comment.test(said)).length;
  for (const [near, far, account] of [
    ['client', 'server', up],
    ['server', 'client', down],
  ] as const) {
    expect(count(near, 'in')).toBe(account.packetsIn);
    expect(count(far, 'out')).toBe(account.packetsOut);
    // Duplicates have not arrived: where one is lost, that is an event of its own.
    expect(count(near, 'in', /^dropped: loss$/) + count(near, 'of its own', /^dropped: loss$/)).toBe(account.lost);
    expect(count(near, 'of its own', /^dropped: loss$/)).toBe(count(near, 'of its own'));
    expect(count(near, 'in', /duplicated/)).toBe(account.duplicated);
    expect(count(far, 'out', /corrupted/)).toBe(account.corrupted);
  }
  for (const happened of [up.lost, up.duplicated, up.corrupted]) expect(happened).toBeGreaterThan(0);
});

test('drops by a full queue are told at the arrival', async (context) => {
  await lab(context);
  await ping(context);
  await tshark(context);
  const path = join(work.path, 'x.pcapng');
  const burst = ['ping', '-q', '-s', '1400', '-c', '40', '-l', '40', '-W', '1', '-4', 'server'];
  const link = 'up: rate 1mbit queue 10 packets down: direct';
  const { up } = told(await netduelLab('--link', link, '--pcap', path, '--json', '--', ...burst)).account;
  const drops = await execute('tshark', [
    '-n',
    '-r',
    path,
    '-Y',
    'frame.comment == "dropped: queue"',
    '-T',
    'fields',
    '-e',
    'frame.interface_name',
  ]);
  expect(drops.stdout).toBe('client\n'.repeat(up.queueDropped));
  expect(up.queueDropped).toBeGreaterThan(0);
});

test('kill -9 of netduel ends all that ran in the lab, whatever it had done to get away', async (context) => {
  await lab(context);
  await python(context);
  const away = '(setsid sh -c "trap : HUP TERM INT; sleep 1000; sleep 1000" &); echo ready >&2; exec sleep 1000';
  const running = start(
    process.execPath,
    [
      CLI,
      'lab',
      '--link',
      'delay 5ms',
      '--server',
      'setsid sleep 1000 & python3 -m http.server 80',
      '--',
      'sh',
      '-c',
      away,
    ],
    where(),
  );
  await running.until(/ready/);
  process.kill(running.pid, 'SIGKILL');
  await expectGone(mark, []);
});

test('SIGTERM is for the command, and what does not heed it ends with the lab', async (context) => {
  await lab(context);
  for (const [trap, status] of [
    ['echo bye; exit 9', 9],
    ['', 143],
  ] as const) {
    const script = `trap "${trap}" TERM; echo ready >&2; sleep 1000 & wait; wait`;
    const running = start(process.execPath, [CLI, 'lab', '--link', 'direct', '--', 'sh', '-c', script], where());
    await running.until(/ready/);
    process.kill(running.pid, 'SIGTERM');
    expect((await running.ended).code).toBe(status);
    await expectGone(mark, []);
  }
});

test('an ordinary user has the same', async (context) => {
  await lab(context);
  await root(context);
  await setpriv(context);
  await ping(context);
  chmodSync(work.path, 0o777);
  const asNobody = (...args: string[]): Promise<Outcome> =>
    execute('setpriv', ['--reuid', '65534', '--regid', '65534', '--clear-groups', process.execPath, CLI, ...args], {
      cwd: work.path,
      env: { ...marked(), HOME: work.path },
    });
  if ((await asNobody('--version')).code !== 0) return context.skip('user nobody cannot read this checkout');
  const path = join(work.path, 'x.pcapng');
  const probe = ['ping', '-q', '-i', '0.01', '-c', '100', 'server'];
  const link = 'delay 20ms loss gemodel 1% 25% rate 20mbit';
  const outcome = await asNobody('lab', '--link', link, '--seed', '1', '--pcap', path, '--json', '--', ...probe);
  expect(outcome.code).toBe(0);
  const { up, down } = told(outcome).account;
  expect(up.packetsIn).toBe(100);
  expect(outcome.stdout).toContain(` ${down.packetsOut} received`);
  expect(Number(/rtt min[^=]*= ([\d.]+)/.exec(outcome.stdout)?.[1])).toBeGreaterThanOrEqual(40);
  // The header block of a pcapng file.
  expect(readFileSync(path).readUInt32LE(0)).toBe(0x0a0d0d0a);
});

test.each<[string, string[], number, RegExp]>([
  ['loopback', ['--link', 'loopback'], 2, /no lab on loopback.*--link direct/],
  ['no link', [], 2, /which link\?/],
  ['a capture that cannot be written', ['--link', 'direct', '--pcap', '/none/x'], 2, /--pcap \/none\/x: ENOENT/],
  ['a word that the kernel has not', ['--link', 'outage every 2s for 1s', '--emulator', 'kernel'], 2, /no outage; use/],
  [
    'a capture of what does not pass',
    ['--link', 'direct', '--pcap', 'x', '--emulator', 'kernel'],
    2,
    /--emulator user/,
  ],
])('%s is refused before anything runs', async (_, options, code, names) => {
  const outcome = await netduelLab(...options, '--', 'echo', 'ran');
  expect(outcome).toMatchObject({ code, stdout: '' });
  expect(outcome.stderr).toMatch(names);
  expect(outcome.stderr).not.toMatch(/unexpected error/);
});

test('where no lab can be made, the reason and a way out', async () => {
  const path = join(work.path, 'bin');
  mkdirSync(path);
  for (const name of ['unshare', 'nsenter', 'mount']) {
    const found = ['/usr/bin', '/bin'].map((bin) => join(bin, name)).find((file) => existsSync(file));
    if (found) symlinkSync(found, join(path, name));
  }
  const env = { ...process.env, PATH: path };
  const { code, stdout, stderr } = await netduel(['lab', '--link', 'direct', '--', 'true'], { cwd: work.path, env });
  expect(stderr).toMatch(/^netduel: no lab can be made: .*\n.*\n$/);
  expect(stderr).toMatch(/install|run on/);
  expect(stdout).toBe('');
  expect(code).toBe(3);
});
