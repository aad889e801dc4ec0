import { expect, test } from 'vitest';
import { streamParams } from '../../../src/scenarios/stream/params.ts';

test('the defaults', () => {
  expect(streamParams.parse({})).toEqual({ size: 1400, rate: 'auto', direction: 'up' });
});

test('text of the command line and numbers of a file mean the same', () => {
  const text = streamParams.parse({ size: '64', rate: '20mbit', direction: 'down', bytes: '1mb' });
  expect(text).toEqual({ size: 64, rate: 20e6, direction: 'down', bytes: 2 ** 20 });
  expect(streamParams.parse({ size: 64, rate: 20e6, direction: 'down', bytes: 2 ** 20 })).toEqual(text);
  expect(streamParams.parse({ rate: 'max' })).toMatchObject({ rate: 'max' });
});

test.each([
  ['size', 0, "'0' is not accepted: expected a message size from 20"],
  ['size', '19', "'19' is not accepted: expected a message size from 20 (netduel's header) to 16777216 bytes"],
  ['size', '17mb', "'17mb' is not accepted: expected a message size"],
  ['size', 20.5, "'20.5' is not accepted: expected a message size"],
  ['size', 'large', "'large' is not accepted: expected a message size"],
  ['size', Number.NaN, 'size'],
  ['rate', 0, "'0' is not accepted: expected 'auto', 'max', or a rate of at least 8bit"],
  ['rate', '0', "'0' is not accepted: expected 'auto', 'max', or a rate of at least 8bit"],
  ['rate', '20 parsecs', "'20 parsecs' is not accepted: expected 'auto', 'max', or a rate"],
  ['rate', '-1mbit', "'-1mbit' is not accepted: expected 'auto', 'max', or a rate"],
  ['rate', true, "expected 'auto', 'max', or a rate"],
  ['direction', 'sideways', "expected 'up' (client to server) or 'down'"],
  ['direction', 'sideways', "'sideways'"],
  ['bytes', 0, "'0' is not accepted: expected a number of bytes such as 10mb"],
  ['bytes', 'many', "'many' is not accepted: expected a number of bytes such as 10mb"],
])('%s=%s is refused with the value and what is accepted', (key, value, message) => {
  const result = streamParams.safeParse({ [key]: value });
  expect(result.success).toBe(false);
  const [issue] = result.error?.issues ?? [];
  expect(issue?.path).toEqual([key]);
  if (message !== key) expect(issue?.message).toContain(message);
});

test('an unknown parameter is refused by its name', () => {
  const result = streamParams.safeParse({ sise: 64 });
  expect(result.error?.issues[0]?.message).toContain('sise');
});
