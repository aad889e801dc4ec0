import { pathToFileURL } from 'node:url';
import { Thread } from './thread.ts';

/** Main thread of a child process: relays between the parent's channel and the worker thread named on the command line. */
const thread = new Thread<object, object>(pathToFileURL(process.argv[2] as string));

thread.onMessage = (message) => process.send?.(message);
thread.onError = (error) => {
  // The message comes last, since the last line is what the parent quotes.
  const [stack, message] = error instanceof Error ? [error.stack ?? '', error.message] : ['', String(error)];
  process.stderr.write(`${stack}\n${message.split('\n')[0]}\n`, () => process.exit(70));
};
thread.onExit = (code) => process.exit(code);
process.on('message', (message: object) => thread.send(message));
// The parent is gone, be it by kill -9: so are we, and with us our namespaces.
process.on('disconnect', () => process.exit(0));
// Ctrl-C and Ctrl-\ reach the whole process group; only the parent decides what they mean.
for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => {});
