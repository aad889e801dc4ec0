import type { CommandModule } from 'yargs';
import { givenFlags, yargsOptions } from '../config/flags.ts';

/** Measures; the heavy modules are loaded when it is really asked to. */
export const runCommand: CommandModule = {
  command: 'run [config]',
  describe: 'run a benchmark suite and write its report',
  builder: (yargs) =>
    yargs
      .positional('config', { type: 'string', describe: 'configuration file [bench.config.ts where it exists]' })
      .options(yargsOptions())
      .example([
        ["$0 run --link 'delay 10ms loss 1% rate 50mbit'", 'TCP against UDP on a lossy path'],
        [
          "$0 run --transport 'tcp cc=cubic,tcp cc=bbr' --link 'delay 20ms loss gemodel 1% 25% rate 100mbit'",
          'two of TCP',
        ],
        [
          "$0 run --scenario 'stream size=64 rate=2mbit' --trials 5 --json",
          'small datagrams at a rate; the record on stdout',
        ],
      ]),
  handler: async (parsed) => {
    const { run } = await import('./run-suite.ts');
    process.exitCode = await run(givenFlags(parsed), parsed['config'] as string | undefined);
  },
};
