import type { CommandModule } from 'yargs';
import { PROGRAM_OPTIONS } from './program-options.ts';
import { DEFAULT_FILE_PORT } from './receive.ts';

/** Sends a file to `netduel receive`, or as plain bytes to anything that reads them. */
export const sendCommand: CommandModule = {
  command: 'send <file>',
  describe: 'send a file to netduel receive, over any transport',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'what to send' })
      .options({
        ...PROGRAM_OPTIONS,
        host: { ...PROGRAM_OPTIONS.host, describe: 'where netduel receive listens' },
        port: { ...PROGRAM_OPTIONS.port, default: DEFAULT_FILE_PORT, describe: 'its port' },
        raw: {
          type: 'boolean',
          default: false,
          describe: 'plain bytes until the end of the stream, as nc takes them (tcp)',
        },
        rate: {
          type: 'string',
          requiresArg: true,
          default: '10mbit',
          describe: 'for transports that do not find a rate by themselves, such as udp',
        },
        json: { type: 'boolean', default: false, describe: 'the result as JSON' },
      })
      .example([
        ['$0 send photo.jpg --host 192.0.2.7', 'over TCP; goes on where an earlier attempt stopped'],
        ['$0 send photo.jpg --transport rudp', 'over the reliable layer on UDP'],
        ['$0 send photo.jpg --transport udp --rate 20mbit', 'over UDP: what gets lost is missing'],
        ['$0 send photo.jpg --raw --port 9000', "to 'nc -l 9000 > photo.jpg'"],
      ]),
  handler: async (parsed) => {
    const [{ startProgram }, { showTransfer }, { refusalOf }, { UserError }, units] = await Promise.all([
      import('./program.ts'),
      import('./transfer.ts'),
      import('../apps/file/source.ts'),
      import('../record/errors.ts'),
      import('../link/units.ts'),
    ]);
    const path = parsed['file'] as string;
    const refusal = refusalOf(path);
    if (refusal) throw new UserError(refusal);
    const rate = parsed['rate'] as string;
    let rateBps: number;
    try {
      rateBps = units.parseRate(rate);
    } catch (error) {
      throw new UserError(`--rate ${rate}: ${(error as Error).message}`);
    }
    if (rateBps < 8) throw new UserError(`--rate ${rate}: expected at least 8bit, such as 10mbit`);
    const running = await startProgram({
      program: 'send',
      params: { path, rateBps },
      transport: parsed['transport'] as string,
      host: parsed['host'] as string,
      port: parsed['port'] as number,
      ...(parsed['raw'] === true ? { unframed: 'required' as const } : {}),
    });
    await showTransfer(running, parsed['json'] === true);
  },
};
