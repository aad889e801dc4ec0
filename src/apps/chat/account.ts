/** What a server did with the messages that count: due = handed + dropped, when no reader is behind. */
export interface ChatAccount {
  /** Messages from members. */
  taken: number;
  /** Copies that they made due: one to every other member of the room. */
  due: number;
  /** Copies that transports took, and copies that readers were too slow for, or gone before. */
  handed: number;
  dropped: number;
  /** Readers shown out because they were slow. */
  disconnected: number;
  /** Clients shown out, and messages refused, for what they sent. */
  refused: number;
}

export const emptyAccount = (): ChatAccount => ({
  taken: 0,
  due: 0,
  handed: 0,
  dropped: 0,
  disconnected: 0,
  refused: 0,
});
