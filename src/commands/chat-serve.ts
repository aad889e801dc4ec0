import { spawn } from 'node:child_process';
import { createColors } from 'picocolors';
import { introducedAs } from '../apps/chat/names.ts';
import { type Policy, RULES } from '../apps/chat/rules.ts';
import type { Address } from '../io/address.ts';
import { SERVER } from '../lab/addresses.ts';
import type { Session } from '../lab/session.ts';
import { socketsOf } from '../lab/sockets.ts';
import { effectiveProfile } from '../link/effective.ts';
import { formatProfile } from '../link/format.ts';
import type { ChatServerEvent } from '../programs/chat-server.ts';
import { UserError } from '../record/errors.ts';
import { mostDescriptors } from './descriptors.ts';
import { commandAt, statusOf } from './lab-client.ts';
import { labRequest } from './lab-request.ts';
import { openLab } from './lab-run.ts';
import { startProgram } from './program.ts';
import { outputStyle } from './style.ts';

/** How to join, where that is not by host and port: for the server that a lab was made for. */
const JOIN = 'NETDUEL_CHAT_JOIN';
/** Descriptors that are not clients'. */
const OTHER_DESCRIPTORS = 64;
/** How long the lab stays for those who are in it still. */
const FAREWELL_MS = 3000;
const LOOK_MS = 50;

export interface ServeRequest {
  readonly transport: string;
  readonly host: string | undefined;
  readonly port: number;
  readonly policy: Policy;
  readonly queue?: number;
  readonly link?: string;
}

/** Serves until Ctrl-C. Returns the exit code. */
export async function serveChat(request: ServeRequest): Promise<number> {
  const { queue = RULES.queue, link } = request;
  if (!(Number.isInteger(queue) && queue >= 1 && queue <= 1e6)) {
    throw new UserError(`--queue ${queue}: expected a whole number of messages from 1 to 1,000,000`);
  }
  return link === undefined ? await serveHere(request, queue) : await serveBehind(link, request, queue);
}

async function serveHere(
  { transport, host = '127.0.0.1', port, policy }: ServeRequest,
  queue: number,
): Promise<number> {
  const clients = Math.max(1, Math.min(RULES.clients, mostDescriptors() - OTHER_DESCRIPTORS));
  const params = { ...RULES, queue, policy, clients };
  const running = await startProgram({ program: 'chat-server', params, transport, host, port, unframed: 'preferred' });
  const { bold, dim, red } = createColors(outputStyle(process.stdout).color);
  const say = (line: string): void =>
    void process.stdout.write(`${dim(new Date().toLocaleTimeString('sv'))} ${line}\n`);
  let listening = false;
  running.onEvent = (given) => {
    const event = given as ChatServerEvent;
    switch (event.type) {
      case 'listening':
        listening = true;
        say(`chat on ${transport}, ${event.address.host} port ${event.address.port}; Ctrl-C ends it`);
        say(`join with: ${bold(process.env[JOIN] ?? joinCommand(transport, event.address))}`);
        return;
      case 'joined':
        return say(`${bold(introducedAs(event))} has joined; ${present(event.members)}`);
      case 'left':
        return say(
          `${bold(introducedAs(event))} has left${event.why ? ` (${event.why})` : ''}; ${present(event.members)}`,
        );
      case 'refused':
        say(red(`${event.name === '' ? 'somebody' : event.name} was refused: ${event.why}`));
    }
  };
  onStop(() => running.stop());
  try {
    await running.ended;
  } catch (error) {
    if (listening) throw error;
    throw new UserError(
      `the chat cannot be served at ${host} port ${port}: ${(error as Error).message}; try another --port`,
    );
  }
  say('the chat is over');
  return 0;
}

const present = (members: number): string => (members === 1 ? '1 is here' : `${members} are here`);

function joinCommand(transport: string, { host, port }: Address): string {
  const words = ['netduel chat join --name NAME'];
  if (transport !== 'tcp') words.push(`--transport ${transport.includes(' ') ? `'${transport}'` : transport}`);
  // What listens everywhere is to be called by a name of its own.
  const anywhere = host === '0.0.0.0' || host === '::';
  if (anywhere) words.push('--host HOST');
  else if (host !== '127.0.0.1') words.push(`--host ${host}`);
  // Names of sockets that know no network have no ports.
  if (port !== 5000 && !host.startsWith('@')) words.push(`--port ${port}`);
  return words.join(' ');
}

/** The server in a lab of its own, behind the link: what it says is ours, and Ctrl-C is its. */
async function serveBehind(link: string, request: ServeRequest, queue: number): Promise<number> {
  if (request.host !== undefined && request.host !== '127.0.0.1') {
    throw new UserError('--host: behind a link the server is at the address of its lab; leave --host away');
  }
  const asked = labRequest({ link }, [], process.cwd());
  for (const warning of asked.link.warnings) process.stderr.write(`netduel: warning: ${warning}\n`);
  const profile = effectiveProfile(asked.link.profile);
  const { session } = await openLab(asked, profile);
  try {
    process.stdout.write(`the link: ${formatProfile(profile)}\n`);
    const { transport, port, policy } = request;
    const own = joinCommand(transport, { host: '127.0.0.1', port });
    const program = [
      ...[process.execPath, process.argv[1] as string, 'chat', 'serve', '--transport', transport, '--host', SERVER.v4],
      ...['--port', String(port), '--policy', policy, '--queue', String(queue)],
    ];
    const [command, args] = commandAt(session, 'server', program);
    const env = { ...process.env, [JOIN]: `${own} --lab ${session.pid('client')}` };
    // In a session of its own: what is typed here is for us to pass on.
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env, detached: true });
    const status = await new Promise<number>((resolve, reject) => {
      onStop(() => void child.kill('SIGINT'));
      session.onDeath((error) => reject(new UserError(`the lab has broken: ${error.message}`, 3)));
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(statusOf(code, signal)));
    });
    await farewell(session);
    return status;
  } finally {
    await session.close();
  }
}

/** Those who are at the other end may still be hearing that it is over: the link takes its time. */
async function farewell(session: Session): Promise<void> {
  const deadline = performance.now() + FAREWELL_MS;
  while (performance.now() < deadline) {
    const { open, connected } = socketsOf(session.pid('client'));
    if (open + connected === 0) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Once for Ctrl-C and the like; what comes again ends at once. */
function onStop(stop: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
}
