import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lab } from '../requirements.ts';
import { completed, measure, ROOT, temporary } from './cli.ts';

let out: ReturnType<typeof temporary>;
beforeEach(() => {
  out = temporary();
});
afterEach(() => out.remove());

const telling = join(ROOT, 'test/e2e/fixtures/telling.config.ts');

interface Event {
  readonly time: number;
  readonly name: string;
  readonly data: { readonly messages?: number; readonly message?: string };
}

/** The records of a JSON text sequence. */
function read(path: string): { header: { title: string; trace: object }; events: Event[] } {
  const [, header, ...events] = readFileSync(path, 'utf8').split('\x1e');
  return { header: JSON.parse(header), events: events.map((text) => JSON.parse(text)) };
}

test('the events of every trial of a transport that tells of them are written, each end’s to a file', async () => {
  const run = join(out.path, 'runs');
  const { record } = await measure(run, [telling, '--qlog', join(out.path, 'events.qlog')], ROOT);
  const files = record.trials.flatMap((trial, i) =>
    record.cases[trial.case].transport.name === 'udp-telling'
      ? [`events-${i + 1}-client.qlog`, `events-${i + 1}-server.qlog`]
      : [],
  );
  expect(files).toHaveLength(4);
  expect(readdirSync(out.path).sort()).toEqual([...files, 'runs'].sort());
  const groups = new Set<string>();
  for (const [i, name] of files.entries()) {
    const { header, events } = read(join(out.path, name));
    const role = i % 2 === 0 ? 'client' : 'server';
    const trial = record.trials[Number(/\d+/.exec(name)?.[0]) - 1];
    expect(header.title).toBe(`udp-telling; stream rate=2mbit; loopback; trial ${trial.trial}`);
    expect(header.trace).toMatchObject({ vantage_point: { type: role } });
    const { common_fields } = header.trace as { common_fields: { group_id: string } };
    groups.add(common_fields.group_id);
    const times = events.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const names = new Set(events.map(({ name }) => name));
    expect([...names].sort()).toEqual(['loglevel:info', role === 'client' ? 'telling:sent' : 'telling:listening']);
    if (role === 'server' || trial.state !== 'completed') continue;
    const sent = events.reduce((sum, { data }) => sum + (data.messages ?? 0), 0);
    expect(sent).toBe(trial.metrics['messages_sent']);
  }
  // Both ends of a trial belong together, and no two trials do.
  expect(groups.size).toBe(2);
});

test('from inside a lab they are written where they were asked for, by whoever asked', async (context) => {
  await lab(context);
  const { record } = await measure(
    join(out.path, 'runs'),
    [telling, '--transport', 'udp-telling', '--trials', '1', '--link', 'direct', '--qlog', 'events'],
    out.path,
  );
  expect(completed(record)).toHaveLength(1);
  const files = ['events-client.sqlog', 'events-server.sqlog'];
  expect(readdirSync(out.path).sort()).toEqual([...files, 'runs']);
  for (const name of files) {
    expect(statSync(join(out.path, name)).uid).toBe(process.getuid?.());
    const notes = read(join(out.path, name)).events.flatMap(({ data }) => data.message ?? []);
    expect(notes).toEqual(['the measured window opens', 'the measured window closes']);
  }
});
