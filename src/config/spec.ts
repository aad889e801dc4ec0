import { UserError } from '../record/errors.ts';

/** A transport or scenario with its options, as asked for: `tcp cc=bbr`. */
export interface Spec {
  /** The text, tidied up: what tables and charts call it. */
  readonly label: string;
  readonly name: string;
  /** Numbers where the text is one, else text: the schema of the transport or scenario decides what they mean. */
  readonly options: Readonly<Record<string, string | number>>;
}

/** Reads specs apart by commas, each a name and `key=value` options apart by spaces: `tcp cc=cubic,tcp cc=bbr,udp`. */
export function parseSpecs(text: string): Spec[] {
  return text.split(',').map((part) => {
    if (part.trim() === '') {
      throw new UserError(`'${text}': nothing stands between two commas or at an end; write names such as 'tcp,udp'`);
    }
    return parseSpec(part);
  });
}

function parseSpec(text: string): Spec {
  const [name, ...words] = text.trim().split(/\s+/);
  if (name.includes('=')) {
    throw new UserError(`'${text.trim()}' begins with an option; the name comes first, as in 'tcp ${name}'`);
  }
  const options: Record<string, string | number> = {};
  for (const word of words) {
    const equals = word.indexOf('=');
    const key = word.slice(0, equals);
    const value = word.slice(equals + 1);
    if (equals <= 0 || value === '') {
      throw new UserError(`'${text.trim()}': '${word}' is not an option; write key=value, and commas between names`);
    }
    if (Object.hasOwn(options, key)) throw new UserError(`'${text.trim()}': '${key}' is given twice`);
    // defineProperty: a key may be called __proto__.
    Object.defineProperty(options, key, { value: scalar(value), enumerable: true });
  }
  return { label: [name, ...words].join(' '), name, options };
}

/** Only what prints as the same text again is a number: `64`, but not `007`, `1e3` or `20mbit`. */
function scalar(value: string): string | number {
  const number = Number(value);
  return Number.isFinite(number) && String(number) === value ? number : value;
}

/** The label of a spec that was given as an object. */
export function labelOf(name: string, options: Readonly<Record<string, string | number | boolean>>): string {
  return [name, ...Object.entries(options).map(([key, value]) => `${key}=${value}`)].join(' ');
}
