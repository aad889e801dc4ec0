/**
 * `npm run bench:raw -- --help`: how fast one flow goes where nothing holds it back, and what a gigabyte costs at both ends, beside tcp: on loopback, and through
 * the lab without impairment, where the emulator is a third program on the same processors. Rounds are pairs.
 */
import type { CompletedTrial } from '../src/record/schema.ts';
import { formatBitRate, formatFactor, formatSeconds } from '../src/record/units.ts';
import { median } from '../src/stats/quantile.ts';
import { groupBy, markdownTable, spread, tally, upTo } from './figures.ts';
import { type Cell, JOURNAL_OPTIONS, type Job, openJournal, runJobs } from './journal.ts';
import { netduelRun } from './netduel.ts';
import { list, numbers, positive, readOptions } from './options.ts';

const BESIDE = 'tcp';
/** Of a trial beside its window: warm-up and drain. */
const OVERHEAD_SECONDS = 1.5;
const START_SECONDS = 4;

interface RawCell extends Cell {
  readonly link: string;
  readonly size: number;
  readonly transport: string;
  readonly round: number;
  readonly bps: number;
  /** Processor seconds per 1e9 bytes of payload. */
  readonly client: number;
  readonly server: number;
  readonly flags: readonly string[];
}

const options = readOptions('One flow as fast as it goes.', {
  loopback: { value: 'tcp,rudp,rudp mtu=65535', help: 'transports on loopback, whose packets may have 65,536 bytes' },
  direct: { value: 'tcp,rudp', help: 'transports through the lab' },
  size: { value: '1400,65536', help: 'bytes of a message' },
  seconds: { value: '3', help: 'length of a window' },
  rounds: { value: '5', help: 'repetitions' },
  ...JOURNAL_OPTIONS,
});
const journal = openJournal<RawCell>('raw', options);
const seconds = positive(options.seconds);

interface Place {
  readonly link: 'loopback' | 'direct';
  readonly transports: readonly string[];
}

const places = (['loopback', 'direct'] as const).map((link): Place => ({ link, transports: list(options[link]) }));
const sizes = numbers(options.size);

const keyOf = (link: string, size: number, transport: string, round: number): string =>
  `${transport}; ${size} B; ${link}; ${seconds} s; round ${round}`;

/** All of a place in one run: its cells alternate. */
function jobOf({ link, transports }: Place, round: number): Job[] {
  if (sizes.every((size) => transports.every((name) => journal.has(keyOf(link, size, name, round))))) return [];
  const run = async (): Promise<string> => {
    const scenarios = sizes.map((size) => `stream size=${size} rate=max`).join(',');
    const what = ['--transport', transports.join(','), '--scenario', scenarios, '--link', link];
    const { cases, trials } = await netduelRun([
      ...what,
      ...['--trials', '1', '--duration', `${seconds}s`, '--seed', String(round), '--io', 'linux'],
    ]);
    const said = trials.map((trial) => {
      const { transport, scenario } = cases[trial.case];
      const size = Number(scenario.params['size']);
      if (trial.state !== 'completed') return `${transport.label} ${trial.reason}`;
      const key = keyOf(link, size, transport.label, round);
      const figures = figuresOf(trial);
      journal.add({ key, link, size, transport: transport.label, round, ...figures });
      return `${transport.label}, ${size} B: ${formatBitRate(figures.bps)}`;
    });
    return said.join('; ');
  };
  const planned = START_SECONDS + sizes.length * transports.length * (seconds + OVERHEAD_SECONDS);
  return [{ label: `${link}, round ${round}`, seconds: planned, run }];
}

function figuresOf({
  metrics,
  flags,
  effective,
}: CompletedTrial): Pick<RawCell, 'bps' | 'client' | 'server' | 'flags'> {
  const bps = metrics['goodput_bps'];
  const gigabytes = (bps * effective.windowSeconds) / 8e9;
  const names = flags.map(({ name }) => name);
  return {
    bps,
    client: metrics['cpu_client_s'] / gigabytes,
    server: metrics['cpu_server_s'] / gigabytes,
    flags: names,
  };
}

const rounds = upTo(positive(options.rounds));
if (!options['report-only']) await runJobs(rounds.flatMap((round) => places.flatMap((place) => jobOf(place, round))));

const cost = ({ client, server }: RawCell): number => client + server;

/** Of pairs of the same round. */
function against(cells: readonly RawCell[], all: readonly RawCell[], figure: (cell: RawCell) => number): string {
  const ratios = cells.flatMap((cell) => {
    const other = all.find(({ transport, round }) => transport === BESIDE && round === cell.round);
    return other ? figure(cell) / figure(other) : [];
  });
  return spread(ratios, formatFactor);
}

const cells = journal.select(
  places.flatMap(({ link, transports }) =>
    sizes.flatMap((size) => transports.flatMap((name) => rounds.map((round) => keyOf(link, size, name, round)))),
  ),
);
const rows = groupBy(cells, ({ link, size }) => `${link} ${size}`)
  .sort(([a], [b]) => b.link.localeCompare(a.link) || a.size - b.size)
  .flatMap((group) =>
    groupBy(group, ({ transport }) => transport).map((own) => [
      `${own[0].link}, ${own[0].size} B`,
      own[0].transport,
      formatBitRate(median(own.map(({ bps }) => bps))),
      against(own, group, ({ bps }) => bps),
      formatSeconds(median(own.map(({ client }) => client))),
      formatSeconds(median(own.map(({ server }) => server))),
      against(own, group, cost),
    ]),
  );
const head = [
  'path, messages',
  'transport',
  'goodput',
  `/ ${BESIDE}`,
  'CPU per GB, client',
  'server',
  `both / ${BESIDE}`,
];
process.stdout.write(markdownTable(head, rows));
const flags = tally(cells.flatMap((cell) => cell.flags));
if (flags) process.stdout.write(`\nFlags of trials: ${flags}.\n`);
