import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { basename, format, parse, resolve } from 'node:path';
import { UserError } from '../record/errors.ts';
import { builtinTransports } from '../transports/index.ts';
import type { PlannedCase, SuitePlan } from './plan.ts';
import type { SuiteRequest } from './request.ts';

const DEFAULT_ENDING = '.sqlog';

/** Where the events of a trial go: a file per end, since a trace has one point of view. */
export interface TrialQlog {
  readonly title: string;
  /** The same at both ends, and nowhere else. */
  readonly group: string;
  /** Absolute. */
  readonly client: string;
  readonly server: string;
}

/**
 * By number of the trial in the suite, from 1: `FILE-client` and `FILE-server`, with the number before that as soon as there
 * are several trials to record, and the ending of FILE behind.
 * @throws UserError where no transport writes events, the folder is missing, or a file exists already
 */
export async function planQlog(
  { transports, qlog }: Pick<SuiteRequest, 'transports' | 'qlog'>,
  plan: SuitePlan,
  runId: string,
): Promise<ReadonlyMap<number, TrialQlog>> {
  if (qlog === undefined) return new Map();
  if (!transports.some(({ transport }) => transport.logs)) throw nobodyLogs(transports.map(({ label }) => label));
  const { dir, name, ext } = parse(resolve(qlog));
  const recorded = plan.trials
    .map((trial, i) => ({ number: i + 1, trial, planned: plan.cases[trial.case] as PlannedCase }))
    .filter(({ planned }) => planned.transport.logs && !planned.unsupported);
  const file = (number: number, end: string): string => {
    const which = recorded.length === 1 ? '' : `-${`${number}`.padStart(`${plan.trials.length}`.length, '0')}`;
    return format({ dir, name: `${name}${which}-${end}`, ext: ext || DEFAULT_ENDING });
  };
  const files = new Map(
    recorded.map(({ number, trial, planned: { record } }) => [
      number,
      {
        title: `${record.transport.label}; ${record.scenario.label}; ${record.link.label}; trial ${trial.trial}`,
        group: `${runId}/${number}`,
        client: file(number, 'client'),
        server: file(number, 'server'),
      },
    ]),
  );
  await requireRoom(
    qlog,
    dir,
    [...files.values()].flatMap(({ client, server }) => [client, server]),
  );
  return files;
}

function nobodyLogs(asked: readonly string[]): UserError {
  const known = builtinTransports.filter(({ logs }) => logs).map(({ name }) => name);
  const others = known.length > 0 ? `those that do: ${known.join(', ')}` : 'nor does any other that comes with netduel';
  return new UserError(`--qlog: of the transports asked for (${asked.join(', ')}) none writes events; ${others}`);
}

async function requireRoom(asked: string, dir: string, paths: readonly string[]): Promise<void> {
  const refused = (why: string): UserError => new UserError(`--qlog ${asked}: ${why}`);
  if (/[/\\]$/.test(asked)) throw refused('names a folder; name a file in it');
  const present = new Set(
    await readdir(dir).catch((error: NodeJS.ErrnoException) => {
      throw refused(error.code === 'ENOENT' ? `there is no folder ${dir}; make it first` : `${dir}: ${error.message}`);
    }),
  );
  await access(dir, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw refused(`${dir} is not writable (${error.code}); name a file in another folder`);
  });
  const taken = paths.find((path) => present.has(basename(path)));
  if (taken !== undefined) throw refused(`${taken} exists already; name another file`);
}
