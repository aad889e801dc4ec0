import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { QlogFile } from '../../src/endpoint/qlog.ts';

const real = vi.hoisted(() => ({ writeSync: (() => 0) as typeof writeSync }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  real.writeSync = fs.writeSync;
  return { ...fs, writeSync: vi.fn(fs.writeSync) };
});

const folder = mkdtempSync(join(tmpdir(), 'netduel-qlog-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.mocked(writeSync).mockReset().mockImplementation(real.writeSync));

let made = 0;
function open(): { log: QlogFile; path: string } {
  const path = join(folder, `${made++}.sqlog`);
  return { log: new QlogFile({ path, title: 'a title', group: 'run/1' }, 'server', new Date(0)), path };
}

/** As RFC 7464 has it: every text stands behind a record separator and ends with a line feed. */
function textsIn(path: string): unknown[] {
  const [before, ...texts] = readFileSync(path, 'utf8').split('\x1e');
  expect(before).toBe('');
  return texts.map((text) => {
    expect(text.at(-1)).toBe('\n');
    return JSON.parse(text);
  });
}

test('the header says what the file is, to tools of the draft and to those of qlog 0.3', () => {
  const { log, path } = open();
  log.close();
  expect(log.failure).toBeUndefined();
  expect(textsIn(path)).toEqual([
    {
      file_schema: 'urn:ietf:params:qlog:file:sequential',
      serialization_format: 'application/qlog+json-seq',
      qlog_version: '0.3',
      qlog_format: 'JSON-SEQ',
      title: 'a title',
      trace: {
        vantage_point: { name: 'netduel server', type: 'server' },
        common_fields: {
          group_id: 'run/1',
          time_format: 'relative_to_epoch',
          reference_time: { clock_type: 'monotonic', epoch: 'unknown', wall_clock_time: '1970-01-01T00:00:00.000Z' },
        },
        event_schemas: [expect.stringMatching(/^urn:ietf:params:qlog:events:/), expect.any(String)],
      },
    },
  ]);
});

test('events are written in milliseconds, to the nanosecond after a month without a restart', () => {
  const { log, path } = open();
  const month = 30 * 86_400e9;
  log.event(month + 1_234_567, 'transport:packet_sent', { header: { packet_number: 3 } });
  log.close();
  expect(textsIn(path).slice(1)).toEqual([
    { time: (month + 1_234_567) / 1e6, name: 'transport:packet_sent', data: { header: { packet_number: 3 } } },
  ]);
  expect(readFileSync(path, 'utf8')).toContain('"time":2592000001.234567,');
});

test('whatever the data, and however little the system takes at once, all of it can be read again', () => {
  const data = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(fc.array(data, { maxLength: 20 }), fc.integer({ min: 1, max: 50 }), (events, atOnce) => {
      vi.mocked(writeSync).mockImplementation((...given: unknown[]) => {
        const [file, bytes, at] = given as [number, Uint8Array, number];
        return real.writeSync(file, bytes, at, Math.min(atOnce, bytes.length - at));
      });
      const { log, path } = open();
      const meant = events.map((data) => JSON.parse(JSON.stringify(data)));
      for (const [i, data] of events.entries()) {
        log.event(i, 'own:event', data);
        // Held by nobody: the caller may reuse it.
        for (const key of Object.keys(data)) delete data[key];
        if (i % 7 === 0) log.flush();
      }
      const flushed = readFileSync(path, 'utf8').split('\x1e').length - 1;
      expect(flushed).toBe(events.length === 0 ? 0 : 2 + 7 * Math.floor((events.length - 1) / 7));
      log.close();
      expect(log.failure).toBeUndefined();
      expect(textsIn(path).slice(1)).toEqual(meant.map((data, i) => ({ time: i / 1e6, name: 'own:event', data })));
    }),
    { numRuns: 50 },
  );
});

test('nothing is written before there are 64 KiB of it, or somebody asks', () => {
  const { log, path } = open();
  const event = () => log.event(1, 'own:event', { text: 'x'.repeat(1000) });
  for (let i = 0; i < 50; i++) event();
  expect(statSync(path).size).toBe(0);
  for (let i = 0; i < 50; i++) event();
  expect(statSync(path).size).toBeGreaterThanOrEqual(64 << 10);
  expect(statSync(path).size).toBeLessThan(70 << 10);
  log.flush();
  expect(textsIn(path)).toHaveLength(101);
  log.close();
});

test('times do not go back', () => {
  const { log, path } = open();
  for (const time of [5e6, 3e6, 7e6]) log.event(time, 'own:event', {});
  log.close();
  expect(textsIn(path).slice(1)).toMatchObject([{ time: 5 }, { time: 5 }, { time: 7 }]);
});

test('a file that exists is left as it is', () => {
  const path = join(folder, 'mine.sqlog');
  writeFileSync(path, 'mine');
  expect(() => new QlogFile({ path, title: '', group: '' }, 'client', new Date())).toThrow(/EEXIST.*mine\.sqlog/);
  expect(readFileSync(path, 'utf8')).toBe('mine');
});

test('a full disk is told at the end, not to those who log', () => {
  const { log, path } = open();
  vi.mocked(writeSync).mockImplementation(() => {
    throw new Error('ENOSPC: no space left on device, write');
  });
  log.event(1, 'own:event', {});
  log.flush();
  log.event(2, 'own:event', {});
  log.close();
  expect(log.failure?.message).toBe(`${path} cannot be written: ENOSPC: no space left on device, write`);
});

test('data that JSON cannot hold is a failure too', () => {
  const { log, path } = open();
  log.event(1, 'own:event', { number: 1n });
  log.event(2, 'own:event', {});
  log.close();
  expect(log.failure?.message).toContain('BigInt');
  expect(textsIn(path)).toHaveLength(1);
});

test('what comes after the end is left out', () => {
  const { log, path } = open();
  log.event(1, 'own:event', {});
  log.close();
  log.event(2, 'own:event', {});
  log.flush();
  log.close();
  expect(log.failure).toBeUndefined();
  expect(textsIn(path)).toHaveLength(2);
});
