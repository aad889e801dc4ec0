#!/usr/bin/env node
import { createRequire } from 'node:module';
import yargs, { type CommandModule } from 'yargs';
import { hideBin } from 'yargs/helpers';
import { chatCommand } from './commands/chat.ts';
import { doctorCommand } from './commands/doctor.ts';
import { featuresCommand } from './commands/features.ts';
import { labCommand } from './commands/lab.ts';
import { linkCommand } from './commands/link.ts';
import { listCommand } from './commands/list.ts';
import { onewayCommand } from './commands/oneway.ts';
import { receiveCommand } from './commands/receive.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { sendCommand } from './commands/send.ts';
import { UserError } from './record/errors.ts';
import { suggestion } from './record/nearest.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** In the order of the help. */
const COMMANDS: CommandModule[] = [
  ...[runCommand, featuresCommand, reportCommand, labCommand, linkCommand],
  ...[chatCommand, sendCommand, receiveCommand, onewayCommand, listCommand, doctorCommand],
];
const NAMES = COMMANDS.map(({ command }) => String(command).split(' ')[0]);
const enumerate = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;

const parser = yargs(hideBin(process.argv))
  .scriptName('netduel')
  .usage('TCP vs UDP, measured: the same workloads over the same emulated lossy path.\n\nUsage: $0 <command>')
  .command(COMMANDS)
  .demandCommand(1, `name a command: ${enumerate(NAMES)}`)
  .strictCommands()
  .strict()
  .version(version)
  .help()
  .wrap(Math.min(110, process.stdout.columns ?? 110))
  .exitProcess(false)
  .fail((message, error) => {
    // What yargs says about the command line comes as a YError, or without any error.
    if (error && error.name !== 'YError') throw error;
    throw new UserError(`${message ?? error.message}${meant(message)}\nSee 'netduel --help'.`);
  });

function meant(message: string): string {
  const unknown = /^Unknown command: (.*)/.exec(message)?.[1];
  return unknown === undefined ? '' : suggestion(unknown, NAMES);
}

// A reader such as `head` that has seen enough is no failure of ours, and no reason to stop half-way.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exit(1);
});

try {
  await parser.parseAsync();
} catch (error) {
  if (error instanceof UserError) {
    process.stderr.write(`netduel: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else {
    // A defect of ours: the stack is what a bug report needs.
    process.stderr.write(
      `netduel: unexpected error, please report it\n${error instanceof Error ? error.stack : error}\n`,
    );
    process.exitCode = 1;
  }
}
