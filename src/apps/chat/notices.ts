/** What the server says under its own name, as messages of the format: for people, and for programs by how it begins. */
export const WELCOME = 'welcome';
export const REFUSED = 'refused: ';
export const OVER = 'the chat is over';

export function welcome(name: string, room: string, others: number): string {
  const where = room === '' ? 'the common room' : `room ${room}`;
  const company =
    others === 0 ? 'nobody else is here yet' : others === 1 ? '1 other is here' : `${others} others are here`;
  return `${WELCOME}, ${name}: you are in ${where}, ${company}`;
}

export const joined = (name: string): string => `${name} has joined`;
export const left = (name: string): string => `${name} has left`;
