/** The links that claims are measured on; few, since each is calibrated. */

/** An unimpaired path of its own, where every packet is counted. */
export const DIRECT = 'direct';
/** Long enough that a round trip stands out from what the machine takes. */
export const LONG = 'delay 20ms';
export const CLEAN = 'delay 10ms rate 50mbit';
export const LOSSY = 'delay 10ms loss 5%';
/** A round trip that takes as long as a player waits: there it shows who waits for what was lost. */
export const FAR = 'delay 100ms loss 1% rate 20mbit';
/** What many a wireless path does. */
export const WIRELESS = 'delay 20ms loss 1% rate 20mbit';
export const LOOPBACK = 'loopback';
