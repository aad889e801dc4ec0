import { expect, test } from 'vitest';
import type { ChatAccount } from '../../../src/apps/chat/account.ts';
import { type ChatRules, RULES } from '../../../src/apps/chat/rules.ts';
import { ChatServer } from '../../../src/apps/chat/server.ts';
import type { Batch } from '../../../src/io/batch.ts';
import { SimLoop } from '../../../src/io/sim/loop.ts';
import type { Connection, Traits, TransportStats } from '../../../src/transports/transport.ts';
import { encodeFields } from '../../../src/wire/field.ts';
import { FieldReader } from '../../../src/wire/field-reader.ts';

const TCP: Traits = {
  ...{ reliable: true, ordered: true, framing: 'bytes', sockets: 'stream', connection: true, congestionControl: true },
};
const UDP: Traits = {
  ...{ reliable: false, ordered: false, framing: 'datagram', sockets: 'datagram' },
  ...{ connection: false, congestionControl: false },
};

/** A client as the server sees it, and what it has been sent. */
class Guest implements Connection {
  readonly local = undefined;
  readonly headroom: number;
  readonly maxMessageBytes = 100_000;
  onOpen: () => void = () => {};
  onMessages: (batch: Batch) => void = () => {};
  onWritable: () => void = () => {};
  onClose: (error?: Error) => void = () => {};
  /** Pairs of a name and a text. */
  readonly heard: [string, string][] = [];
  /** Calls of `send` that it takes: a slow reader takes none. */
  takes = Infinity;
  calls = 0;
  state: 'open' | 'closed' | 'aborted' = 'open';
  readonly #loop: SimLoop;
  readonly #reader: FieldReader;
  #sender: string | undefined;

  constructor(loop: SimLoop, headroom = 0) {
    this.#loop = loop;
    this.headroom = headroom;
    this.#reader = new FieldReader((bytes, at, length) => {
      const text = new TextDecoder().decode(bytes.slice(at, at + length));
      if (this.#sender === undefined) this.#sender = text;
      else {
        this.heard.push([this.#sender, text]);
        this.#sender = undefined;
      }
    });
  }

  send(slab: Uint8Array, offset: number, size: number, count: number): number {
    this.calls++;
    const taken = Math.min(count, this.takes);
    this.takes -= taken;
    for (let i = 0; i < taken; i++) {
      slab.fill(0xbb, offset + i * (this.headroom + size), offset + i * (this.headroom + size) + this.headroom);
      this.#reader.read(slab, offset + i * (this.headroom + size) + this.headroom, size);
    }
    return taken;
  }

  /** Bytes from it, in one read. */
  says(bytes: Uint8Array): void {
    const [offsets, lengths] = [Uint32Array.of(0), Uint32Array.of(bytes.length)];
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    if (this.state === 'open') this.onMessages({ bytes, view, offsets, lengths, count: 1, arrival: this.#loop.now() });
  }

  close(): void {
    if (this.state === 'open') this.state = 'closed';
  }

  abort(): void {
    this.state = 'aborted';
    this.#loop.timer(() => this.onClose()).arm(0);
  }

  stats(): TransportStats {
    return {};
  }

  settings(): Record<string, string> {
    return {};
  }
}

function stage(given: Partial<ChatRules> = {}, traits: Traits = TCP) {
  const loop = new SimLoop(1e9);
  const happened: string[] = [];
  const server = new ChatServer(
    loop,
    traits,
    { ...RULES, ...given },
    {
      onJoin: ({ name }, room) => happened.push(`+${room}/${name}`),
      onLeave: ({ name }, room, why) => happened.push(`-${room}/${name}${why === undefined ? '' : `: ${why}`}`),
      onRefusal: ({ name }, why) => happened.push(`!${name}: ${why}`),
      counts: () => true,
    },
  );
  const guest = (headroom?: number): Guest => {
    const made = new Guest(loop, headroom);
    server.accept(made);
    return made;
  };
  const member = (name: string, headroom?: number): Guest => {
    const made = guest(headroom);
    made.says(encodeFields(name));
    return made;
  };
  return { loop, server, happened, guest, member };
}

const QUIET = { notices: false };
const expectBalance = ({ due, handed, dropped }: ChatAccount): void => expect(due).toBe(handed + dropped);

test('a message goes to all others of the room under its sender’s name, and to nobody else', () => {
  const { loop, server, member } = stage(QUIET);
  const [ann, bob, eve, far] = [member('ann'), member('bob'), member('eve'), member('cats/ann')];
  ann.says(encodeFields('hello', 'grüße', ''));
  far.says(encodeFields('miau'));
  loop.advance(1e6);
  const expected = ['hello', 'grüße', ''].map((text) => ['ann', text]);
  expect([ann.heard, bob.heard, eve.heard, far.heard]).toEqual([[], expected, expected, []]);
  // What came together leaves together.
  expect(bob.calls).toBe(1);
  expect(server.account).toMatchObject({ taken: 4, due: 6, handed: 6, dropped: 0 });
});

test('messages of transports with headroom leave in batches of one size', () => {
  const framed: Traits = { ...TCP, framing: 'stream' };
  const { loop, member } = stage(QUIET, framed);
  const [ann, bob] = [member('ann', 4), member('bob', 4)];
  for (const text of ['one', 'two', 'three', 'sieben']) ann.says(encodeFields(text));
  loop.advance(1e6);
  expect(bob.heard.map(([, text]) => text)).toEqual(['one', 'two', 'three', 'sieben']);
  expect(bob.calls).toBe(3);
});

test('the server greets, tells who comes and goes, and says that it is over', () => {
  const { loop, server, member, happened } = stage();
  const ann = member('ann');
  const bob = member('bob');
  loop.advance(1e6);
  bob.onClose();
  loop.advance(1e6);
  let stopped = false;
  server.stop(() => {
    stopped = true;
  });
  loop.advance(1e6);
  expect(ann.heard.map(([name, text]) => `${name} ${text}`)).toEqual([
    '* welcome, ann: you are in the common room, nobody else is here yet',
    ...['* bob has joined', '* bob has left', '* the chat is over'],
  ]);
  expect(bob.heard[0]).toEqual(['*', 'welcome, bob: you are in the common room, 1 other is here']);
  expect([ann.state, stopped]).toEqual(['closed', false]);
  ann.onClose();
  expect(stopped).toBe(true);
  expect(happened).toEqual(['+/ann', '+/bob', '-/bob', '-/ann: the chat is over']);
});

test('one that does not go when asked to is cut off', () => {
  const { loop, server, member } = stage();
  const ann = member('ann');
  let stopped = false;
  server.stop(() => {
    stopped = true;
  });
  loop.advance(5e9);
  expect([ann.state, stopped]).toEqual(['aborted', true]);
});

test.each([
  ['no number', 'hello you all', /"hello you " is not a number/],
  ['a negative length', '-5        x', /is negative/],
  ['10^9 bytes', '1000000000', /1000000000 bytes was announced; at most 16384/],
  ['no UTF-8', '2         \xc3A', /the text is no UTF-8: byte 0 of 2/],
])('who sends %s is told so and shown out; the others go on', (_, bytes, why) => {
  const { loop, member, happened } = stage();
  const [ann, bad, bob] = [member('ann'), member('bad'), member('bob')];
  bad.says(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
  bad.says(encodeFields('more'));
  ann.says(encodeFields('still here'));
  loop.advance(1e6);
  expect(bad.state).toBe('closed');
  expect(bad.heard.at(-1)?.[1]).toMatch(/^refused: /);
  expect(happened.at(-1)).toMatch(why);
  expect(bob.heard).toContainEqual(['ann', 'still here']);
  expect(bob.heard.filter(([name]) => name === 'bad')).toEqual([]);
});

test.each([
  ['ann', /the name 'ann' is taken/],
  ['', /names nobody/],
  ['cats/', /names nobody/],
  ['*', /is the server's own/],
  ['a\x1b[2Jb', /control characters/],
  ['x'.repeat(129), /129 bytes was announced; at most 128/],
])('the name %j is refused', (name, why) => {
  const { member, happened } = stage();
  member('ann');
  const second = member(name);
  expect(second.state).toBe('closed');
  expect(second.heard[0]?.[1]).toMatch(why);
  expect(happened.at(-1)).toMatch(why);
});

test('who never says a name, or says it byte by byte, has so much time for it', () => {
  const { loop, guest, member, happened } = stage({ nameSeconds: 10 });
  const silent = guest();
  const slow = guest();
  const bytes = encodeFields('a rather long name for one');
  for (let i = 0; i < 15; i++) {
    loop.advance(1e9);
    slow.says(bytes.subarray(i, i + 1));
  }
  expect([silent.state, slow.state]).not.toContain('open');
  expect(happened).toEqual(['!: no name within 10 s', '!: no name within 10 s']);
  // A name that came in time stays, however slow its messages are.
  const ann = member('ann');
  const message = encodeFields('slowly');
  const bob = member('bob');
  for (let i = 0; i < message.length; i++) {
    loop.advance(1e9);
    ann.says(message.subarray(i, i + 1));
  }
  loop.advance(1e6);
  expect(bob.heard.at(-1)).toEqual(['ann', 'slowly']);
});

test('one that goes in the middle of a message is told of, and nothing of it is delivered', () => {
  const { loop, member, happened } = stage(QUIET);
  const [ann, bob] = [member('ann'), member('bob')];
  ann.says(encodeFields('cut off').subarray(0, 13));
  ann.onClose();
  loop.advance(1e6);
  expect(bob.heard).toEqual([]);
  expect(happened.at(-1)).toBe('-/ann: the field was cut: 13 bytes of 17 came');
});

test('a slow reader misses the oldest messages, and nobody waits for it', () => {
  const { loop, server, member } = stage({ ...QUIET, queue: 5 });
  const [ann, slow, bob] = [member('ann'), member('slow'), member('bob')];
  slow.takes = 2;
  for (let i = 0; i < 20; i++) {
    ann.says(encodeFields(`message ${i}`));
    loop.advance(1e6);
    expect(bob.heard).toHaveLength(i + 1);
  }
  slow.takes = Infinity;
  slow.onWritable();
  ann.says(encodeFields('message 20'));
  loop.advance(1e6);
  const got = slow.heard.map(([, text]) => Number(text.slice(8)));
  expect(got).toEqual([0, 1, 15, 16, 17, 18, 19, 20]);
  expect(server.account).toMatchObject({ taken: 21, due: 42, handed: 21 + 8, dropped: 13, disconnected: 0 });
});

test('or is shown out, where the policy says so, with what it has not been sent', () => {
  const { loop, server, member, happened } = stage({ ...QUIET, queue: 5, policy: 'disconnect' });
  const [ann, slow, bob] = [member('ann'), member('slow'), member('bob')];
  slow.takes = 2;
  for (let i = 0; i < 20; i++) {
    ann.says(encodeFields(`message ${i}`));
    loop.advance(1e6);
  }
  expect(slow.state).not.toBe('open');
  expect(bob.heard).toHaveLength(20);
  expect(happened.at(-1)).toBe('-/slow: it was 5 messages behind the room');
  expect(server.account).toMatchObject({ taken: 20, handed: 22, disconnected: 1 });
  expectBalance(server.account);
});

test('a flood is handed on whole, to those who keep up and to those who do not', () => {
  const { loop, server, member } = stage({ ...QUIET, queue: 100_000 });
  const [ann, bob, eve] = [member('ann'), member('bob'), member('eve')];
  const texts = Array.from({ length: 5000 }, (_, i) => `${i} ${'x'.repeat(i % 300)}`);
  eve.takes = 0;
  for (let i = 0; i < texts.length; i += 100) {
    ann.says(encodeFields(...texts.slice(i, i + 100)));
    bob.says(encodeFields(`bob ${i}`));
    loop.advance(1e6);
  }
  expect(bob.heard.map(([, text]) => text)).toEqual(texts);
  expect(eve.heard).toEqual([]);
  eve.takes = Infinity;
  eve.onWritable();
  expect(eve.heard.filter(([name]) => name === 'ann').map(([, text]) => text)).toEqual(texts);
  expect(eve.heard).toHaveLength(5050);
  expectBalance(server.account);
});

test('there is room for so many, and one more is refused', () => {
  const { member, happened, loop, guest } = stage({ clients: 2 });
  member('ann');
  member('bob');
  expect(guest().state).toBe('closed');
  expect(happened.at(-1)).toBe('!: there is room for 2 clients, and as many are here');
  loop.advance(5e9);
});

test('on datagrams the name says that one is still there, an empty field that one leaves, and silence ends it', () => {
  const { loop, member, happened } = stage({ idleSeconds: 30 }, UDP);
  const [ann, bob, eve] = [member('ann'), member('bob'), member('eve')];
  for (let i = 0; i < 4; i++) {
    loop.advance(10e9);
    ann.says(encodeFields('ann'));
    // What is no field is refused alone: whoever sent it may not have been the member.
    bob.says(Uint8Array.of(1, 2, 3));
  }
  expect(happened.at(-1)).toMatch(/is not a number/);
  expect(happened.filter((what) => what.startsWith('-'))).toEqual([
    '-/eve: nothing was heard of it for 30 s; say the name again to come back',
  ]);
  expect(ann.heard.filter(([, text]) => text.startsWith('welcome'))).toHaveLength(5);
  expect(bob.heard.filter(([name]) => name === 'ann')).toEqual([]);
  bob.says(encodeFields(''));
  expect(happened.at(-1)).toBe('-/bob');
  expect([ann.state, bob.state, eve.state]).toEqual(['open', 'closed', 'aborted']);
});
