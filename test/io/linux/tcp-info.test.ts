import { expect, test } from 'vitest';
import { parseTcpInfo, TCP_INFO_BYTES } from '../../../src/io/linux/tcp-info.ts';

/** Offsets from the kernel's include/uapi/linux/tcp.h, counted by hand. */
function structure(bytes: number): DataView {
  const view = new DataView(new ArrayBuffer(bytes));
  // Whatever else is read would show: every byte that is not set below is noise.
  new Uint8Array(view.buffer).fill(0xa5);
  view.setUint32(16, 1448, true); // tcpi_snd_mss
  view.setUint32(68, 40_500, true); // tcpi_rtt, us
  view.setUint32(80, 20, true); // tcpi_snd_cwnd, segments
  view.setUint32(100, 7, true); // tcpi_total_retrans
  if (bytes >= 168) view.setBigUint64(160, 2_500_000n, true); // tcpi_delivery_rate, bytes/s
  if (bytes >= 192) {
    view.setBigUint64(168, 3_000_000n, true); // tcpi_busy_time, us
    view.setBigUint64(176, 1_000_000n, true); // tcpi_rwnd_limited, us
    view.setBigUint64(184, 500_000n, true); // tcpi_sndbuf_limited, us
  }
  return view;
}

test('every figure is read from its place and in SI units', () => {
  expect(parseTcpInfo(structure(TCP_INFO_BYTES))).toEqual({
    retransmits: 7,
    srttSeconds: 0.0405,
    congestionWindowBytes: 28_960,
    deliveryBitsPerSecond: 20e6,
    busySeconds: 3,
    receiveWindowLimitedSeconds: 1,
  });
});

test('what an older kernel does not tell reads as 0', () => {
  // 104 bytes are the structure of Linux 3.14, which ends with tcpi_total_retrans.
  expect(parseTcpInfo(structure(104))).toEqual({
    retransmits: 7,
    srttSeconds: 0.0405,
    congestionWindowBytes: 28_960,
    deliveryBitsPerSecond: 0,
    busySeconds: 0,
    receiveWindowLimitedSeconds: 0,
  });
});
