import { afterEach, beforeEach, expect, test } from 'vitest';
import { lab, program } from '../requirements.ts';
import { CLI } from './cli.ts';
import { expectGone } from './processes.ts';
import { Terminal } from './terminal.ts';

const tmux = program('tmux');
const bash = program('bash');
const ping = program('ping', 'iputils-ping');

let terminal: Terminal | undefined;
let mark: string;
beforeEach(() => {
  mark = crypto.randomUUID();
});
afterEach(async () => {
  terminal?.close();
  terminal = undefined;
  await expectGone(mark, []);
});

const open = (options: string): Terminal => {
  const env = { NETDUEL_E2E_MARK: mark, SHELL: '/bin/bash', HOME: '/nonexistent' };
  terminal = new Terminal(`'${process.execPath}' '${CLI}' lab --link 'delay 20ms' ${options}; echo status=$?`, env);
  return terminal;
};

test('a shell has line editing, job control, the size of the terminal, and its own Ctrl-C', async (context) => {
  await lab(context);
  await tmux(context);
  await bash(context);
  await ping(context);
  const shell = open('--stats');
  await shell.until(/a shell across 'delay 20ms'/);
  await shell.until(/^\(netduel\) .*[#$] $/m);
  shell.type('stty size', 'Enter');
  await shell.until(new RegExp(`^${shell.rows} ${shell.columns}$`, 'm'));
  // The line is mended at its beginning before it is entered.
  shell.type('cho edited:$((40+2))', 'C-a', 'e', 'Enter');
  await shell.until(/^edited:42$/m);
  shell.type('ping server', 'Enter');
  await shell.until(/icmp_seq=2/);
  shell.type('C-c');
  await shell.until(/packets transmitted/);
  shell.type("sh -c 'echo in:$((1+2)); sleep 1; exec sleep 1000'", 'Enter');
  await shell.until(/^in:3$/m);
  shell.type('C-z');
  await shell.until(/Stopped +sh -c/);
  shell.type('fg', 'Enter');
  await shell.until(/fg\nsh -c/);
  shell.type('C-c');
  shell.type('echo out:$?', 'Enter');
  await shell.until(/^out:130$/m);
  shell.type('exit $((2+3))', 'Enter');
  await shell.until(/status=5/);
  expect(shell.screen).toMatch(/entered[\s\S]*status=5/);
});

test('Ctrl-C is for the command alone: netduel passes on its status, and the server goes on till then', async (context) => {
  await lab(context);
  await tmux(context);
  const first = open(`-- sh -c 'echo up:$((1+1)); exec sleep 1000'`);
  await first.until(/up:2/);
  first.type('C-c');
  await first.until(/status=130/);
  first.close();
  // One that minds Ctrl-C, and a server that never hears of it.
  const script = 'trap "echo heard" INT; echo up:$((1+2)); while :; do sleep 0.2; done';
  const second = open(`--server 'while :; do sleep 0.2; echo still:$((1+3)); done' -- sh -c '${script}'`);
  await second.until(/up:3/);
  second.type('C-c');
  await second.until(/heard\nstill:4\nstill:4/);
});

test('a command can be stopped and continued as a job of the shell that runs netduel', async (context) => {
  await lab(context);
  await tmux(context);
  await bash(context);
  terminal = new Terminal('bash --norc', { NETDUEL_E2E_MARK: mark, PS1: '> ' });
  const outer = terminal;
  outer.type(
    `'${process.execPath}' '${CLI}' lab --link direct -- sh -c 'echo up:$((1+1)); sleep 1; echo over'`,
    'Enter',
  );
  await outer.until(/up:2/);
  outer.type('C-z');
  await outer.until(/Stopped/);
  outer.type('fg', 'Enter');
  await outer.until(/\nover\n/);
});

test('when its terminal is closed, all of it ends', async (context) => {
  await lab(context);
  await tmux(context);
  await bash(context);
  const shell = open(`--server 'exec sleep 1000'`);
  await shell.until(/^\(netduel\) .*[#$] $/m);
  shell.type('trap : HUP; sleep 1000 & nohup setsid sleep 1000 & echo started', 'Enter');
  await shell.until(/\nstarted/);
  shell.close();
  await expectGone(mark, []);
});
