import { expect, test } from 'vitest';
import { examine } from '../../src/commands/examine.ts';

test('only what netduel is for can be missing, and what is limited or missing has a way out', async () => {
  const findings = await examine();
  const about = (what: string) => findings.find((finding) => finding.what === what);
  const netem = about('kernel netem');
  expect(netem?.found).toMatch(
    /--emulator kernel; `--emulator auto` takes netduel's own emulator, .* seed, counts by cause/,
  );
  for (const finding of [netem, about('real-time priority')]) {
    expect(['ok', 'limited']).toContain(finding?.state);
    if (finding?.state === 'limited') expect(finding.remedy).toMatch(/\w/);
  }
  const lab = about('lab');
  if (lab?.state === 'missing') expect(lab.remedy).toContain('--emulator shim');
});
