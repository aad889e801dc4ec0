import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { encodeFields } from '../../src/wire/field.ts';
import { lab, program } from '../requirements.ts';
import { CLI, netduel } from './cli.ts';
import { Terminal } from './terminal.ts';

const python = program('python3');
const tmux = program('tmux');
const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** A program that is talked to, and what it has said. */
class Talk {
  stdout = '';
  stderr = '';
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number | null>;
  #onText = (): void => {};

  constructor(command: string, ...args: readonly string[]) {
    this.process = spawn(command, args, { env: { ...process.env, NO_COLOR: '1' } });
    this.process.stdout.on('data', (data: Buffer) => {
      this.stdout += data;
      this.#onText();
    });
    this.process.stderr.on('data', (data: Buffer) => {
      this.stderr += data;
      this.#onText();
    });
    this.ended = new Promise((resolve) => this.process.on('close', resolve));
    talks.push(this);
  }

  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(`${this.stdout}\n${this.stderr}`);
      if (found) return found;
      await new Promise<void>((resolve, reject) => {
        this.#onText = resolve;
        void this.ended.then(() => reject(new Error(`ended without ${pattern}:\n${this.stdout}\n${this.stderr}`)));
      });
    }
  }

  says(...lines: readonly string[]): void {
    this.process.stdin.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** Its input is over. */
  leaves(): Promise<number | null> {
    this.process.stdin.end();
    return this.ended;
  }

  stops(): Promise<number | null> {
    this.process.kill('SIGINT');
    return this.ended;
  }
}

/** Each is a descriptor here, and one at the server. */
const IDLE = 3000;

const talks: Talk[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const { process } of talks.splice(0)) process.kill('SIGKILL');
  for (const socket of sockets.splice(0)) socket.destroy();
});

const node = (...args: readonly string[]): Talk => new Talk(process.execPath, CLI, ...args);

async function serve(...args: readonly string[]): Promise<{ server: Talk; port: string }> {
  const server = node('chat', 'serve', '--port', '0', ...args);
  const [, port] = await server.until(/ port (\d+);/);
  return { server, port };
}

const join = (port: string, name: string, ...args: readonly string[]): Talk =>
  node('chat', 'join', '--port', port, '--name', name, ...args);

test('a client of the exercise and netduel’s own talk through chat serve', { timeout: 60_000 }, async (context) => {
  await python(context);
  const { server, port } = await serve();
  const other = new Talk('python3', fixture('chat_client.py'), '127.0.0.1', port, 'pythia');
  await server.until(/pythia has joined/);
  const ann = join(port, 'ann');
  await ann.until(/welcome, ann/);
  await other.until(/^\*: ann has joined$/m);
  ann.says('grüße aus Node 🎈', '', 'x'.repeat(5000));
  await other.until(/^ann: x{5000}$/m);
  expect(other.stdout).toMatch(/^ann: grüße aus Node 🎈\nann: \nann: x/m);
  other.says('und aus Python');
  await ann.until(/^pythia: und aus Python$/m);
  expect(await other.leaves()).toBe(0);
  await ann.until(/pythia has left/);
  expect(await ann.leaves()).toBe(0);
  expect(await server.stops()).toBe(0);
  expect(server.stdout).toMatch(/the chat is over\n$/);
});

test('chat join talks through a server of the exercise', { timeout: 60_000 }, async (context) => {
  await python(context);
  const server = new Talk('python3', fixture('chat_server.py'));
  const [, port] = await server.until(/port (\d+)/);
  const ann = join(port, 'ann');
  await server.until(/\+ann/);
  const other = new Talk('python3', fixture('chat_client.py'), '127.0.0.1', port, 'pythia');
  await server.until(/\+pythia/);
  ann.says('hello');
  await other.until(/^ann: hello$/m);
  other.says('hello yourself');
  await ann.until(/^pythia: hello yourself$/m);
  expect(await ann.leaves()).toBe(0);
});

test.each(['udp', 'rudp'])(
  'two talk over %s, and what a pipe holds is said to its end',
  { timeout: 60_000 },
  async (transport) => {
    const { server, port } = await serve('--transport', transport);
    const bob = join(port, 'bob', '--transport', transport);
    await bob.until(/welcome, bob/);
    const ann = join(port, 'ann', '--transport', transport);
    const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`);
    ann.says(...lines);
    expect(await ann.leaves()).toBe(0);
    await bob.until(/ann has left/);
    await bob.until(/line 49$/m);
    expect(bob.stdout).toBe(lines.map((line) => `ann: ${line}\n`).join(''));
    expect(await server.stops()).toBe(0);
    expect(await bob.ended).toBe(0);
    expect(bob.stderr).toContain('the chat is over');
  },
);

test('datagrams of the exercise, by hand', { timeout: 60_000 }, async () => {
  const { server, port } = await serve('--transport', 'udp');
  const bob = join(port, 'bob', '--transport', 'udp');
  await bob.until(/welcome, bob/);
  const socket = createSocket('udp4');
  const heard: string[] = [];
  socket.on('message', (message) => heard.push(message.toString()));
  socket.connect(Number(port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.send(encodeFields('dora'));
  await bob.until(/dora has joined/);
  socket.send(encodeFields('by hand'));
  await bob.until(/^dora: by hand$/m);
  bob.says('I see');
  while (!heard.includes('3         bob5         I see'))
    await new Promise((resolve) => socket.once('message', resolve));
  socket.close();
  expect(await server.stops()).toBe(0);
});

test('what cannot be is refused with a way out', { timeout: 60_000 }, async () => {
  const { port } = await serve();
  const ann = join(port, 'ann');
  await ann.until(/welcome/);
  const [taken, nobody, control, long, link] = await Promise.all([
    netduel(['chat', 'join', '--name', 'ann', '--port', port]),
    netduel(['chat', 'join', '--name', 'ann', '--port', '1']),
    netduel(['chat', 'join', '--name', 'a\tb', '--port', port]),
    netduel(['chat', 'join', '--name', 'x'.repeat(200), '--port', port]),
    netduel(['chat', 'join', '--name', 'ann', '--lab', '1']),
  ]);
  expect(taken).toMatchObject({ code: 2, stderr: "netduel: the name 'ann' is taken; choose another: --name ann2\n" });
  expect(nobody.code).toBe(2);
  expect(nobody.stderr).toMatch(/nobody listens on tcp at 127.0.0.1 port 1; start 'netduel chat serve' there/);
  expect(control).toMatchObject({ code: 2, stderr: expect.stringMatching(/--name: .*control characters/) as string });
  expect(long).toMatchObject({ code: 2, stderr: expect.stringMatching(/200 bytes; at most 128/) as string });
  expect(link).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--lab 1: there is no lab of netduel/) as string,
  });
  ann.says('y'.repeat(20_000), 'after that');
  expect(await ann.leaves()).toBe(1);
  expect(ann.stderr).toContain('a message of 20000 bytes is too long: at most 16384');
});

test('idle connections by the thousands and one that breaks the format keep nobody from talking', {
  timeout: 120_000,
}, async () => {
  const { server, port } = await serve();
  const bob = join(port, 'bob');
  await bob.until(/welcome, bob/);
  const open = async (): Promise<Socket> => {
    const socket = connect(Number(port), '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {});
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return socket;
  };
  // In steps, for the backlog; named, so that none is shown out meanwhile.
  for (let step = 0; step < 10; step++) {
    const some = await Promise.all(Array.from({ length: IDLE / 10 }, open));
    for (const [i, socket] of some.entries()) socket.write(encodeFields(`idle/${step}-${i}`));
  }
  const bad = await open();
  bad.write('hello, do you speak HTTP?');
  await server.until(/was refused: the header "hello, do /);
  const ann = join(port, 'ann');
  await ann.until(/welcome, ann/);
  ann.says('still here?');
  await bob.until(/^ann: still here\?$/m);
  bob.says('yes');
  await ann.until(/^bob: yes$/m);
  expect(await server.stops()).toBe(0);
});

/** Seconds; each is a process that starts, and a busy machine may take its time. */
const PATIENCE = 40;

test('two people at terminals, behind a link: lines that come in do not tear the one being typed', {
  timeout: 90_000,
}, async (context) => {
  await tmux(context);
  await lab(context);
  const command = `${process.execPath} ${CLI}`;
  const shells = [
    new Terminal(`${command} chat serve --link 'delay 20ms' --port 5000; echo status $?`, { NO_COLOR: '1' }),
  ];
  const [server] = shells as [Terminal];
  try {
    await server.until(/join with: netduel chat join --name NAME --lab \d+/, PATIENCE);
    const number = /--lab (\d+)/.exec(server.screen)?.[1];
    const at = (name: string) =>
      new Terminal(`${command} chat join --name ${name} --lab ${number}; echo status $?`, { NO_COLOR: '1' });
    const ann = at('ann');
    shells.push(ann);
    await ann.until(/welcome, ann/, PATIENCE);
    const bob = at('bob');
    shells.push(bob);
    await bob.until(/welcome, bob/, PATIENCE);
    await ann.until(/bob has joined/, PATIENCE);
    bob.type('-l', 'what I am typ');
    await bob.until(/bob> what I am typ/, PATIENCE);
    ann.type('-l', 'hello there');
    ann.type('Enter');
    await bob.until(/ann: hello there\nbob> what I am typ/, PATIENCE);
    bob.type('-l', 'ing');
    bob.type('Enter');
    await ann.until(/bob: what I am typing/, PATIENCE);
    ann.type('C-d');
    await ann.until(/status 0/, PATIENCE);
    await bob.until(/ann has left/, PATIENCE);
    server.type('C-c');
    await bob.until(/the chat is over[\s\S]*status 0/, PATIENCE);
    await server.until(/the chat is over\nstatus 0/, PATIENCE);
  } finally {
    for (const shell of shells) shell.close();
  }
});
