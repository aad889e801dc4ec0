import type { CommandModule, Options } from 'yargs';
import { flagOf, givenFlags } from '../config/flags.ts';
import { RUN_OPTIONS, type RunKey } from '../config/options.ts';

/** Those of a run that make sense here; what is measured is the command's own. */
const KEYS: readonly RunKey[] = ['transports', 'trials', 'seed', 'io', 'emulator', 'timeout', 'out', 'json'];

/** Where the defaults are not those of a run. */
const OWN_DEFAULTS: Partial<Record<RunKey, string>> = {
  transports: 'every one',
  trials: '2; 1 with --quick, 3 with --full',
};

const options = (): Record<string, Options> =>
  Object.fromEntries(
    KEYS.map((key) => {
      const option = RUN_OPTIONS[key];
      const defaultText = OWN_DEFAULTS[key];
      return [option.flag, flagOf(defaultText === undefined ? option : { ...option, defaultText })];
    }),
  );

/** Measures; the heavy modules are loaded when it is really asked to. */
export const featuresCommand: CommandModule = {
  command: 'features',
  describe: 'what is said of UDP and TCP, claim by claim, and whether it is so',
  builder: (yargs) =>
    yargs
      .options(options())
      .option('quick', { type: 'boolean', describe: 'fewer trials, shorter ones, and smaller amounts of data' })
      .option('full', { type: 'boolean', describe: 'amounts of data up to 1 GB' })
      .conflicts('quick', 'full')
      .example([
        ['$0 features', 'every transport: a few minutes'],
        ['$0 features --quick --transport tcp,udp', 'the two that the claims are about: about a minute'],
        ["$0 features --transport 'tcp,udp,rudp mode=unordered' --full", 'with an option, and up to 1 GB'],
      ]),
  handler: async (parsed) => {
    const { features } = await import('./features-run.ts');
    const extent = parsed['full'] ? 'full' : parsed['quick'] ? 'quick' : 'usual';
    process.exitCode = await features(givenFlags(parsed), extent);
  },
};
