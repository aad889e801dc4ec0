/** What `Connection.send` throws for a message that can never be sent. */
export const tooLarge = (transport: string, size: number, limit: number, remedy?: string): RangeError =>
  new RangeError(
    `${transport}: a message of ${size} bytes is above the limit of ${limit} bytes${remedy ? `; ${remedy}` : ''}`,
  );
