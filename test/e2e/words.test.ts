import { afterAll, beforeAll, expect, test } from 'vitest';
import { lab, program, type Requirement } from '../requirements.ts';
import { type BareLab, openBareLab } from './outside-lab.ts';
import { WORDS } from './words/table.ts';
import { trial } from './words/trial.ts';
import { type Tool, wrong } from './words/word-case.ts';

/** Every word of a link profile, measured by programs that know nothing of netduel: docs/netem-words.md. */
let bare: BareLab;
beforeAll(async () => {
  bare = await openBareLab().catch(() => undefined as never);
});
afterAll(() => bare?.close());

const TOOLS: Readonly<Record<Tool, Requirement | undefined>> = {
  ping: program('ping', 'iputils-ping'),
  iperf3: program('iperf3'),
  irtt: program('irtt'),
  dumpcap: program('dumpcap', 'wireshark-common'),
  tshark: program('tshark'),
  kernel: undefined,
};

test.for(WORDS.map((wordCase) => [wordCase.link, wordCase] as const))('%s', async ([, wordCase], context) => {
  await lab(context);
  for (const tool of wordCase.tools) await TOOLS[tool]?.(context);
  const measured = await trial(bare, wordCase);
  const complaints = wordCase.figures.map((figure, i) => wrong(figure, measured[i]));
  expect(complaints.filter((complaint) => complaint !== undefined)).toEqual([]);
});
