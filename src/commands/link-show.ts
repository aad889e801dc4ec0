import { accept } from '../config/accept.ts';
import { resolveLink } from '../config/links.ts';
import { UserError } from '../record/errors.ts';
import { chartFile, writeChart } from './link-chart.ts';
import { linkJson } from './link-json.ts';
import { reportLink } from './link-report.ts';
import { linkText } from './link-text.ts';
import { outputStyle } from './style.ts';

interface Asked {
  readonly link: string;
  /** Empty: a file name of our own. */
  readonly chart: string | undefined;
  readonly seed: string | undefined;
  readonly json: boolean;
}

const SEED = 1;
/** Beyond this a person wants to know what the program is at. */
const PATIENCE_MS = 1000;

/** `netduel link show`. */
export async function showLink(asked: Asked): Promise<void> {
  const link = resolveLink(asked.link);
  const seed = seedOf(asked.seed);
  if (!link.profile) throw new UserError("'loopback' is no link: both ends are on this host, and nothing is emulated");
  const chart = asked.chart === undefined ? undefined : chartFile(asked.chart, link.label);
  const note = noteWhenSlow('simulating');
  const report = reportLink(link, link.profile, seed, note);
  const text = asked.json ? JSON.stringify(linkJson(report), null, 2) : linkText(report, outputStyle(process.stdout));
  process.stdout.write(`${text}\n`);
  if (!chart) return;
  await writeChart(report, chart, note);
  process.stderr.write(`chart: ${chart.path}\n`);
}

function seedOf(given: string | undefined): number {
  if (given === undefined) return SEED;
  return accept('seed', given) as number;
}

/** Called now and then; says once what is going on if it takes long. */
function noteWhenSlow(what: string): () => void {
  const started = Date.now();
  let said = false;
  return () => {
    if (said || Date.now() - started < PATIENCE_MS) return;
    said = true;
    process.stderr.write(`${what}...\n`);
  };
}
