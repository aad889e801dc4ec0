import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Main thread of a child process: relays between the parent's channel and the worker thread named on the command line.
 * The worker may be blocked in its loop, so `mail` is raised for it whenever a message waits.
 */
const mail = new Int32Array(new SharedArrayBuffer(4));
const worker = new Worker(pathToFileURL(process.argv[2] as string), { workerData: { mail } });

worker.on('message', (message) => process.send?.(message));
worker.on('error', (error) => {
  // The message comes last, since the last line is what the parent quotes.
  const [stack, message] = error instanceof Error ? [error.stack ?? '', error.message] : ['', String(error)];
  process.stderr.write(`${stack}\n${message.split('\n')[0]}\n`, () => process.exit(70));
});
worker.on('exit', (code) => process.exit(code));
process.on('message', (message) => {
  worker.postMessage(message);
  Atomics.store(mail, 0, 1);
});
// The parent is gone, be it by kill -9: so are we, and with us our namespaces.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; only the parent decides what it means.
process.on('SIGINT', () => {});
