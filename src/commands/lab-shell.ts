import { basename } from 'node:path';

export interface Program {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The user's shell, with a prompt that says where one is, as far as a shell can be told so from outside; and a line that says it too. */
export function shell(label: string): Program {
  const path = process.env['SHELL'] || 'sh';
  if (process.stdin.isTTY) {
    process.stderr.write(
      `netduel: a shell across '${label}'; ping server, or start a program there: ` +
        'nsenter --net=$NETDUEL_SERVER_NETNS COMMAND; leave with exit\n',
    );
  }
  return { command: [path], env: promptOf(basename(path)) };
}

/** bash's start-up files set its prompt: what is run before the first one comes after them. */
const promptOf = (name: string): Readonly<Record<string, string>> =>
  name === 'bash' ? { PROMPT_COMMAND: 'PS1="(netduel) $PS1"; unset PROMPT_COMMAND' } : { PS1: '(netduel) $ ' };
