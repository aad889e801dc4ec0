import { RangeSet } from '../../../../src/transports/rudp/ranges.ts';
import {
  writeAck,
  writeAckFrequency,
  writeClose,
  writeDataBlocked,
  writeDataHeader,
  writeMaxData,
  writePing,
  writeRecovered,
  writeRepairHeader,
  writeSkip,
} from '../../../../src/transports/rudp/wire/frames.ts';
import type { Frame } from './recording-sink.ts';

const OFFSET_WRITERS = { max_data: writeMaxData, data_blocked: writeDataBlocked, skip: writeSkip };

/** Writes any frame; DATA with its length unless it is the `last` of the packet. */
export function writeFrame(bytes: Uint8Array, at: number, limit: number, frame: Frame, last = false): number {
  switch (frame.frame) {
    case 'ping':
      return writePing(bytes, at, limit);
    case 'ack': {
      const ranges = new RangeSet();
      for (const [smallest, largest] of frame.ranges) ranges.add(smallest, largest + 1);
      return writeAck(bytes, at, limit, ranges, frame.delayUs, frame.ranges.length);
    }
    case 'ack_frequency':
      return writeAckFrequency(bytes, at, limit, frame.sequence, frame.packets, frame.maxDelayUs, frame.reordering);
    case 'close':
      return writeClose(bytes, at, limit, frame.code, frame.reason);
    case 'recovered':
      return writeRecovered(bytes, at, limit, frame.offset, frame.length);
    case 'data': {
      const data = Buffer.from(frame.data, 'hex');
      const next = writeDataHeader(bytes, at, frame.offset, frame.head, last ? -1 : data.length);
      bytes.set(data, next);
      return next + data.length;
    }
    case 'repair': {
      const data = Buffer.from(frame.data, 'hex');
      const next = writeRepairHeader(bytes, at, data.length);
      bytes.set(data, next);
      return next + data.length;
    }
    default:
      return OFFSET_WRITERS[frame.frame](bytes, at, limit, frame.offset);
  }
}
