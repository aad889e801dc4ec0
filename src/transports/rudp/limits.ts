/** The length that stands before each message. */
export const PREFIX_BYTES = 4;

/** Every connection may have to hold one whole. */
const MAX_MESSAGE_BYTES: number = 16 << 20;

/** The largest message where the peer may have `window` bytes under way: it must not fill the window alone. */
export const maxMessageOf = (window: number): number => Math.min(MAX_MESSAGE_BYTES, Math.floor(window / 4));
