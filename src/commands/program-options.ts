import type { Options } from 'yargs';

/** What all programs for people take on the command line. */
export const PROGRAM_OPTIONS: Readonly<Record<'transport' | 'host' | 'port', Options>> = {
  transport: {
    type: 'string',
    requiresArg: true,
    default: 'tcp',
    describe: "what carries it, with options behind its name: 'rudp mode=unordered'",
  },
  host: {
    type: 'string',
    requiresArg: true,
    default: '127.0.0.1',
    describe: 'address to listen at, or to connect to; 0.0.0.0 listens to everybody',
  },
  port: { type: 'number', requiresArg: true, describe: 'port; 0 picks a free one' },
};
