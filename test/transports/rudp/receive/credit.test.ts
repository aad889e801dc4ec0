import { describe, expect, test } from 'vitest';
import { Credit } from '../../../../src/transports/rudp/receive/credit.ts';

const MS = 1e6;
const credit = (maxWindow = 16_000) => new Credit({ initialWindow: 1000, maxWindow, roundTripNs: 100 * MS });

describe('Credit', () => {
  test('is worth telling when half of the window is used up', () => {
    const c = credit();
    c.update(499, 499, 0);
    expect([c.changed, c.credit, c.told]).toEqual([false, 1499, 1000]);
    c.update(500, 500, 0);
    expect(c.changed).toBe(true);
    expect(c.advertise(900 * MS)).toBe(1500);
    expect([c.changed, c.told, c.window]).toEqual([false, 1500, 1000]);
  });

  test('doubles its window when half of it is used up within two round trips, up to the maximum', () => {
    const c = credit(3000);
    c.update(0, 0, 0);
    c.update(500, 500, 199 * MS);
    expect(c.advertise(199 * MS)).toBe(2500);
    c.update(1500, 1500, 398 * MS);
    expect(c.advertise(398 * MS)).toBe(4500);
    expect(c.window).toBe(3000);
  });

  test('keeps its window when told again for other reasons, and without a round trip known', () => {
    const c = credit();
    c.update(100, 100, 0);
    c.advertise(0);
    c.advertise(0);
    expect(c.window).toBe(1000);
    c.roundTripNs = NaN;
    c.update(900, 900, 1);
    c.advertise(1);
    expect(c.window).toBe(1000);
  });

  test('never exceeds what can be held, nor goes back', () => {
    const c = credit(1500);
    c.makeRoom(1400);
    expect(c.window).toBe(1500);
    c.update(1000, 0, 0);
    expect(c.advertise(0)).toBe(2048);
    c.update(2 ** 53 - 1, 2 ** 53 - 1, 0);
    expect(c.advertise(0)).toBe(2 ** 53 - 1);
  });
});
