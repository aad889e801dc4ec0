import { expect, test } from 'vitest';
import { kernelNetemSupport } from '../../../src/lab/kernel/support.ts';
import { lab } from '../../requirements.ts';

test('says what is missing, and the way out', async (context) => {
  await lab(context);
  const support = kernelNetemSupport();
  if ('ok' in support) return expect(support).toEqual({ ok: true });
  expect(support.reason).toMatch(/^(this kernel has no|the program 'tc')/);
  expect(support.remedy).toMatch(/or use --emulator user$/);
});
