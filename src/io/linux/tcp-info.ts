import type { StreamInfo } from '../stream.ts';

/** `struct tcp_info` up to tcpi_bytes_retrans (Linux 4.19); older kernels return less and the rest reads as 0. */
export const TCP_INFO_BYTES = 216;

const u64 = (view: DataView, offset: number): number =>
  view.byteLength >= offset + 8 ? Number(view.getBigUint64(offset, true)) : 0;

export function parseTcpInfo(view: DataView): StreamInfo {
  const segmentBytes = view.getUint32(16, true);
  return {
    retransmits: view.getUint32(100, true),
    srttSeconds: view.getUint32(68, true) / 1e6,
    congestionWindowBytes: view.getUint32(80, true) * segmentBytes,
    deliveryBitsPerSecond: u64(view, 160) * 8,
    busySeconds: u64(view, 168) / 1e6,
    receiveWindowLimitedSeconds: u64(view, 176) / 1e6,
  };
}
