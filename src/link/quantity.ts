import { z } from 'zod';

export const refusal = (given: unknown, accepted: string): string => `'${given}' is not accepted: expected ${accepted}`;

/** A number, or text in tc's units, within a range, in whole units; the message says what is accepted. */
export const quantity = (
  parse: (text: string) => number,
  min: number,
  max: number,
  accepted: string,
): z.ZodType<number, unknown> =>
  z.unknown().transform((given, context): number => {
    const value = typeof given === 'string' ? attempt(parse, given) : given;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    context.addIssue({ code: 'custom', message: refusal(given, accepted) });
    return z.NEVER;
  });

function attempt(parse: (text: string) => number, text: string): number | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
