import { expect, test } from 'vitest';
import { pingParams } from '../../../src/scenarios/ping/params.ts';

test('the defaults', () => {
  expect(pingParams.parse({})).toEqual({ size: 64, rate: 'closed', load: 'none' });
});

test('text of the command line and numbers of a file mean the same', () => {
  const text = pingParams.parse({ size: '1kb', rate: '100', load: 'both' });
  expect(text).toEqual({ size: 1024, rate: 100, load: 'both' });
  expect(pingParams.parse({ size: 1024, rate: 100, load: 'both' })).toEqual(text);
  expect(pingParams.parse({ rate: 'closed' }).rate).toBe('closed');
});

test.each([
  ['size', 19, "'19' is not accepted: expected a message size from 20"],
  ['rate', 0, "'0' is not accepted: expected 'closed', or requests per second"],
  ['rate', 'fast', "'fast' is not accepted: expected 'closed', or requests per second"],
  ['rate', '', "'' is not accepted"],
  ['rate', '100kbit', "'100kbit' is not accepted"],
  ['rate', 2e6, "'2000000' is not accepted"],
  ['load', 'left', "'left' is not accepted: expected 'none', 'up' (client to server), 'down' or 'both'"],
])('%s=%s is refused with the value and what is accepted', (key, value, message) => {
  const result = pingParams.safeParse({ [key]: value });
  expect(result.success).toBe(false);
  expect(result.error?.issues[0]?.path).toEqual([key]);
  expect(result.error?.issues[0]?.message).toContain(message);
});
