/** From the client to the server, over the control channel. */
export type Told =
  /** Before anything is sent. */
  | { readonly type: 'file'; readonly bytes: number; readonly sha256: string }
  /** All of it has been sent. */
  | { readonly type: 'sent' };
