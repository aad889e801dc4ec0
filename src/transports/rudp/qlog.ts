import type { ConnectionLog } from '../log.ts';
import type { EngineLog } from './engine/engine-log.ts';
import type { RudpOptions } from './options.ts';
import { ELICITING, MTU_PROBE } from './send/sent-packets.ts';
import type { ConnectionId } from './wire/packet.ts';
import type { Parameters } from './wire/parameters.ts';

interface Of {
  readonly id: ConnectionId;
  readonly peer: ConnectionId;
  readonly options: RudpOptions;
  readonly local: Parameters;
  readonly remote: Parameters;
}

const hex = ({ hi, lo }: ConnectionId): string => [hi, lo].map((word) => word.toString(16).padStart(8, '0')).join('');

const ms = (ns: number): number => ns / 1e6;

/** What an engine tells, as qlog's events, which are named after QUIC's; rudp's packets are all like QUIC's 1-RTT packets. */
export function qlogOf(log: ConnectionLog, { id, peer, options, local, remote }: Of): EngineLog {
  const header = (number: number): object => ({ packet_type: '1RTT', packet_number: number });
  let phase = '';
  return {
    opened(now) {
      log.event(now, 'transport:parameters_set', { owner: 'local', ...local });
      log.event(now, 'transport:parameters_set', { owner: 'remote', ...remote });
      log.event(now, 'connectivity:connection_started', { src_cid: hex(id), dst_cid: hex(peer), cc: options.cc });
    },
    packetSent(now, number, size, offset, length, flags) {
      const frames = [
        ...(offset < 0 ? [] : [{ frame_type: 'stream', stream_id: 0, offset, length }]),
        ...(flags & MTU_PROBE ? [{ frame_type: 'padding' }] : []),
        ...(offset < 0 && (flags & ELICITING) === 0 ? [{ frame_type: 'ack' }] : []),
      ];
      log.event(now, 'transport:packet_sent', { header: header(number), raw: { length: size }, frames });
    },
    packetReceived(now, number, size, acked) {
      const frames = acked.length > 0 ? [{ frame_type: 'ack', acked_ranges: acked.toReversed() }] : [];
      log.event(now, 'transport:packet_received', { header: header(number), raw: { length: size }, frames });
    },
    packetDropped(now, size, why) {
      log.event(now, 'transport:packet_dropped', { raw: { length: size }, trigger: why });
    },
    packetLost(now, number) {
      log.event(now, 'recovery:packet_lost', { header: header(number) });
    },
    metrics(now, { rtt, control, inflight }) {
      log.event(now, 'recovery:metrics_updated', {
        ...(rtt.known ? { min_rtt: ms(rtt.min), latest_rtt: ms(rtt.latest) } : {}),
        smoothed_rtt: ms(rtt.smoothed),
        rtt_variance: ms(rtt.variation),
        congestion_window: Math.round(control.window),
        bytes_in_flight: inflight,
        ...(control.pacingRate < Infinity ? { pacing_rate: Math.round(8 * control.pacingRate) } : {}),
      });
      if (control.phase === phase) return;
      log.event(now, 'recovery:congestion_state_updated', { ...(phase ? { old: phase } : {}), new: control.phase });
      phase = control.phase;
    },
    mtuUpdated(now, size) {
      log.event(now, 'rudp:mtu_updated', { max_payload: size });
    },
    closed(now, reason) {
      log.event(now, 'connectivity:connection_closed', { reason });
    },
  };
}
