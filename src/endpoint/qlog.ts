import { closeSync, openSync, writeSync } from 'node:fs';
import type { ConnectionLog } from '../transports/log.ts';
import type { TrialSpec } from './protocol.ts';

/** What is written at once. */
const PIECE_CHARACTERS = 64 << 10;
/** What names and data are taken from; a hint to tools, which must not mind others. */
const EVENT_SCHEMAS = ['urn:ietf:params:qlog:events:quic-12', 'urn:ietf:params:qlog:events:loglevel-13'];

/**
 * The events of one end of a trial as a trace of qlog: JSON text sequences (draft-ietf-quic-qlog-main-schema-13, QlogFileSeq;
 * RFC 7464). Times are milliseconds of CLOCK_MONOTONIC, which both ends share. Written synchronously, because the loop
 * blocks its thread: nothing asynchronous would ever be done.
 */
export class QlogFile implements ConnectionLog {
  /** Why nothing has been written since. */
  failure: Error | undefined;
  readonly #path: string;
  readonly #file: number;
  #pending = '';
  #time = 0;
  #closed = false;

  /** @throws when the file exists, or cannot be made */
  constructor({ path, title, group }: NonNullable<TrialSpec['qlog']>, role: TrialSpec['role'], openedAt: Date) {
    this.#path = path;
    this.#file = openSync(path, 'wx');
    this.#record({
      file_schema: 'urn:ietf:params:qlog:file:sequential',
      serialization_format: 'application/qlog+json-seq',
      // qvis knows a file by these, which were in the place of the above until qlog 0.3.
      qlog_version: '0.3',
      qlog_format: 'JSON-SEQ',
      title,
      trace: {
        vantage_point: { name: `netduel ${role}`, type: role },
        common_fields: {
          group_id: group,
          time_format: 'relative_to_epoch',
          reference_time: { clock_type: 'monotonic', epoch: 'unknown', wall_clock_time: openedAt.toISOString() },
        },
        event_schemas: EVENT_SCHEMAS,
      },
    });
  }

  event(now: number, name: string, data: object): void {
    if (this.failure || this.#closed) return;
    // Viewers want ascending times.
    this.#time = Math.max(this.#time, now);
    this.#record({ time: this.#time / 1e6, name, data });
  }

  #record(record: object): void {
    try {
      this.#pending += `\x1e${JSON.stringify(record)}\n`;
    } catch (error) {
      this.#fail(error as Error);
    }
    if (this.#pending.length >= PIECE_CHARACTERS) this.flush();
  }

  flush(): void {
    if (this.#closed) return;
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** `failure` is final then; what is logged later is left out. */
  close(): void {
    if (this.#closed) return;
    this.flush();
    this.#closed = true;
    try {
      closeSync(this.#file);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #fail({ message }: Error): void {
    this.failure ??= new Error(`${this.#path} cannot be written: ${message}`);
  }
}
