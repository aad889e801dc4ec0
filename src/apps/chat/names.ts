import { FieldError } from '../../wire/field.ts';

/** A name in bytes, its room included. */
export const MAX_NAME_BYTES = 128;
/** The server's own: what it says of itself comes under it. */
export const SERVER_NAME = '*';

/** Control characters, which terminals would obey. */
const CONTROL = /\p{Cc}/u;

export interface Introduction {
  /** The empty text is the common room. */
  readonly room: string;
  readonly name: string;
}

/**
 * What a client's first field says: `name`, or `room/name`, so that rooms travel without breaking the format.
 * @throws FieldError for what can be nobody's name
 */
export function introduced(text: string): Introduction {
  const slash = text.indexOf('/');
  const [room, name] = slash < 0 ? ['', text] : [text.slice(0, slash), text.slice(slash + 1)];
  if (name.trim() === '') throw new FieldError(`${JSON.stringify(text)} names nobody: expected a name, or room/name`);
  if (CONTROL.test(text)) throw new FieldError(`the name ${JSON.stringify(text)} has control characters`);
  if (name === SERVER_NAME) throw new FieldError(`the name '${name}' is the server's own`);
  return { room, name };
}

/** The way back. */
export const introducedAs = ({ room, name }: Introduction): string => (room === '' ? name : `${room}/${name}`);
