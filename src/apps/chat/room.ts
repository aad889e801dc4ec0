import type { ChatAccount } from './account.ts';
import { RoomLog } from './room-log.ts';
import type { ChatRules } from './rules.ts';
import type { Session } from './session.ts';

/** What is written to a byte stream in one call. */
const RUN_BYTES = 64 << 10;

/** Those who hear each other, and what they have yet to be sent. */
export class Room {
  readonly name: string;
  readonly log: RoomLog;
  readonly members: Session[] = [];
  readonly names = new Set<string>();
  /** Something was said since the last flush. */
  dirty = false;
  readonly #rules: ChatRules;
  readonly #account: ChatAccount;
  /** What follows one another may be sent as one. */
  readonly #joins: boolean;

  constructor(name: string, headroom: number, joins: boolean, rules: ChatRules, account: ChatAccount) {
    this.name = name;
    this.log = new RoomLog(headroom);
    this.#joins = joins;
    this.#rules = rules;
    this.#account = account;
  }

  add(member: Session): void {
    this.members.push(member);
    this.names.add(member.name);
  }

  /** What it has not been sent it never will be. */
  remove(member: Session): void {
    const at = this.members.indexOf(member);
    // In its place the last one: whoever goes through the members from behind has seen that one.
    const last = this.members.pop() as Session;
    if (last !== member) this.members[at] = last;
    this.names.delete(member.name);
    this.#account.dropped += this.log.countOthers(member.cursor, this.log.next, member.id);
    member.cursor = this.log.next;
  }

  /** Hands every member what was said since; `expel` is to remove those whom the policy shows out. */
  flush(expel: (slow: Session) => void): void {
    this.dirty = false;
    const { members, log } = this;
    const { queue, policy } = this.#rules;
    for (let i = members.length - 1; i >= 0; i--) {
      const member = members[i];
      if (!member.blocked) this.#hand(member);
      if (log.next - member.cursor <= queue) continue;
      if (policy === 'disconnect') expel(member);
      else this.#skip(member, log.next - queue);
    }
    this.trim();
  }

  #skip(member: Session, to: number): void {
    this.#account.dropped += this.log.countOthers(member.cursor, to, member.id);
    member.cursor = to;
  }

  /** Its transport has room again. */
  resume(member: Session): void {
    member.blocked = false;
    this.#hand(member);
    this.trim();
  }

  trim(): void {
    const { members, log } = this;
    let least = log.next;
    for (let i = 0; i < members.length; i++) if (members[i].cursor < least) least = members[i].cursor;
    if (least > log.first) log.trim(least);
  }

  #hand(member: Session): void {
    const { log } = this;
    const { next } = log;
    const { id, connection } = member;
    while (member.cursor < next) {
      const from = member.cursor;
      if (log.sender(from) === id) {
        member.cursor++;
        continue;
      }
      const size = log.size(from);
      if (size > connection.maxMessageBytes) {
        // Its path takes less than the sender's.
        this.#skip(member, from + 1);
        continue;
      }
      let count = 1;
      let taken: number;
      if (this.#joins) {
        let bytes = size;
        while (from + count < next && log.sender(from + count) !== id && bytes < RUN_BYTES) {
          bytes += log.size(from + count++);
        }
        taken = connection.send(log.bytes, log.start(from), bytes, 1) * count;
      } else {
        while (from + count < next && log.size(from + count) === size && log.sender(from + count) !== id) count++;
        taken = connection.send(log.bytes, log.start(from), size, count);
      }
      if (taken > 0) this.#account.handed += log.countOthers(from, from + taken, id);
      member.cursor += taken;
      if (taken < count) {
        member.blocked = true;
        return;
      }
    }
  }
}
