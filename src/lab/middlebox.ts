import { Mailbox } from '../process/mailbox.ts';
import { Emulator } from './emulator/emulator.ts';
import { KernelLink } from './kernel/index.ts';
import type { Link } from './link.ts';
import type { FromMiddlebox, ToMiddlebox, WireMessage } from './protocol.ts';
import { wire } from './wiring.ts';

/** Worker thread of the middlebox process: makes the lab's interfaces and the link between them, and speaks for both. */
const mailbox = new Mailbox<ToMiddlebox, FromMiddlebox>();
let link: Link | undefined;

async function connect({ clientPid, serverPid, emulator, capture }: WireMessage): Promise<void> {
  wire(clientPid, serverPid);
  link = emulator === 'kernel' ? new KernelLink() : await Emulator.open(capture);
}

async function act(message: ToMiddlebox): Promise<FromMiddlebox | undefined> {
  switch (message.type) {
    case 'wire':
      await connect(message);
      return { type: 'wired', ...(link?.realTime === undefined ? {} : { realTime: link.realTime }) };
    case 'configure':
      await link?.configure(message.profile, message.seed);
      return { type: 'done' };
    case 'window':
      link?.window(message.open, message.close);
      return undefined;
    case 'account':
      return link && { type: 'account', account: await link.account() };
    case 'close':
      await link?.close();
      return { type: 'done' };
  }
}

/** One after the other, in the order in which they come. */
let before: Promise<void> = Promise.resolve();
mailbox.onMessage = (message) => {
  before = before.then(async () => {
    try {
      const answer = await act(message);
      if (answer) mailbox.send(answer);
    } catch (error) {
      mailbox.send({ type: 'failed', reason: (error as Error).message });
    }
  });
};
mailbox.send({ type: 'ready' });
