import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { introduced, introducedAs, MAX_NAME_BYTES } from '../apps/chat/names.ts';
import { SERVER } from '../lab/addresses.ts';
import { findLauncher } from '../lab/launcher.ts';
import type { ChatClientEvent, ChatClientInput } from '../programs/chat-client.ts';
import { UserError } from '../record/errors.ts';
import { Conversation } from './chat-terminal.ts';
import { inWorkingDirectory, statusOf } from './lab-client.ts';
import { startProgram } from './program.ts';

export interface JoinRequest {
  readonly transport: string;
  readonly host: string | undefined;
  readonly port: number;
  readonly room: string;
  readonly plain: boolean;
  readonly name?: string;
  /** A process in the client's namespace of a lab. */
  readonly lab?: number;
}

/** Talks until Ctrl-D, Ctrl-C or the end of the input. Returns the exit code. */
export async function joinChat(request: JoinRequest): Promise<number> {
  const { room, name = userInfo().username, lab, transport, plain } = request;
  const introduction = checked(introducedAs({ room, name }));
  if (lab !== undefined) return await joinAcross(lab, { ...request, name });
  const { host = '127.0.0.1', port } = request;
  if (port === 0) throw new UserError('--port 0: to join a chat takes the port that its server listens at');
  const params = { name: introduction, plain };
  const running = await startProgram({ program: 'chat-client', params, transport, host, port, unframed: 'preferred' });
  const input = (value: ChatClientInput): void => running.input(value);
  const talk = new Conversation(name, {
    onLine: (text) => input({ text }),
    onOver: () => input({ over: true }),
  });
  let open = false;
  let failed = false;
  running.onEvent = (given) => {
    const event = given as ChatClientEvent;
    switch (event.type) {
      case 'open':
        open = true;
        return talk.open();
      case 'message':
        return talk.show(event.name, event.text);
      case 'sent':
        return talk.onSent(event.count);
      case 'refused':
        failed = true;
        talk.complain(event.why);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => running.stop());
  try {
    await running.ended;
    return failed ? 1 : 0;
  } catch (error) {
    const { message } = error as Error;
    talk.close();
    if (!open) throw new UserError(why(message, { transport, host, port, name }));
    process.stderr.write(`netduel: ${message}\n`);
    return 1;
  } finally {
    talk.close();
  }
}

function checked(introduction: string): string {
  const bytes = new TextEncoder().encode(introduction).length;
  if (bytes > MAX_NAME_BYTES) {
    throw new UserError(`--name: with its room it has ${bytes} bytes; at most ${MAX_NAME_BYTES} are accepted`);
  }
  try {
    introduced(introduction);
  } catch (error) {
    throw new UserError(`--name: ${(error as Error).message}; choose another`);
  }
  return introduction;
}

interface Where {
  readonly transport: string;
  readonly host: string;
  readonly port: number;
  readonly name: string;
}

function why(message: string, { transport, host, port, name }: Where): string {
  if (/is taken/.test(message)) return `${message}; choose another: --name ${name}2`;
  if (/ECONNREFUSED|nobody (listens|answers)|no rudp server/.test(message)) {
    return `nobody listens on ${transport} at ${host} port ${port}; start 'netduel chat serve' there, or name another --host, --port or --transport`;
  }
  return message;
}

/** The same command where the lab's client is, so that all it sends crosses the link. */
async function joinAcross(pid: number, { transport, port, room, plain, name }: JoinRequest): Promise<number> {
  if (!isLab(pid)) {
    throw new UserError(
      `--lab ${pid}: there is no lab of netduel; 'netduel chat serve --link P' says the number of its own`,
    );
  }
  const launcher = findLauncher();
  if ('reason' in launcher) throw new UserError(`--lab ${pid}: ${launcher.reason}; ${launcher.remedy}`, 3);
  const program = [
    ...[process.execPath, process.argv[1] as string, 'chat', 'join', '--transport', transport, '--host', SERVER.v4],
    ...['--port', String(port), `--name=${name}`, ...(room === '' ? [] : [`--room=${room}`])],
    ...(plain ? ['--plain'] : []),
  ];
  const [command, ...args] = [...launcher.into(pid), ...inWorkingDirectory(program)];
  // What is typed is for it.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => {});
  const child = spawn(command as string, args, { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void child.kill(signal));
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(statusOf(code, signal)));
  });
}

/** Whether a process holds a lab's namespace. */
function isLab(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('netduel-holder');
  } catch {
    return false;
  }
}
