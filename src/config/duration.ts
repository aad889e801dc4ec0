/** Seconds in each unit. */
const UNITS: Readonly<Record<string, number>> = { '': 1, ms: 1e-3, s: 1, m: 60, min: 60, h: 3600 };

const DURATION = /^(\d+\.?\d*|\.\d+) ?([a-z]*)$/i;

/** Seconds of a text such as `2s`, `500ms`, `1m` or `1.5` (seconds); undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text.trim());
  if (!match) return undefined;
  const unit = match[2].toLowerCase();
  return Object.hasOwn(UNITS, unit) ? Number(match[1]) * UNITS[unit] : undefined;
}
