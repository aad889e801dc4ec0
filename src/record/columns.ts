/** A metric as it appears in `trials.csv`, the summary, tables and charts. */
export interface Column {
  readonly name: string;
  /** Unit of the value; the empty string for counts and ratios. */
  readonly unit: 'bit/s' | 's' | 'ms' | 'us' | '1/s' | 'dB' | '';
  /** Which direction is better, where one is. */
  readonly better?: 'higher' | 'lower';
  readonly help: string;
  /** Worth a column in the tables of cases and a sentence of the verdict: what both call it. */
  readonly headline?: string;
}

export const column = (
  name: string,
  unit: Column['unit'],
  help: string,
  better?: Column['better'],
  headline?: string,
): Column => ({ name, unit, help, ...(better ? { better } : {}), ...(headline ? { headline } : {}) });

/** Every metric of a trial, in the order of the CSV. Formulas and sources: docs/measuring.md. */
export const METRICS: readonly Column[] = [
  column(
    'duration_s',
    's',
    'how long the window’s messages took to come: the window, or from their first possible to their last delivery where that is longer',
  ),
  column('offered_bps', 'bit/s', 'payload handed to the transport in the window, per second'),
  column(
    'goodput_bps',
    'bit/s',
    'unique payload of the window that the receiver got, per second of duration_s',
    'higher',
  ),
  column('wire_bps', 'bit/s', 'Ethernet frame bytes that entered the link in the data direction, per second'),
  column('overhead_ratio', '', 'frame bytes in both directions per payload byte delivered, minus one', 'lower'),
  column('messages_sent', '', 'messages of the window that the transport took'),
  column('messages_delivered', '', 'of these, delivered at least once'),
  column('messages_lost', '', 'of these, never delivered'),
  column('messages_duplicate', '', 'copies beyond the first', 'lower'),
  column('messages_missed', '', 'send slots that the generator let pass because it was late (never made up)', 'lower'),
  column('loss_ratio', '', 'messages_lost / messages_sent (RFC 7680)', 'lower'),
  column('duplicate_ratio', '', 'messages_duplicate / messages_delivered (RFC 5560)', 'lower'),
  column('reordered_ratio', '', 'messages delivered after one with a higher number / delivered (RFC 4737)', 'lower'),
  column('reorder_extent_max', '', 'largest reordering extent in messages (RFC 4737)', 'lower'),
  column('loss_period_mean', '', 'mean length of a run of lost messages (RFC 3357)', 'lower'),
  column('delay_min_ms', 'ms', 'one-way delay from the intended send time (RFC 7679): minimum', 'lower'),
  column('delay_p50_ms', 'ms', 'one-way delay: median', 'lower'),
  column('delay_p95_ms', 'ms', 'one-way delay: 95th percentile', 'lower'),
  column('delay_p99_ms', 'ms', 'one-way delay: 99th percentile', 'lower'),
  column('delay_p999_ms', 'ms', 'one-way delay: 99.9th percentile', 'lower'),
  column('delay_max_ms', 'ms', 'one-way delay: maximum', 'lower'),
  column('jitter_ms', 'ms', 'RFC 3550 interarrival jitter at the end of the window', 'lower'),
  column('connect_ms', 'ms', 'time to set up the connection', 'lower'),
  column('completion_s', 's', 'first send to last byte delivered, when a byte count was asked for', 'lower'),
  column('retransmits', '', 'segments that the transport sent again', 'lower'),
  column('spurious_retransmits', '', 'of these, those that turned out to have been needless', 'lower'),
  column('packets_declared_lost', '', 'packets that the sending end took for lost, rightly or not', 'lower'),
  column('acks_sent', '', 'acknowledgements that the receiving end sent'),
  column('srtt_ms', 'ms', "the transport's own smoothed round-trip time at the end of the window", 'lower'),
  column('cpu_client_s', 's', 'processor time of the client in the window', 'lower'),
  column('cpu_server_s', 's', 'processor time of the server in the window', 'lower'),
  column('socket_drops', '', 'datagrams that the receiving socket had no room for: not network loss', 'lower'),
  column('link_up_packets', '', 'packets that entered the link, client to server'),
  column('link_up_lost', '', 'of these, lost by the loss model or in an outage'),
  column(
    'link_up_queue_dropped',
    '',
    'of these, dropped by the bottleneck queue: because it was full, or early by its discipline',
  ),
  column('link_up_reordered', '', 'of these, overtaken by a later one'),
  column('link_up_duplicated', '', 'copies that the link made'),
  column('link_up_corrupted', '', 'packets in which the link inverted a bit'),
  column('link_down_packets', '', 'packets that entered the link, server to client'),
  column('link_down_lost', '', 'of these, lost by the loss model or in an outage'),
  column(
    'link_down_queue_dropped',
    '',
    'of these, dropped by the bottleneck queue: because it was full, or early by its discipline',
  ),
  column('link_down_reordered', '', 'of these, overtaken by a later one'),
  column('link_down_duplicated', '', 'copies that the link made'),
  column('link_down_corrupted', '', 'packets in which the link inverted a bit'),
  column(
    'link_late_p99_ms',
    'ms',
    'how much later than the model packets left the link: 99th percentile of the worse direction',
    'lower',
  ),
  column('link_rtt_ms', 'ms', 'least round trip of small packets over the link, probed before the suite'),
];
