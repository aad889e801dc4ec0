import type { CommandModule } from 'yargs';
import { RUN_OPTIONS } from '../config/options.ts';
import { refuseStray } from './lab-stray.ts';

const OPTIONS = {
  link: {
    type: 'string',
    requiresArg: true,
    describe: `${RUN_OPTIONS.links.help.replace(/, 'loopback'.*/, '')}`,
  },
  server: {
    type: 'string',
    requiresArg: true,
    describe: "shell command that runs at the other end: 'iperf3 -s'",
  },
  pcap: { type: 'string', requiresArg: true, describe: 'record what crosses the link in this file, as pcapng' },
  stats: { type: 'boolean', default: false, describe: 'say at the end what the link did, on stderr' },
  json: { type: 'boolean', default: false, describe: 'say it on stdout, as a last line of JSON' },
  seed: { type: 'string', requiresArg: true, describe: 'fixes the random choices of the link [random]' },
  emulator: { type: 'string', requiresArg: true, describe: 'auto, user or kernel: what is the link [auto]' },
} as const;

/** Any program across an emulated link; the heavy modules are loaded when it is really asked to. */
export const labCommand: CommandModule = {
  command: 'lab [command..]',
  describe: 'run any command, or a shell, across an emulated link',
  builder: (yargs) =>
    yargs
      // What is unknown may belong to a command without its '--': we say so ourselves.
      .strict(false)
      .usage('$0 lab --link PROFILE [options] -- COMMAND...')
      .positional('command', { type: 'string', array: true, describe: "behind '--', with its own options [a shell]" })
      .options(OPTIONS)
      .example([
        ["$0 lab --link 'delay 20ms loss 1%' -- ping -c 10 server", 'the other end is called server'],
        ["$0 lab --link 'rate 20mbit' --server 'iperf3 -s' -- iperf3 -c server", 'programs at both ends'],
        ["$0 lab --link 'delay 100ms'", 'a shell on a slow path'],
      ]),
  handler: async (parsed) => {
    const { labRequest } = await import('./lab-request.ts');
    const { runLab } = await import('./lab-run.ts');
    refuseUnknown(parsed, process.argv);
    process.exitCode = await runLab(labRequest(parsed, behindDashes(process.argv), process.cwd()));
  },
};

/** The command word for word: what a parser makes of it is not what was typed. */
export function behindDashes(argv: readonly string[]): readonly string[] {
  const dashes = argv.indexOf('--');
  return dashes < 0 ? [] : argv.slice(dashes + 1);
}

/** @throws UserError for a command without its `--`, and for options that nobody knows */
export function refuseUnknown(parsed: Readonly<Record<string, unknown>>, argv: readonly string[]): void {
  const dashes = argv.indexOf('--');
  refuseStray(parsed, dashes < 0 ? argv : argv.slice(0, dashes), Object.keys(OPTIONS));
}
