import { MAX_FIELD_BYTES } from '../../wire/field.ts';

/** What happens to a reader that is slower than its room: it misses the oldest messages, or is shown out. */
export const POLICIES = ['drop-oldest', 'disconnect'] as const;
export type Policy = (typeof POLICIES)[number];

export interface ChatRules {
  /** How many messages of its room a reader may be behind, beside what its transport holds. */
  readonly queue: number;
  readonly policy: Policy;
  /** The most that a message may have. */
  readonly textBytes: number;
  /** Within which a client has to have sent its whole name. */
  readonly nameSeconds: number;
  /** Of silence after which a member has left, where the transport knows no connections. */
  readonly idleSeconds: number;
  /** Clients at a time; one more is refused. */
  readonly clients: number;
  /** Whether the server speaks for itself: greetings, who comes and goes, why somebody is shown out. */
  readonly notices: boolean;
}

export const RULES: ChatRules = {
  queue: 1000,
  policy: 'drop-oldest',
  textBytes: MAX_FIELD_BYTES / 4,
  nameSeconds: 10,
  idleSeconds: 300,
  clients: 10_000,
  notices: true,
};
