import type { CommandModule } from 'yargs';
import { oneValue } from './one-value.ts';
import { PROGRAM_OPTIONS } from './program-options.ts';

const OPTIONS = { ...PROGRAM_OPTIONS, port: { ...PROGRAM_OPTIONS.port, default: 5000 } };

const serveCommand: CommandModule = {
  command: 'serve',
  describe: 'a chat server; Ctrl-C ends it',
  builder: (yargs) =>
    yargs
      .options({
        ...OPTIONS,
        link: {
          type: 'string',
          requiresArg: true,
          describe: 'put the chat behind this link, so that one can feel it: a preset, a profile in quotes, or a file',
        },
        queue: { type: 'number', requiresArg: true, describe: 'messages that a slow reader may be behind [1000]' },
        policy: {
          choices: ['drop-oldest', 'disconnect'] as const,
          default: 'drop-oldest',
          describe: 'what becomes of a reader that is further behind',
        },
      })
      .example([
        ['$0 chat serve', 'on tcp, at 127.0.0.1:5000'],
        ["$0 chat serve --link 'delay 300ms loss 5%' --transport rudp", 'how does that feel?'],
      ]),
  handler: async (parsed) => {
    const { serveChat } = await import('./chat-serve.ts');
    const link = oneValue(parsed, 'link');
    process.exitCode = await serveChat({
      transport: oneValue(parsed, 'transport') as string,
      host: oneValue(parsed, 'host'),
      port: parsed['port'] as number,
      policy: parsed['policy'] as 'drop-oldest' | 'disconnect',
      ...(parsed['queue'] === undefined ? {} : { queue: parsed['queue'] as number }),
      ...(link === undefined ? {} : { link }),
    });
  },
};

const joinCommand: CommandModule = {
  command: 'join',
  describe: 'talk in a chat; what comes through a pipe is said line by line',
  builder: (yargs) =>
    yargs
      .options({
        ...OPTIONS,
        name: { type: 'string', requiresArg: true, describe: 'who you are [your user name]' },
        room: { type: 'string', requiresArg: true, default: '', describe: 'where to [the common room]' },
        plain: {
          type: 'boolean',
          default: false,
          describe: 'the server may be no netduel: send nothing but names and messages, on datagrams too',
        },
        lab: {
          type: 'number',
          requiresArg: true,
          describe: 'across the link of a server that was given one: it says the number',
        },
      })
      .example([
        ['$0 chat join --name ann', 'leave with Ctrl-D or Ctrl-C'],
        ["echo 'it is done' | $0 chat join --name build", 'from a script'],
      ]),
  handler: async (parsed) => {
    const { joinChat } = await import('./chat-join.ts');
    const [name, lab] = [oneValue(parsed, 'name'), parsed['lab'] as number | undefined];
    process.exitCode = await joinChat({
      transport: oneValue(parsed, 'transport') as string,
      host: oneValue(parsed, 'host'),
      port: parsed['port'] as number,
      room: oneValue(parsed, 'room') as string,
      plain: parsed['plain'] === true,
      ...(name === undefined ? {} : { name }),
      ...(lab === undefined ? {} : { lab }),
    });
  },
};

export const chatCommand: CommandModule = {
  command: 'chat',
  describe: 'a chat over any of the transports: serve it, or join it',
  builder: (yargs) =>
    yargs
      .command(serveCommand)
      .command(joinCommand)
      .demandCommand(1, "name what to do: 'netduel chat serve' or 'netduel chat join'"),
  handler: () => {},
};
