/** Who sits where: client i is member floor(i / rooms) of room i mod rooms, so that the rooms are as equal as can be. */
export class Seating {
  readonly clients: number;
  readonly rooms: number;
  /** Seats of the largest room. */
  readonly seats: number;

  constructor(clients: number, room: number) {
    this.clients = clients;
    this.rooms = Math.ceil(clients / room);
    this.seats = Math.ceil(clients / this.rooms);
  }

  roomOf(client: number): number {
    return client % this.rooms;
  }

  seatOf(client: number): number {
    return Math.floor(client / this.rooms);
  }

  /** Members of a client's room, itself included. */
  company(client: number): number {
    return Math.floor((this.clients - 1 - this.roomOf(client)) / this.rooms) + 1;
  }

  /** As clients introduce themselves: the room travels with the name. */
  nameOf(client: number): string {
    return `${this.roomOf(client)}/${client}`;
  }
}
