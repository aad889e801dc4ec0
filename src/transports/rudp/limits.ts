/** The length that stands before each message. */
export const PREFIX_BYTES = 4;

/** Every connection may have to hold one whole. */
export const MAX_MESSAGE_BYTES: number = 16 << 20;
