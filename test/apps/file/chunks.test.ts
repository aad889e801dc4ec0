import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ChunkReceiver } from '../../../src/apps/file/chunk-receiver.ts';
import { ChunkSender } from '../../../src/apps/file/chunk-sender.ts';
import { FileSink, scratchFile } from '../../../src/apps/file/sink.ts';
import { FileSource } from '../../../src/apps/file/source.ts';
import type { Batch } from '../../../src/io/batch.ts';
import type { Connection } from '../../../src/transports/transport.ts';

const path = join(tmpdir(), `netduel-chunks-${process.pid}`);
afterAll(() => rmSync(path, { force: true }));

/** A connection that keeps what it is given, and takes `most` messages at a time. */
function recorder(headroom: number, most: number): { connection: Connection; messages: Uint8Array[] } {
  const messages: Uint8Array[] = [];
  const send = (slab: Uint8Array, offset: number, size: number, count: number): number => {
    const taken = Math.min(count, most);
    for (let i = 0; i < taken; i++) {
      const at = offset + i * (headroom + size) + headroom;
      messages.push(slab.slice(at, at + size));
    }
    return taken;
  };
  return { connection: { headroom, send } as unknown as Connection, messages };
}

function batchOf(messages: readonly Uint8Array[], arrival: number): Batch {
  const bytes = new Uint8Array(Buffer.concat(messages));
  const lengths = Uint32Array.from(messages, ({ length }) => length);
  let at = 0;
  const offsets = Uint32Array.from(lengths, (length) => {
    at += length;
    return at - length;
  });
  return { bytes, view: new DataView(bytes.buffer), offsets, lengths, count: messages.length, arrival };
}

function sendAll(connection: Connection, cut: ConstructorParameters<typeof ChunkSender>[2]): void {
  const source = new FileSource(path);
  const sender = new ChunkSender(connection, source, cut);
  while (sender.left > 0) sender.sendDue(5, 0);
  source.close();
}

test('what arrives stands where it belongs, and what does not is listed, whatever is lost, doubled and out of order', () => {
  const transfers = fc
    .record({
      content: fc.uint8Array({ minLength: 1, maxLength: 3000 }),
      payload: fc.integer({ min: 1, max: 400 }),
      headroom: fc.constantFrom(0, 4, 13),
      most: fc.integer({ min: 1, max: 7 }),
      start: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .chain((given) => {
      const from = Math.floor(given.start * given.content.length);
      const chunks = Math.ceil((given.content.length - from) / given.payload);
      const order = fc.array(fc.integer({ min: 0, max: Math.max(0, chunks - 1) }), { maxLength: 2 * chunks });
      return fc.record({ given: fc.constant({ ...given, from, chunks }), order });
    });
  fc.assert(
    fc.property(transfers, ({ given: { content, payload, headroom, most, from, chunks }, order }) => {
      writeFileSync(path, content);
      const cut = { id: 9, bytes: content.length, from, messageBytes: payload + 20 };
      const { connection, messages } = recorder(headroom, most);
      sendAll(connection, cut);
      expect(messages.length).toBe(chunks);
      const sink = new FileSink(scratchFile(content.length));
      const receiver = new ChunkReceiver(sink, cut);
      if (order.length > 0)
        receiver.take(
          batchOf(
            order.map((i) => messages[i]),
            7,
          ),
        );
      sink.flush();
      const expected = new Uint8Array(content.length);
      const there = new Set(order);
      for (const i of there) {
        const at = from + i * payload;
        expected.set(content.subarray(at, Math.min(at + payload, content.length)), at);
      }
      const got = Buffer.alloc(content.length);
      readFileSync(sink.fd).copy(got);
      sink.close();
      expect(got.equals(expected)).toBe(true);
      const missing = [...receiver.holes()].reduce((sum, { bytes }) => sum + bytes, 0);
      expect(receiver.bytes + missing).toBe(content.length - from);
      expect(receiver.whole).toBe(there.size === chunks);
      expect(receiver.account()).toMatchObject({
        sent: chunks,
        lost: chunks - there.size,
        duplicates: order.length - there.size,
      });
    }),
    { numRuns: 300 },
  );
});

test('messages of others, and cut ones, are strays', () => {
  writeFileSync(path, 'abcdefghij');
  const { connection, messages } = recorder(0, 9);
  sendAll(connection, { id: 9, bytes: 10, from: 0, messageBytes: 24 });
  const sink = new FileSink(scratchFile(10));
  const receiver = new ChunkReceiver(sink, { id: 8, bytes: 10, from: 0, messageBytes: 24 });
  receiver.take(batchOf([...messages, new Uint8Array(3), new Uint8Array(0)], 1));
  sink.close();
  expect([receiver.strays, receiver.bytes]).toEqual([5, 0]);
  expect([...receiver.holes()]).toEqual([{ at: 0, bytes: 10 }]);
});
