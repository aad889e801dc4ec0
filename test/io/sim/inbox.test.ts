import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArrivalBatch, BATCH_LENGTH, Inbox } from '../../../src/io/sim/inbox.ts';

const peers = [0, 1, 2].map((i) => ({ host: `10.0.0.${i}`, port: 1 }));

test('batches are the runs of one peer, 64 at most, with the bytes that came in', () => {
  const arrival = fc.record({
    peer: fc.constantFrom(0, 0, 0, 0, 1, 2),
    sizes: fc.array(fc.oneof(fc.nat(20), fc.nat(3000)), { maxLength: 90 }),
  });
  const inbox = new Inbox();
  const batch = new ArrivalBatch();
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 6 }), (arrivals) => {
      const sent = arrivals.flatMap(({ peer, sizes }) => sizes.map((size) => ({ peer, size })));
      const memory = new Uint8Array(3010);
      for (const [i, { peer, size }] of sent.entries()) {
        memory.fill(i & 255);
        inbox.add(memory, 5, size, peers[peer]);
      }
      expect(inbox.count).toBe(sent.length);
      expect(inbox.used).toBe(sent.reduce((sum, { size }) => sum + size, 0));
      let at = 0;
      while (at < inbox.count) {
        const first = at;
        at = inbox.gather(batch, first, 77);
        let run = 1;
        while (run < BATCH_LENGTH && sent[first + run]?.peer === sent[first].peer) run++;
        expect([batch.count, at, batch.arrival]).toEqual([run, first + run, 77]);
        expect(inbox.peer(at - 1)).toBe(peers[sent[first].peer]);
        expect(batch.view.buffer).toBe(batch.bytes.buffer);
        for (let i = 0; i < batch.count; i++) {
          expect(batch.lengths[i]).toBe(sent[first + i].size);
          const bytes = batch.bytes.subarray(batch.offsets[i], batch.offsets[i] + batch.lengths[i]);
          expect(bytes.every((byte) => byte === ((first + i) & 255))).toBe(true);
        }
      }
      // Used again for the next.
      inbox.clear();
      expect([inbox.count, inbox.used]).toEqual([0, 0]);
    }),
    { numRuns: 40 },
  );
});
