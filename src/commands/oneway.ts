import type { CommandModule } from 'yargs';
import { PROGRAM_OPTIONS } from './program-options.ts';

const DEFAULT_PORT = 7430;
const DEFAULT_TEXT = 'Hello from netduel\n';

const serveCommand: CommandModule = {
  command: 'serve',
  describe: 'send a greeting to each caller, and close',
  builder: (yargs) =>
    yargs
      .options({
        ...PROGRAM_OPTIONS,
        host: { ...PROGRAM_OPTIONS.host, describe: 'address to listen at; 0.0.0.0 greets everybody' },
        port: { ...PROGRAM_OPTIONS.port, default: DEFAULT_PORT },
        text: { type: 'string', requiresArg: true, default: DEFAULT_TEXT, describe: 'what to send, as it is' },
      })
      .example([
        ['$0 oneway serve', `then 'netduel oneway read', or 'nc 127.0.0.1 ${DEFAULT_PORT}'`],
        ["$0 oneway serve --transport udp --text 'good morning'", 'in a datagram to everybody who sends one'],
      ]),
  handler: async (parsed) => {
    const { serveOneway } = await import('./oneway-programs.ts');
    await serveOneway({ ...place(parsed), text: String(parsed['text']) });
  },
};

const readCommand: CommandModule = {
  command: 'read',
  describe: 'print what comes until the other end closes',
  builder: (yargs) =>
    yargs
      .options({
        ...PROGRAM_OPTIONS,
        host: { ...PROGRAM_OPTIONS.host, describe: 'whom to call' },
        port: { ...PROGRAM_OPTIONS.port, default: DEFAULT_PORT },
        timeout: {
          type: 'string',
          requiresArg: true,
          default: '10s',
          describe: 'give up when nothing has come for so long',
        },
      })
      .example([
        ['$0 oneway read', "what 'netduel oneway serve' sends, or any server that talks first"],
        [
          '$0 oneway read --transport udp --timeout 2s',
          'asks with a datagram, and prints the first one that comes back',
        ],
      ]),
  handler: async (parsed) => {
    const { readOneway } = await import('./oneway-programs.ts');
    await readOneway({ ...place(parsed), timeout: String(parsed['timeout']) });
  },
};

const place = (parsed: Readonly<Record<string, unknown>>) => ({
  transport: String(parsed['transport']),
  host: String(parsed['host']),
  port: Number(parsed['port']),
});

export const onewayCommand: CommandModule = {
  command: 'oneway',
  describe: 'the smallest program there is: one end sends a greeting, the other reads it',
  builder: (yargs) =>
    yargs
      .command(serveCommand)
      .command(readCommand)
      .demandCommand(1, "name what to do: 'netduel oneway serve' or 'netduel oneway read'"),
  handler: () => {},
};
