import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { lab, program, root } from '../requirements.ts';
import { CLI, execute, netduel, type Outcome, readRun, runFolder, temporary } from './cli.ts';

let work: ReturnType<typeof temporary>;
const made: (typeof work)[] = [];
beforeEach(() => {
  work = temporary();
  made.push(work);
});
afterAll(() => {
  for (const folder of made) folder.remove();
});

/** One error for people: a single one, on stderr alone, with no stack. Two lines at most, and two that point at a word of a profile. */
function expectRefused({ code, stdout, stderr }: Outcome, names: RegExp, exitCode = 2): void {
  expect(stderr).toMatch(names);
  expect(stderr.match(/^netduel: /gm)).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at |unexpected error|undefined|\[object/m);
  expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(/^ +\^+$/m.test(stderr) ? 4 : 2);
  expect(stdout).toBe('');
  expect(code).toBe(exitCode);
}

const run = (...args: string[]): Promise<Outcome> => netduel(['run', ...args], { cwd: work.path });

// Nothing is measured, so that these may run side by side, each in a folder of its own.
test.concurrent.each<[string, string[], RegExp]>([
  ['an unknown transport', ['--transport', 'tpc'], /'tpc'; did you mean 'tcp'\? known are tcp, udp, rudp/],
  ['an unknown scenario', ['--scenario', 'strem'], /'strem'; did you mean 'stream'/],
  ['an unknown link', ['--link', 'lopback'], /'lopback'; did you mean 'loopback'/],
  ['an unknown unit', ['--link', 'delay 10 parsecs'], /'delay 10 parsecs'.*10ms/],
  ['a loss above 100 %', ['--link', 'loss 101%'], /'101%' is not within 0% to 100%/],
  ['a link without a rate', ['--link', 'rate 0'], /'rate 0'.*below 8bit/],
  ['a stream without a rate', ['--scenario', 'stream rate=0'], /rate: '0' is not accepted: expected.* 20mbit/],
  ['an empty message', ['--scenario', 'stream size=0'], /size: '0' is not accepted: expected.*from \d+/],
  ['a message that no transport takes', ['--scenario', 'stream size=17mb'], /size: '17mb' is not accepted/],
  [
    'a message above the path MTU',
    ['--transport', 'udp', '--scenario', 'stream size=1473', '--link', 'direct'],
    /1473 bytes are above the limit of 1472 bytes.*fragment=true/,
  ],
  [
    'a message above the largest datagram',
    ['--transport', 'udp', '--scenario', 'stream size=65508'],
    /65508 bytes are above the limit of 65507/,
  ],
  ['no trials', ['--trials', '0'], /--trials: '0' is not accepted; expected a whole number from 1/],
  ['a duration without sense', ['--duration', 'soon'], /--duration: 'soon' is not accepted; expected a time/],
  ['an unknown option of a transport', ['--transport', 'tcp foo=1'], /'tcp foo=1'.*'foo'; accepted are .*nodelay/],
  ['an unknown congestion control of rudp', ['--transport', 'rudp cc=vegas'], /cc: 'vegas'.*one of bbr, cubic/],
  ['a window of rudp out of range', ['--transport', 'rudp window=1kb'], /window: '1kb'.*from 64kb to 1gb/],
  ['a fixed rate without the rate', ['--transport', 'rudp cc=fixed'], /rate: cc=fixed needs a rate, such as/],
  ['an unknown parameter', ['--scenario', 'stream foo=1'], /'stream foo=1'.*'foo'; accepted are .*size/],
  ['two transports of one name', ['--transport', 'udp,udp'], /'udp' is given twice/],
  ['events of a transport that tells of none', ['--transport', 'tcp', '--qlog', 'x'], /--qlog: .*\(tcp\) none writes/],
  ['an unknown flag', ['--frobnicate'], /frobnicate/],
  ['a flag without its value', ['--scenario'], /scenario/],
  ['a configuration that is not there', ['none.config.ts'], /no configuration file none\.config\.ts/],
])('%s', async (_, args, names) => {
  const own = temporary();
  try {
    expectRefused(await netduel(['run', ...args], { cwd: own.path }), names);
    expect(readdirSync(own.path)).toEqual([]);
  } finally {
    own.remove();
  }
});

test('an unknown command', async () => {
  expectRefused(await netduel(['walk'], { cwd: work.path }), /walk/);
  expectRefused(await netduel(['rnu'], { cwd: work.path }), /rnu; did you mean 'run'/);
});

test.each<[string, string, RegExp]>([
  ['with a syntax error', 'export default {\n  trials: = 3,\n};\n', /bad\.config\.ts:2:\d+: syntax error/],
  ['that exports nothing', 'const trials = 3;\n', /bad\.config\.ts exports nothing; write: export default/],
  ['with an unknown key', 'export default { trails: 3 };\n', /unknown key 'trails'; did you mean 'trials'/],
  [
    'with two transports of one name',
    "const mine = () => ({ name: 'mine', traits: () => ({}) });\nexport default { transports: [mine(), mine()] };\n",
    /two transports are called 'mine'/,
  ],
])('a configuration %s', async (_, text, names) => {
  writeFileSync(join(work.path, 'bad.config.ts'), text);
  expectRefused(await run('bad.config.ts'), names);
  expect(readdirSync(work.path)).toEqual(['bad.config.ts']);
});

test('an out folder that is a file, or where nothing can be written', async () => {
  writeFileSync(join(work.path, 'file'), '');
  expectRefused(await run('--out', 'file'), /file is a file, not a folder.*--out/);
  expectRefused(await run('--out', 'file/below'), /file is a file, not a folder.*--out/);
  // Nobody can make anything there, root included.
  expectRefused(await run('--out', '/proc/netduel'), /\/proc\/netduel.*cannot be made into a folder.*--out/);
  expectRefused(await run('--out', '/sys'), /\/sys.*cannot be made into a folder.*--out/);
  expect(readdirSync(work.path)).toEqual(['file']);
});

const BRIEFLY = [
  ...['--no-report', '--trials', '1', '--duration', '200ms', '--warmup', '0'],
  ...['--scenario', 'stream rate=10mbit'],
];
const states = (): string[] => readRun(runFolder(join(work.path, 'results'))).trials.map(({ state }) => state);

test('no ip on PATH: loopback runs, the lab is unsupported with a way out', async () => {
  const path = join(work.path, 'bin');
  mkdirSync(path);
  for (const name of ['unshare', 'nsenter']) {
    const found = ['/usr/bin', '/bin'].map((bin) => join(bin, name)).find((file) => existsSync(file));
    if (found) symlinkSync(found, join(path, name));
  }
  const where = { cwd: work.path, env: { ...process.env, PATH: path } };
  const links = ['--transport', 'udp', '--link', 'loopback', '--link', 'delay 1ms'];
  const { code, stdout, stderr } = await netduel(['run', ...BRIEFLY, ...links, '--seed', '1'], where);
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/udp unsupported: the program '\w+' is not on PATH \(install/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(states().sort()).toEqual(['completed', 'unsupported']);
  expect(code).toBe(0);
});

test('nothing that can be run at all', async () => {
  const where = { cwd: work.path, env: { ...process.env, PATH: '/nowhere' } };
  const { code, stderr } = await netduel(['run', ...BRIEFLY, '--transport', 'udp', '--link', 'delay 1ms'], where);
  expect(stderr).toMatch(/unsupported: the program '\w+' is not on PATH/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(states()).toEqual(['unsupported']);
  expect(code).toBe(3);
});

const unshare = program('unshare', 'util-linux');

/** netduel in namespaces of its own, after a preparation in shell. */
const inside = (namespace: string, preparation: string, ...args: string[]): Promise<Outcome> => {
  const script = `${preparation}; exec "$0" "$@"`;
  return execute('unshare', [namespace, 'sh', '-ec', script, process.execPath, CLI, 'run', ...BRIEFLY, ...args], {
    cwd: work.path,
  });
};

test('/proc is not mounted: loopback runs, the lab is unsupported with a way out', async (context) => {
  await root(context);
  await unshare(context);
  const links = ['--transport', 'udp', '--link', 'loopback', '--link', 'delay 1ms'];
  const { code, stdout, stderr } = await inside('--mount', 'umount -l /proc', ...links);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/udp unsupported: \/proc is not mounted \(mount it/);
  expect(states().sort()).toEqual(['completed', 'unsupported']);
  expect(code).toBe(0);
});

test('port exhaustion is what this machine cannot do, with the cause and where to look', async (context) => {
  await root(context);
  await lab(context);
  // One port for everybody: the server gets it, the client none.
  const oneTaken = 'ip link set lo up; echo 40000 40000 > /proc/sys/net/ipv4/ip_local_port_range';
  const { code, stdout, stderr } = await inside('--net', oneTaken, '--transport', 'tcp,udp');
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout.replace(/\s+/g, ' ')).toMatch(
    /tcp unsupported: client: .*127\.0\.0\.1.*EADDRNOTAVAIL \(no free local port.*ip_local_port_range\)/,
  );
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/udp unsupported: client: .*no free local port/);
  expect(states()).toEqual(['unsupported', 'unsupported']);
  expect(code).toBe(3);
});
