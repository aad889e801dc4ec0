import { linuxIo } from '../io/linux/index.ts';
import { PacketSocket } from '../io/linux/packet.ts';
import { Mailbox } from '../process/mailbox.ts';
import { Direction } from './direction.ts';
import type { FromMiddlebox, ToMiddlebox } from './protocol.ts';
import { wire } from './wiring.ts';

/** Worker thread of the middlebox process: makes the lab's interfaces, then is the link between them. */
const mailbox = new Mailbox<ToMiddlebox, FromMiddlebox>();
const { loop } = linuxIo();
loop.onTurn = () => mailbox.poll();

interface Link {
  readonly up: Direction;
  readonly down: Direction;
}
let link: Link | undefined;

const opening = loop.timer(passTime);
const closing = loop.timer(passTime);

function passTime(): void {
  const now = loop.now();
  link?.up.passTime(now);
  link?.down.passTime(now);
}

function connect(clientPid: number, serverPid: number): void {
  wire(clientPid, serverPid);
  const [client, server] = [new PacketSocket(loop, 'v0'), new PacketSocket(loop, 'v1')];
  link = { up: new Direction(loop, client, server), down: new Direction(loop, server, client) };
}

function act(message: ToMiddlebox): void {
  switch (message.type) {
    case 'wire':
      connect(message.clientPid, message.serverPid);
      mailbox.send({ type: 'done' });
      // From here on this thread is the link, blocked in its loop until the process ends.
      void loop.run();
      return;
    case 'configure':
      link?.up.configure(message.profile.up, message.seed);
      // Another stream of draws for the way back: the same losses in both directions would be a strange link.
      link?.down.configure(message.profile.down, message.seed + 1);
      mailbox.send({ type: 'done' });
      return;
    case 'window':
      link?.up.window(message.open, message.close);
      link?.down.window(message.open, message.close);
      opening.arm(message.open);
      closing.arm(message.close);
      return;
    case 'account':
      if (link) mailbox.send({ type: 'account', account: { up: link.up.account(), down: link.down.account() } });
  }
}

function answer(work: () => void): void {
  try {
    work();
  } catch (error) {
    mailbox.send({ type: 'failed', reason: (error as Error).message });
  }
}

mailbox.onMessage = (message) => answer(() => act(message));
mailbox.send({ type: 'ready' });
