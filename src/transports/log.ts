/**
 * Where connections tell what they do, for `--qlog`. Events are those of qlog, so that its viewers show them: names and
 * data of draft-ietf-quic-qlog-quic-events as far as they fit, under the names that qlog 0.3 gave them and that viewers know
 * (`transport:packet_sent`, `recovery:metrics_updated`, `recovery:packet_lost`); others under the transport's own name.
 */
export interface ConnectionLog {
  /**
   * `now` in ns of the loop's clock; one that lies before an earlier event's, such as the arrival of what was read late,
   * counts as that. `data` is plain JSON and may be reused at once. Never throws: a log that cannot be written fails the
   * trial at its end.
   */
  event(now: number, name: string, data: object): void;
}
