import CliTable from 'cli-table3';
import { formatProfile } from '../link/format.ts';
import type { Profile } from '../link/profile.ts';
import type { DirectionAccount, LinkAccount } from '../record/schema.ts';
import { formatBytes, formatCount, formatRatio, formatSeconds } from '../record/units.ts';
import type { LabRequest } from './lab-request.ts';

interface Row {
  readonly head: string;
  readonly cell: (account: DirectionAccount) => string;
  /** Left out where both directions have none. */
  readonly count?: (account: DirectionAccount) => number;
}

/** A count, and its share of what entered. */
const share = (head: string, count: (account: DirectionAccount) => number, always = false): Row => ({
  head,
  cell: (account) => {
    const packets = count(account);
    return packets === 0 ? '0' : `${formatCount(packets)} (${formatRatio(packets / Math.max(1, account.packetsIn))})`;
  },
  ...(always ? {} : { count }),
});

const rare = (head: string, count: (account: DirectionAccount) => number): Row => ({
  head,
  cell: (account) => formatCount(count(account)),
  count,
});

const ROWS: readonly Row[] = [
  { head: 'entered', cell: ({ packetsIn, bytesIn }) => `${formatCount(packetsIn)} (${formatBytes(bytesIn)})` },
  { head: 'left', cell: ({ packetsOut, bytesOut }) => `${formatCount(packetsOut)} (${formatBytes(bytesOut)})` },
  share('lost: loss model', ({ lost }) => lost, true),
  share('lost: outage', ({ outage }) => outage),
  share('dropped: queue full', ({ queueDropped }) => queueDropped, true),
  share('dropped: AQM', ({ aqmDropped }) => aqmDropped),
  share('duplicated', ({ duplicated }) => duplicated),
  share('corrupted', ({ corrupted }) => corrupted),
  share('marked CE', ({ ecnMarked }) => ecnMarked),
  share('reordered', ({ reordered }) => reordered),
  rare('still on the link', ({ held }) => held),
  rare('overrun: not read in time', ({ overrun }) => overrun),
  rare('refused by the kernel', ({ sendErrors }) => sendErrors),
  rare('larger than the MTU', ({ oversize }) => oversize),
  {
    head: 'left late by: p50, p99, max',
    cell: ({ lateness }) => (lateness ? [lateness.p50, lateness.p99, lateness.max].map(formatSeconds).join(', ') : '-'),
  },
];

/** What the link did in both directions, for a terminal. */
export function statsTable({ up, down }: LinkAccount): string {
  const grid = new CliTable({
    head: ['link', 'up', 'down'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right'],
    // No lines between rows.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const { head, cell, count } of ROWS) {
    if (!count || count(up) + count(down) > 0) grid.push([head, cell(up), cell(down)]);
  }
  return grid.toString();
}

export interface LabOutcome {
  readonly request: LabRequest;
  readonly emulator: string;
  /** The effective one. */
  readonly profile: Profile;
  readonly status: number;
  /** Undefined: there was none, or it was ended by us. */
  readonly serverStatus: number | undefined;
  readonly account: LinkAccount;
}

/** One line: what was run over which link, how it ended, and the account as in a run's record. */
export function statsJson({ request, emulator, profile, status, serverStatus, account }: LabOutcome): string {
  const { link, seed, command, server } = request;
  return JSON.stringify({
    link: link.label,
    profile: formatProfile(profile),
    seed,
    emulator,
    command,
    status,
    ...(server === undefined ? {} : { server: { command: server, status: serverStatus ?? null } }),
    account,
  });
}
