import type { CommandModule } from 'yargs';
import { PROGRAM_OPTIONS } from './program-options.ts';

export const DEFAULT_FILE_PORT = 7420;

/** Takes files from `netduel send`, or plain bytes from anything that writes them. */
export const receiveCommand: CommandModule = {
  command: 'receive',
  describe: 'receive files from netduel send, over any transport',
  builder: (yargs) =>
    yargs
      .options({
        ...PROGRAM_OPTIONS,
        host: { ...PROGRAM_OPTIONS.host, describe: 'address to listen at; 0.0.0.0 takes files from everybody' },
        port: { ...PROGRAM_OPTIONS.port, default: DEFAULT_FILE_PORT },
        into: {
          type: 'string',
          requiresArg: true,
          default: '.',
          describe: 'folder to put files in; nothing is written outside',
        },
        as: { type: 'string', requiresArg: true, describe: "name of the file, whatever the sender's" },
        count: { type: 'number', requiresArg: true, default: 1, describe: 'how many files to take before it ends' },
        keep: { type: 'boolean', default: false, describe: 'take files until it is interrupted' },
        force: { type: 'boolean', default: false, describe: 'replace files that are there' },
        raw: {
          type: 'boolean',
          default: false,
          describe: 'plain bytes until the end of the stream, as nc sends them (tcp); needs --as',
        },
        json: { type: 'boolean', default: false, describe: 'results as JSON, a line per file' },
      })
      .example([
        ['$0 receive', 'one file into the current folder, from this machine'],
        ['$0 receive --host 0.0.0.0 --into inbox --keep', 'files from everybody, until Ctrl-C'],
        ['$0 receive --transport udp', 'what of a file arrives over UDP, and where its holes are'],
        ['$0 receive --raw --as photo.jpg --port 9000', "from 'nc -N 127.0.0.1 9000 < photo.jpg'"],
      ]),
  handler: async (parsed) => {
    const [{ startProgram }, { showTransfer }, { UserError }, { checkFolder, checkName }] = await Promise.all([
      import('./program.ts'),
      import('./transfer.ts'),
      import('../record/errors.ts'),
      import('./receive-checks.ts'),
    ]);
    const folder = checkFolder(parsed['into'] as string);
    const name = checkName(parsed['as'] as string | undefined);
    const [raw, force, keep] = [parsed['raw'] === true, parsed['force'] === true, parsed['keep'] === true];
    const count = parsed['count'] as number;
    if (!(Number.isInteger(count) && count >= 1)) {
      throw new UserError(`--count ${count}: expected a whole number from 1 on; --keep takes files without end`);
    }
    if (raw && name === undefined) {
      throw new UserError('--raw: plain bytes have no name; give one with --as NAME');
    }
    const running = await startProgram({
      program: 'receive',
      params: { folder, force, ...(name === undefined ? {} : { name }), ...(keep ? {} : { count }) },
      transport: parsed['transport'] as string,
      host: parsed['host'] as string,
      port: parsed['port'] as number,
      ...(raw ? { unframed: 'required' as const } : {}),
    });
    await showTransfer(running, parsed['json'] === true);
  },
};
