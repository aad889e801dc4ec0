import { workerData } from 'node:worker_threads';
import { linuxIo } from '../../io/linux/index.ts';
import { preferThread } from '../../io/linux/libc.ts';
import { Mailbox } from '../../process/mailbox.ts';
import type { ThreadData } from '../../process/thread.ts';
import { Capture } from '../capture.ts';
import { Direction } from './direction.ts';
import type { CarrierSpec, DirectionName, FromCarrier, ToCarrier } from './protocol.ts';

/** Of the 50 us by which a sleeping thread wakes up late; more would take too much of a small machine's processors. */
const SPIN_NS = 20e3;

/** Worker thread that carries the frames of one direction, or of both, blocked in its loop until its process ends. */
const { directions: names, capture: wanted } = (workerData as ThreadData<CarrierSpec>).given;
const mailbox = new Mailbox<ToCarrier, FromCarrier>();
const { loop } = linuxIo();
// A link that is late because somebody else computes is no link.
const realTime = preferThread();
loop.spinNs = SPIN_NS;

/** The middlebox's interfaces, by the direction that starts there, and the end that they lead to. */
const STARTS = {
  up: { near: 'v0', far: 'v1', end: 'client' },
  down: { near: 'v1', far: 'v0', end: 'server' },
} as const;

const directions = new Map<DirectionName, Direction>(
  names.map((name) => [name, new Direction(loop, STARTS[name].near, STARTS[name].far)]),
);
const capture = wanted && new Capture(loop, wanted.path, wanted.about);
if (capture) {
  for (const [name, direction] of directions) direction.record((frames) => capture.tap(STARTS[name].end, frames));
}

function act(message: ToCarrier): FromCarrier | undefined {
  switch (message.type) {
    case 'configure':
      // Another stream of draws for the way back: the same losses in both directions would be a strange link.
      directions.get('up')?.configure(message.profile.up, message.seed);
      directions.get('down')?.configure(message.profile.down, message.seed + 1);
      return { type: 'done' };
    case 'window':
      for (const direction of directions.values()) direction.window(message.open, message.close);
      return undefined;
    case 'account': {
      const accounts = [...directions].map(([name, direction]) => [name, direction.account()] as const);
      return { type: 'account', account: Object.fromEntries(accounts) };
    }
    case 'close':
      capture?.close();
      return { type: 'done' };
  }
}

mailbox.onMessage = (message) => {
  try {
    const answer = act(message);
    if (answer) mailbox.send(answer);
  } catch (error) {
    mailbox.send({ type: 'failed', reason: (error as Error).message });
  }
};
loop.onTurn = () => mailbox.poll();
mailbox.send({ type: 'ready', realTime });
void loop.run();
