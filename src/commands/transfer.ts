import type { FileResult, TransferEvent } from '../apps/file/transfer/events.ts';
import type { RunningProgram } from '../programs/run.ts';
import { formatBitRate } from '../record/units.ts';
import { TransferProgress } from './transfer-progress.ts';

const MAX_HOLES_SHOWN = 20;

/** Shows a transfer while it runs: progress and notes on stderr, a line per file on stdout. Ctrl-C asks it to stop. */
export async function showTransfer(running: RunningProgram, json: boolean): Promise<void> {
  const progress = new TransferProgress(process.stderr);
  running.onEvent = (event) => {
    const told = event as TransferEvent;
    if (told.type === 'progress') progress.show(told.name, told.done, told.total);
    else if (told.type === 'note') progress.say(told.text);
    else if (told.type === 'listening') progress.say(`listening at ${told.host} port ${told.port}`);
    else {
      progress.clear();
      if (told.holesAt?.length && !json) progress.say(holesText(told.holesAt));
      process.stdout.write(`${json ? JSON.stringify(told) : resultText(told)}\n`);
    }
  };
  const stop = (): void => running.stop();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, stop);
  try {
    await running.ended;
  } finally {
    for (const signal of signals) process.off(signal, stop);
    progress.clear();
  }
}

/** One line, whatever is in the name. */
function resultText({ path, bytes, arrived, resumedFrom, sha256, state, holes, seconds }: FileResult): string {
  const what = {
    intact: 'intact',
    incomplete: `incomplete: ${arrived} bytes in it, ${holes} holes`,
    unverified: 'until the end of the stream',
  }[state];
  const resumed = resumedFrom > 0 ? `, from byte ${resumedFrom} on` : '';
  const rate = seconds > 0 ? `  ${formatBitRate(((arrived - resumedFrom) * 8) / seconds)}` : '';
  return `${path.replace(/\p{Cc}/gu, ' ')}  ${bytes} bytes  sha256 ${sha256}  ${what}${resumed}  ${seconds.toFixed(2)} s${rate}`;
}

function holesText(holes: NonNullable<FileResult['holesAt']>): string {
  const shown = holes.slice(0, MAX_HOLES_SHOWN).map(({ at, bytes }) => `${bytes} bytes at ${at}`);
  const more = holes.length - shown.length;
  return `did not arrive: ${shown.join(', ')}${more > 0 ? `, and ${more} more holes (--json lists all)` : ''}`;
}
